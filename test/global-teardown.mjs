import { rmSync } from 'node:fs';

export default async function tearDown() {
  const { postgres, redis, folder } = globalThis.scaiwaveTestServers;
  await Promise.all([postgres.kill9(), redis.kill9()]); // nothing in them is worth a clean shutdown
  rmSync(folder, { recursive: true, force: true });
}

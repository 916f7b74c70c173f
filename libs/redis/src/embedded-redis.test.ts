import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Metrics, silentLogger } from '@scaiwave/telemetry';
import { RedisClients, startEmbeddedRedis, type EmbeddedRedis } from './index.js';

let dataDir: string;
let server: EmbeddedRedis | undefined;
beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'embedded-redis-'))));
afterEach(async () => {
  await server?.kill9();
  server = undefined;
  rmSync(dataDir, { recursive: true, force: true });
});

test('it starts, is killed and starts again on the same port; clients come back by themselves', async () => {
  server = await startEmbeddedRedis({ dataDir });
  const clients = new RedisClients({ url: server.url, logger: silentLogger(), metrics: new Metrics() });
  expect(await clients.waitUntilReachable(5_000)).toBe(true);
  await server.kill9();
  expect(await clients.isReachable()).toBe(false);
  server = await startEmbeddedRedis({ dataDir, port: server.port });
  expect(await clients.waitUntilReachable(5_000)).toBe(true);
  expect(await clients.isReachable()).toBe(true);
  await clients.close();
}, 60_000);

test('without its password it does nothing, and nobody else may read it', async () => {
  server = await startEmbeddedRedis({ dataDir });
  expect(statSync(join(dataDir, 'redis.conf')).mode & 0o777).toBe(0o600);
  const stranger = new RedisClients({ url: `redis://127.0.0.1:${server.port}`, logger: silentLogger(), metrics: new Metrics() });
  expect(await stranger.isReachable()).toBe(false);
  await stranger.close();
}, 60_000);

test('a port in use is said in one sentence', async () => {
  const taken = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  await expect(startEmbeddedRedis({ dataDir, port })).rejects.toThrow(`Port ${port} for the embedded Redis is in use`);
  taken.close();
}, 60_000);

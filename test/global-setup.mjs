// One Postgres and one Redis for the whole run; a template database that is migrated once.
// Tests get theirs from libs/testing: createTestDatabase() copies the template, createTestRedis() takes a prefix.
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '../tools/typescript-hooks.mjs';
import { RUN_FOLDER, removeAbandonedServers } from './abandoned-servers.mjs';

export default async function setUp() {
  const { startEmbeddedPostgres } = await import('../libs/database/src/index.ts');
  const { makeTemplate } = await import('../libs/testing/src/database.ts');
  const { startEmbeddedRedis } = await import('../libs/redis/src/index.ts');
  removeAbandonedServers();
  const folder = mkdtempSync(join(tmpdir(), RUN_FOLDER));
  chmodSync(folder, 0o755); // Postgres may run as another user
  const [postgres, redis] = await Promise.all([
    startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), durable: false, maxConnections: 400 }),
    startEmbeddedRedis({ dataDir: join(folder, 'redis') }),
  ]);
  globalThis.scaiwaveTestServers = { postgres, redis, folder };
  process.env.TEST_POSTGRES_URL = postgres.url;
  process.env.TEST_REDIS_URL = redis.url;
  // A migration that does not apply fails the tests that need a database, not the others.
  process.env.TEST_TEMPLATE_PROBLEM = await makeTemplate(postgres.url).then(
    () => '',
    (error) => error.message,
  );
}

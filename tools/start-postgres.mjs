// A throw-away Postgres for tools: what `use` is given is the superuser's URL.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import './typescript-hooks.mjs';

export async function withPostgres(use) {
  const { startEmbeddedPostgres } = await import('../libs/database/src/index.ts');
  const dataDir = mkdtempSync(join(tmpdir(), 'scaiwave-tool-'));
  chmodSync(dataDir, 0o755); // Postgres may run as another user
  const server = await startEmbeddedPostgres({ dataDir, durable: false });
  try {
    return await use(server.url);
  } finally {
    await server.kill9();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

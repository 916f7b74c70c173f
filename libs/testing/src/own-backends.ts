import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@scaiwave/database';
import { startEmbeddedRedis, type EmbeddedRedis } from '@scaiwave/redis';
import { makeTemplate } from './database.js';

// The next test run ends what a killed one leaves behind in folders of this name.
const FOLDER = 'scaiwave-test-own-';

export type Backend = 'postgres' | 'redis';

/** A Postgres that keeps what it has committed, and a Redis, for one installation alone: they can be killed and come back. */
export class OwnBackends {
  private constructor(
    private readonly folder: string,
    private readonly running: { postgres: EmbeddedPostgres; redis: EmbeddedRedis },
  ) {}

  static async start(): Promise<OwnBackends> {
    const folder = mkdtempSync(join(tmpdir(), FOLDER));
    chmodSync(folder, 0o755); // Postgres may run as another user
    const [postgres, redis] = await Promise.all([startEmbeddedPostgres({ dataDir: join(folder, 'postgres') }), startEmbeddedRedis({ dataDir: join(folder, 'redis') })]);
    await makeTemplate(postgres.url);
    return new OwnBackends(folder, { postgres, redis });
  }

  get postgresUrl(): string {
    return this.running.postgres.url;
  }

  get redisUrl(): string {
    return this.running.redis.url;
  }

  /** `kill -9`, and it stays away. */
  async crash(backend: Backend): Promise<void> {
    await this.running[backend].kill9();
  }

  /** Starts it again where it was: Postgres with all that it had committed, Redis with nothing. */
  async restart(backend: Backend): Promise<void> {
    const { postgres, redis } = this.running;
    if (backend === 'postgres') this.running.postgres = await startEmbeddedPostgres({ dataDir: join(this.folder, 'postgres'), port: postgres.port });
    else this.running.redis = await startEmbeddedRedis({ dataDir: join(this.folder, 'redis'), port: redis.port });
  }

  async close(): Promise<void> {
    await Promise.all([this.running.postgres.kill9(), this.running.redis.kill9()]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

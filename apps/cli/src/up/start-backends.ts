import { migrate, startEmbeddedPostgres, type EmbeddedPostgres } from '@scaiwave/database';
import { startEmbeddedRedis, type EmbeddedRedis } from '@scaiwave/redis';
import { StartProblem } from '../start-problem.js';
import type { Backends } from './child-env.js';
import { ensureLoginPasswords, type DataFolder } from './data-folder.js';

/** Addresses that the user gave; null = bring our own. */
export interface GivenBackends {
  databaseUrl: string | null;
  /** Given: databaseUrl is the app role's and nobody but the owner of `ownerUrl` migrates. */
  databaseFleetUrl: string | null;
  ownerUrl: string | null;
  redisUrl: string | null;
  redisPrefix: string;
}

export interface RunningBackends {
  backends: Backends;
  embedded: { postgres: EmbeddedPostgres | null; redis: EmbeddedRedis | null };
  stop: () => Promise<void>;
}

/** The owner's URL with another user; works for embedded and given servers alike. */
function loginUrl(ownerUrl: string, name: string, password: string): string {
  const url = new URL(ownerUrl);
  url.username = name;
  url.password = password;
  return url.href;
}

/** Roles belong to the whole Postgres server: the database's name keeps two installations on one server apart. */
function roleName(kind: 'app' | 'fleet', ownerUrl: string): string {
  const database = decodeURIComponent(new URL(ownerUrl).pathname.slice(1)) || 'postgres';
  return `scaiwave_${kind}_${database}`.replace(/[^a-z0-9_]/gi, '_').slice(0, 63);
}

function explainMigration(error: unknown): StartProblem {
  const { code, message } = error as { code?: string; message: string };
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') return new StartProblem(`Postgres at DATABASE_URL cannot be reached (${code}): start it, correct the URL, or unset DATABASE_URL to use an embedded one`);
  if (code === '28P01' || code === '28000') return new StartProblem('Postgres at DATABASE_URL refuses the user or password: correct DATABASE_URL');
  if (code === '42501') return new StartProblem(`the user of DATABASE_URL may not create tables or roles (${message}): give it CREATEROLE and the database, or set DATABASE_OWNER_URL and DATABASE_FLEET_URL`);
  return new StartProblem(message);
}

async function prepareDatabase(given: GivenBackends, folder: DataFolder, ownerUrl: string): Promise<Pick<Backends, 'databaseUrl' | 'databaseFleetUrl'>> {
  try {
    if (given.databaseUrl !== null && given.databaseFleetUrl !== null) {
      if (given.ownerUrl !== null) await migrate({ ownerUrl: given.ownerUrl });
      return { databaseUrl: given.databaseUrl, databaseFleetUrl: given.databaseFleetUrl };
    }
    const passwords = ensureLoginPasswords(folder);
    const app = { name: roleName('app', ownerUrl), password: passwords.app };
    const fleet = { name: roleName('fleet', ownerUrl), password: passwords.fleet };
    await migrate({ ownerUrl, roles: { app, fleet } });
    return { databaseUrl: loginUrl(ownerUrl, app.name, app.password), databaseFleetUrl: loginUrl(ownerUrl, fleet.name, fleet.password) };
  } catch (error) {
    throw explainMigration(error);
  }
}

/**
 * Postgres and Redis for one installation: the ones given, else embedded ones in its data folder; then roles and migrations.
 * @throws StartProblem, with nothing left running
 */
export async function startBackends(given: GivenBackends, folder: DataFolder): Promise<RunningBackends> {
  const started = await Promise.allSettled([
    given.databaseUrl === null ? startEmbeddedPostgres({ dataDir: folder.postgres }) : null,
    given.redisUrl === null ? startEmbeddedRedis({ dataDir: folder.redis }) : null,
  ]);
  const [postgres, redis] = [valueOf(started[0]), valueOf(started[1])];
  const killAll = (): void => {
    for (const pid of [postgres?.pid, redis?.pid]) if (pid !== undefined) tryKill(pid);
  };
  process.on('exit', killAll);
  const stop = async (): Promise<void> => {
    process.off('exit', killAll);
    await Promise.all([postgres?.stop(), redis?.stop()]);
  };
  try {
    for (const one of started) if (one.status === 'rejected') throw new StartProblem((one.reason as Error).message);
    const urls = await prepareDatabase(given, folder, given.ownerUrl ?? given.databaseUrl ?? postgres!.url);
    return { backends: { ...urls, redisUrl: given.redisUrl ?? redis!.url, redisPrefix: given.redisPrefix }, embedded: { postgres, redis }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** SIGINT: Postgres ends its sessions and stops, Redis saves nothing and stops. */
function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    // gone already
  }
}

function valueOf<T>(settled: PromiseSettledResult<T>): T | null {
  return settled.status === 'fulfilled' ? settled.value : null;
}

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { claimFolder, endProcess, freePort } from '@scaiwave/config';
import { postgresAccount, type Account } from './embedded-account.js';
import { clusterFolder } from './cluster-folder.js';
import { explainPostgresFailure } from './embedded-failure.js';
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.js';
import { isServerOf, readPostmaster } from './postmaster-file.js';

export interface EmbeddedPostgresOptions {
  /** Kept between runs: the cluster, the superuser's password (0600) and the log. */
  dataDir: string;
  /** Default: a free one. */
  port?: number;
  /** `false` switches fsync and synchronous commit off: for tests that throw the data away. Default true. */
  durable?: boolean;
  maxConnections?: number;
}

export interface EmbeddedPostgres {
  /** The superuser, database `postgres`. */
  url: string;
  port: number;
  pid: number;
  /** Ends all sessions and stops; what was committed is on disk. */
  stop(): Promise<void>;
  /** Kills the server as a crash would. */
  kill9(): Promise<void>;
}

interface Server extends Required<EmbeddedPostgresOptions> {
  cluster: string;
  account: Account;
  binaries: PostgresBinaries;
  password: string;
}

const START_WITHIN_MS = 60_000;
const POLL_MS = 20;
const START_ATTEMPTS = 20;

/**
 * Starts the Postgres of the npm package on 127.0.0.1, with password login, in `dataDir`.
 * A server that a killed process of ours left behind on the same folder is stopped first.
 * @throws with one sentence that says what to do: port in use, disk full, folder out of reach, already running
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const account = postgresAccount();
  const dataDir = resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true });
  const release = claimFolder(dataDir, 'The embedded Postgres');
  const cluster = clusterFolder(dataDir, account);
  const server: Server = {
    dataDir, cluster, account, binaries: findPostgresBinaries(account), password: readPassword(dataDir),
    port: options.port ?? (await freePort()), durable: options.durable ?? true, maxConnections: options.maxConnections ?? 100,
  };
  try {
    if (!existsSync(join(cluster, 'PG_VERSION'))) createCluster(server);
    await stopLeftover(cluster);
    return await start(server, release);
  } catch (error) {
    release();
    throw error;
  }
}

function readPassword(dataDir: string): string {
  const file = join(dataDir, 'superuser-password');
  if (!existsSync(file)) {
    writeFileSync(`${file}.new`, randomBytes(24).toString('base64url'), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  return readFileSync(file, 'utf8').trim();
}

// Into a folder beside it, then renamed: a half made cluster is never taken for a whole one.
function createCluster({ cluster, account, binaries, password, durable, dataDir }: Server): void {
  const fresh = `${cluster}.new`;
  const passwordFile = `${cluster}.password`;
  rmSync(fresh, { recursive: true, force: true });
  rmSync(cluster, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account.uid !== undefined) for (const path of [fresh, passwordFile]) chownSync(path, account.uid, account.gid);
  const args = ['-D', fresh, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--locale=C', '--no-instructions', ...(durable ? [] : ['--no-sync'])];
  const made = spawnSync(binaries.initdb, args, { ...account, cwd: '/', encoding: 'utf8', env: { LC_ALL: 'C', TZ: 'UTC' } });
  rmSync(passwordFile);
  if (made.status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    throw new Error(explainPostgresFailure(`${made.stdout}\n${made.stderr}\n${made.error?.message ?? ''}`, { dataDir }));
  }
  renameSync(fresh, cluster);
}

async function stopLeftover(cluster: string): Promise<void> {
  const leftover = readPostmaster(cluster);
  if (leftover === null || !isServerOf(realpathSync(cluster), leftover)) return;
  if (await endProcess(leftover.pid, ['SIGINT', 'SIGQUIT', 'SIGKILL'])) return;
  throw new Error(`An earlier Postgres (process ${leftover.pid}) on ${cluster} does not stop: end it, then start again.`);
}

async function start(server: Server, release: () => void): Promise<EmbeddedPostgres> {
  for (let attempt = 1; ; attempt += 1) {
    const { child, logFile } = launch(server);
    if (await isReady(child, server.cluster)) return handle(child, server, release);
    const log = readFileSync(logFile, 'utf8');
    // After a kill -9 its workers need a moment to notice; until then the shared memory counts as in use.
    const isTransient = /pre-existing shared memory|lock file .* already exists/.test(log);
    if (!isTransient || attempt === START_ATTEMPTS) throw new Error(explainPostgresFailure(log, server));
    await delay(250);
  }
}

// Detached, so that Ctrl-C in a terminal reaches us only and we stop things in order; the log is a file, so that it outlives us.
function launch({ binaries, cluster, port, durable, maxConnections, account, dataDir }: Server): { child: ChildProcess; logFile: string } {
  const logFile = join(dataDir, 'postgres.log');
  if (existsSync(logFile)) renameSync(logFile, `${logFile}.old`);
  const log = openSync(logFile, 'a', 0o600);
  const settings = {
    listen_addresses: '127.0.0.1', unix_socket_directories: '', port, max_connections: maxConnections, dynamic_shared_memory_type: 'mmap',
    max_parallel_workers_per_gather: 0, autovacuum_naptime: '15s', log_min_messages: 'warning', password_encryption: 'scram-sha-256', timezone: 'UTC', jit: 'off',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', wal_level: 'minimal', max_wal_senders: 0, autovacuum_naptime: '10min' }),
  };
  const child = spawn(binaries.postgres, ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])], {
    ...account, cwd: '/', detached: true, stdio: ['ignore', log, log], env: { LC_ALL: 'C', TZ: 'UTC' },
  });
  closeSync(log);
  return { child, logFile };
}

async function isReady(child: ChildProcess, cluster: string): Promise<boolean> {
  let hasEnded = false;
  child.once('exit', () => (hasEnded = true)).once('error', () => (hasEnded = true));
  for (let waitedMs = 0; waitedMs < START_WITHIN_MS && !hasEnded; waitedMs += POLL_MS) {
    const running = readPostmaster(cluster);
    if (running?.pid === child.pid && running?.isReady) return true;
    await delay(POLL_MS);
  }
  if (!hasEnded) child.kill('SIGKILL');
  return false;
}

function handle(child: ChildProcess, { port, password }: Server, release: () => void): EmbeddedPostgres {
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await exited;
    release();
  };
  return {
    url: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`, port, pid: child.pid!,
    stop: () => end('SIGINT'),
    kill9: () => end('SIGKILL'),
  };
}

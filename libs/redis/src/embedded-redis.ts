import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { claimFolder, endProcess, freePort, workingFolderOf } from '@scaiwave/config';
import { createClient } from 'redis';
import { findRedisProgram, type RedisProgram } from './redis-program.js';

export interface EmbeddedRedisOptions {
  /** Holds the settings (0600), the log and the pid. No data: nothing in Redis is the only copy. */
  dataDir: string;
  /** Default: a free one. */
  port?: number;
  /** Where an unpacked Redis is kept. Default: the user's cache folder. */
  cacheDir?: string;
}

export interface EmbeddedRedis {
  url: string;
  port: number;
  pid: number;
  stop(): Promise<void>;
  /** Kills the server as a crash would. */
  kill9(): Promise<void>;
}

interface Server {
  dataDir: string;
  port: number;
  password: string;
  program: RedisProgram;
}

const START_WITHIN_MS = 20_000;
const POLL_MS = 20;
const ANSWERS_WITHIN_MS = 1_000;

/**
 * Starts a Redis on 127.0.0.1 with a password of its own, which keeps nothing on disk.
 * A server that a killed process of ours left behind on the same folder is stopped first.
 * @throws with one sentence that says what to do
 */
export async function startEmbeddedRedis(options: EmbeddedRedisOptions): Promise<EmbeddedRedis> {
  const dataDir = resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const release = claimFolder(dataDir, 'The embedded Redis');
  try {
    await stopLeftover(dataDir);
    const server = { dataDir, port: options.port ?? (await freePort()), password: readPassword(dataDir), program: findRedisProgram(options.cacheDir) };
    const child = launch(server);
    if (!(await isReady(child, server))) throw new Error(explain(server));
    return handle(child, server, release);
  } catch (error) {
    release();
    throw error;
  }
}

// Kept, so that the address stays the same from start to start: clients come back by themselves.
function readPassword(dataDir: string): string {
  const file = join(dataDir, 'password');
  if (!existsSync(file)) writeFileSync(file, randomBytes(18).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

async function stopLeftover(dataDir: string): Promise<void> {
  const pidFile = join(dataDir, 'redis.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  const isOurs = Number.isInteger(pid) && pid > 1 && workingFolderOf(pid) === realpathSync(dataDir);
  if (isOurs && !(await endProcess(pid, ['SIGTERM', 'SIGKILL']))) throw new Error(`An earlier Redis (process ${pid}) does not stop: end it, then start again.`);
}

function launch({ dataDir, port, password, program }: Server): ChildProcess {
  const settings = join(dataDir, 'redis.conf');
  const lines = ['bind 127.0.0.1', `port ${port}`, `dir "${dataDir}"`, 'save ""', 'appendonly no', 'daemonize no', 'pidfile redis.pid', 'logfile redis.log', `requirepass ${password}`];
  rmSync(join(dataDir, 'redis.log'), { force: true });
  writeFileSync(settings, `${lines.join('\n')}\n`, { mode: 0o600 }); // not on the command line, where everybody could read the password
  // Detached, so that Ctrl-C in a terminal reaches us only and we stop things in order.
  return spawn(program.path, [settings], { cwd: '/', detached: true, stdio: 'ignore', env: program.libraries === undefined ? {} : { LD_LIBRARY_PATH: program.libraries } });
}

async function isReady(child: ChildProcess, server: Server): Promise<boolean> {
  let hasEnded = false;
  child.once('exit', () => (hasEnded = true)).once('error', () => (hasEnded = true));
  for (let waitedMs = 0; waitedMs < START_WITHIN_MS && !hasEnded; waitedMs += POLL_MS) {
    if (await answers(server)) return !hasEnded;
    await delay(POLL_MS);
  }
  child.kill('SIGKILL');
  return false;
}

async function answers(server: Server): Promise<boolean> {
  const client = createClient({ url: urlOf(server), socket: { reconnectStrategy: false, connectTimeout: ANSWERS_WITHIN_MS, socketTimeout: ANSWERS_WITHIN_MS } });
  client.on('error', () => undefined); // not yet
  try {
    await client.connect();
    return (await client.ping()) === 'PONG';
  } catch {
    return false; // not yet; or another server on this port, which does not take our password
  } finally {
    client.destroy();
  }
}

function explain({ dataDir, port }: Server): string {
  const log = join(dataDir, 'redis.log');
  const text = existsSync(log) ? readFileSync(log, 'utf8') : '';
  if (/Address already in use/.test(text)) return `Port ${port} for the embedded Redis is in use: stop what listens there, or choose another port.`;
  if (/No space left on device/.test(text)) return `The disk with ${dataDir} is full: make room and start again.`;
  return `The embedded Redis did not start: ${text.trim().split('\n').at(-1) || 'it wrote no log'}`;
}

function handle(child: ChildProcess, server: Server, release: () => void): EmbeddedRedis {
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await exited;
    release();
  };
  return { url: urlOf(server), port: server.port, pid: child.pid!, stop: () => end('SIGTERM'), kill9: () => end('SIGKILL') };
}

function urlOf({ password, port }: Server): string {
  return `redis://:${password}@127.0.0.1:${port}`;
}

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, findProgram } from '@scaiwave/config';

export interface RedisProgram {
  path: string;
  /** Folder of libraries that came with it, for LD_LIBRARY_PATH. */
  libraries?: string;
}

const PACKAGES = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1', 'liblua5.1-0', 'libatomic1'];
const HOW_TO_GO_ON = 'Install redis-server or valkey-server, or set REDIS_URL to a Redis server.';

/**
 * A Redis server program: from PATH, from our cache, else unpacked into the cache from Debian packages (no root needed,
 * nothing installed).
 * @throws with one sentence that says what to do
 */
export function findRedisProgram(cacheDir: string = cacheFolder()): RedisProgram {
  const installed = findProgram('redis-server') ?? findProgram('valkey-server');
  if (installed !== null) return { path: installed };
  const folder = join(cacheDir, `redis-${process.arch}`);
  if (!existsSync(folder)) download(folder, cacheDir);
  const program = unpackedProgram(folder);
  if (spawnSync(program.path, ['--version'], { env: { LD_LIBRARY_PATH: program.libraries } }).status !== 0) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`The Redis unpacked from Debian's packages does not run here. ${HOW_TO_GO_ON}`);
  }
  return program;
}

function unpackedProgram(folder: string): Required<RedisProgram> {
  const [triplet] = readdirSync(join(folder, 'usr/lib')).filter((name) => name.endsWith('-linux-gnu'));
  return { path: join(folder, 'usr/bin/redis-server'), libraries: join(folder, 'usr/lib', triplet ?? '') };
}

function download(folder: string, cacheDir: string): void {
  if (findProgram('apt-get') === null || findProgram('dpkg-deb') === null) throw new Error(`There is no Redis on this machine. ${HOW_TO_GO_ON}`);
  mkdirSync(cacheDir, { recursive: true });
  const work = mkdtempSync(join(cacheDir, 'redis-download-'));
  try {
    fetchPackages(work);
    const root = join(work, 'root');
    for (const file of readdirSync(work).filter((name) => name.endsWith('.deb'))) run('dpkg-deb', ['-x', file, root], work);
    renameSync(root, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error; // else another process was faster
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function fetchPackages(work: string): void {
  if (tryRun('apt-get', ['download', ...PACKAGES], work).ok) return;
  // A fresh machine has no package lists yet; only root can fetch them.
  if (process.getuid?.() === 0) run('apt-get', ['update'], work);
  run('apt-get', ['download', ...PACKAGES], work);
}

function run(command: string, args: string[], cwd: string): void {
  const { ok, output } = tryRun(command, args, cwd);
  if (!ok) throw new Error(`Redis could not be fetched (${command} ${args[0]} said: ${output.trim().split('\n').at(-1)}). ${HOW_TO_GO_ON}`);
}

function tryRun(command: string, args: string[], cwd: string): { ok: boolean; output: string } {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  return { ok: status === 0, output: `${stdout}${stderr}${error?.message ?? ''}` };
}

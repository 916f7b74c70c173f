import { createHash } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { canEnter, type Account } from './embedded-account.js';

/** Where root keeps clusters whose own folder nobody cannot reach. */
const ROOT_CLUSTERS = '/var/lib/scaiwave/embedded';
const POINTER = 'cluster-location';

/**
 * Where the cluster of `dataDir` lies: inside it; or, when we are root and `dataDir` is in a place that nobody cannot
 * enter (say, below /root), in a folder of /var/lib that a file in `dataDir` names.
 */
export function clusterFolder(dataDir: string, account: Account): string {
  const moved = movedCluster(dataDir);
  if (moved !== null) return moved;
  if (account.uid === undefined || canEnter(dataDir, account)) return join(dataDir, 'cluster');
  const outside = join(ROOT_CLUSTERS, createHash('sha256').update(dataDir).digest('hex').slice(0, 16));
  mkdirSync(outside, { recursive: true, mode: 0o755 });
  chownSync(outside, account.uid, account.gid);
  writeFileSync(join(dataDir, POINTER), `${outside}\n`);
  return join(outside, 'cluster');
}

/** Removes the data of an embedded Postgres that does not run, wherever it lies. */
export function removeEmbeddedPostgres(dataDir: string): void {
  const moved = movedCluster(resolve(dataDir));
  if (moved !== null) rmSync(join(moved, '..'), { recursive: true, force: true });
  rmSync(dataDir, { recursive: true, force: true });
}

function movedCluster(dataDir: string): string | null {
  const pointer = join(dataDir, POINTER);
  if (!existsSync(pointer)) return null;
  const outside = readFileSync(pointer, 'utf8').trim();
  if (!outside.startsWith(`${ROOT_CLUSTERS}/`)) throw new Error(`${pointer} names a folder outside ${ROOT_CLUSTERS}: remove that file.`);
  mkdirSync(outside, { recursive: true, mode: 0o755 });
  return join(outside, 'cluster');
}

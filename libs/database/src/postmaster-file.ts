import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workingFolderOf } from '@scaiwave/config';

/** What a running server says about itself in its data folder. */
export interface Postmaster {
  pid: number;
  port: number;
  isReady: boolean;
}

/** Reads `postmaster.pid`; null when there is none, or it is half written. */
export function readPostmaster(cluster: string): Postmaster | null {
  let lines: string[];
  try {
    lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return null; // none: nothing runs here
  }
  const [pid, , , port, , , , status] = lines;
  if (!/^\d+$/.test(pid ?? '')) return null;
  return { pid: Number(pid), port: Number(port ?? 0), isReady: status?.trim() === 'ready' };
}

/** Whether the process of that file still is a server on this very folder; a stale file may name somebody else's process. */
export function isServerOf(cluster: string, { pid }: Postmaster): boolean {
  return workingFolderOf(pid) === cluster; // a server's working directory is its data folder
}

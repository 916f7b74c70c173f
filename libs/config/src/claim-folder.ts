import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Marks `folder` as used by this process, until the returned function is called or the process ends in any way.
 * @throws when another living process uses it
 */
export function claimFolder(folder: string, what: string): () => void {
  const file = join(folder, 'used-by');
  const holder = readHolder(file);
  if (holder !== null && holder.started !== null && holder.started === startOf(holder.pid) && holder.pid !== process.pid)
    throw new Error(`${what} in ${folder} is already in use by process ${holder.pid}: stop that one first, or choose another folder.`);
  writeFileSync(file, `${process.pid} ${startOf(process.pid) ?? ''}\n`);
  return () => rmSync(file, { force: true });
}

function readHolder(file: string): { pid: number; started: string | null } | null {
  try {
    const [pid, started] = readFileSync(file, 'utf8').trim().split(' ');
    return { pid: Number(pid), started: started ?? null };
  } catch {
    return null; // nobody
  }
}

// A pid alone may have been given to somebody else meanwhile; pid and start time may not.
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? null : (fields[18] ?? null); // a zombie has ended; its parent has not looked yet
  } catch {
    return null; // gone, or a system without /proc
  }
}

import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/** A process that we started, as a file remembers it across our own death. */
export interface ProcessRecord {
  pid: number;
  /** Start time in clock ticks since boot: a pid alone may belong to somebody else by now. */
  started: string;
}

/** Start time of a living process, or null when it is gone. A zombie counts as gone. */
export function findStartTime(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch {
    return null; // no such process
  }
}

export function writeProcessRecord(file: string, pid: number): void {
  const started = findStartTime(pid);
  if (started !== null) writeFileSync(file, JSON.stringify({ pid, started } satisfies ProcessRecord), { mode: 0o600 });
}

/** The process of a record file if it is still the one that was recorded, else null. */
export function findLivingProcess(file: string): ProcessRecord | null {
  try {
    const record = JSON.parse(readFileSync(file, 'utf8')) as ProcessRecord;
    return findStartTime(record.pid) === record.started ? record : null;
  } catch {
    return null; // no record, or half of one: nothing that could be killed safely
  }
}

export function removeProcessRecord(file: string): void {
  rmSync(file, { force: true });
}

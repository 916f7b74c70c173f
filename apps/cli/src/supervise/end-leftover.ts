import { setTimeout as delay } from 'node:timers/promises';
import { findLivingProcess, findStartTime, removeProcessRecord, type ProcessRecord } from './process-record.js';

const POLL_MS = 25;

function signal(record: ProcessRecord, name: NodeJS.Signals): void {
  try {
    process.kill(record.pid, name);
  } catch {
    // gone meanwhile, which is what was wanted
  }
}

async function isGoneWithin(record: ProcessRecord, withinMs: number): Promise<boolean> {
  for (let waited = 0; waited <= withinMs; waited += POLL_MS) {
    if (findStartTime(record.pid) !== record.started) return true;
    await delay(POLL_MS);
  }
  return false;
}

/**
 * Ends a process that an earlier, killed run of ours left behind. Only the very process of the record is touched.
 * @returns true when there was one
 */
export async function endLeftover(file: string, patienceMs = 2_000): Promise<boolean> {
  const record = findLivingProcess(file);
  if (record) {
    signal(record, 'SIGTERM');
    if (!(await isGoneWithin(record, patienceMs))) signal(record, 'SIGKILL');
    await isGoneWithin(record, patienceMs);
  }
  removeProcessRecord(file);
  return record !== null;
}

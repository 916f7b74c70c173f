import { readlinkSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 20;
const STOP_WITHIN_MS = 15_000;

/** A TCP port of 127.0.0.1 that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

/** The working directory of a process, or null when it is gone or is somebody else's. */
export function workingFolderOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null; // gone
  }
}

/** Ends a process that is not our child: the given signals in turn, each with 15 s to obey. @returns whether it is gone */
export async function endProcess(pid: number, signals: readonly NodeJS.Signals[]): Promise<boolean> {
  for (const signal of signals) {
    sendSignal(pid, signal);
    for (let waitedMs = 0; waitedMs < STOP_WITHIN_MS; waitedMs += POLL_MS) {
      if (!sendSignal(pid, 0)) return true;
      await delay(POLL_MS);
    }
  }
  return false;
}

function sendSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false; // gone
  }
}

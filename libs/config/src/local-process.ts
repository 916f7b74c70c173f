import { randomInt } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const FIRST_PORT = 10_000;
const END_OF_PORTS = 32_768;
const POLL_MS = 20;
const STOP_WITHIN_MS = 15_000;

/**
 * A TCP port of 127.0.0.1 that nobody listens on now, or the first of `count` such ports in a row. It lies below the range
 * from which Linux takes the near end of outgoing connections (32768 and up): one of those can hold a port that no one listens on.
 * @throws Error when no such ports are found in 100 attempts
 */
export async function freePort(count = 1): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const first = randomInt(FIRST_PORT, END_OF_PORTS - count);
    const ports = Array.from({ length: count }, (_, at) => first + at);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return first;
  }
  throw new Error(`No ${count} free ports in a row between ${FIRST_PORT} and ${END_OF_PORTS} on 127.0.0.1.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
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

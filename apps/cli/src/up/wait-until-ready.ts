import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 50;

function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/readyz', timeout: 2_000, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('error', () => resolve(false)).on('timeout', () => request.destroy());
  });
}

/** Waits until a health port answers `/readyz` with 200, `timeoutMs` is over (false), or `gaveUp` says so (false). */
export async function waitUntilReady(port: number, options: { timeoutMs: number; hasGivenUp: () => boolean }): Promise<boolean> {
  for (let waited = 0; waited < options.timeoutMs; waited += POLL_MS) {
    if (options.hasGivenUp()) return false;
    if (await isReady(port)) return true;
    await delay(POLL_MS);
  }
  return false;
}

// Starts the demo's two installations in a folder of their own, and reads what it wrote for scripts.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@scaiwave/config';

const CLI = fileURLToPath(new URL('../../apps/cli/dist/main.js', import.meta.url));

/** @returns {Promise<{tenants: object[], secondsToReady: number, pid: number, dataFolder: string, stop: () => Promise<void>}>} */
export async function startDemo() {
  const folder = await mkdtemp(join(tmpdir(), 'scaiwave-bench-'));
  const json = join(folder, 'demo.json');
  const began = performance.now();
  const child = spawn(process.execPath, [CLI, 'demo'], {
    env: { ...process.env, DEMO_DIR: join(folder, 'data'), DEMO_JSON: json, DEMO_PORT: String(await freePort(3)) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve, reject) => {
    let printed = '';
    child.stdout.on('data', (data) => {
      printed += data;
      if (/^ready$/m.test(printed)) resolve();
    });
    child.once('exit', (code) => reject(new Error(`the demo ended with ${code}:\n${printed}`)));
  });
  const secondsToReady = (performance.now() - began) / 1000;
  const stop = async () => {
    child.removeAllListeners('exit');
    const gone = once(child, 'exit');
    child.kill('SIGINT');
    await gone;
    await rm(folder, { recursive: true, force: true });
  };
  return { ...JSON.parse(await readFile(json, 'utf8')), secondsToReady, pid: child.pid, dataFolder: join(folder, 'data'), stop };
}

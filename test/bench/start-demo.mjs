// Starts the demo's two installations in a folder of their own, and reads what it wrote for scripts.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../apps/cli/dist/main.js', import.meta.url));

/** A port such that it and its nine successors look free. */
async function freePortRange() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port > 65_000 ? port - 1_000 : port;
}

/** @returns {Promise<{tenants: object[], secondsToReady: number, pid: number, stop: () => Promise<void>}>} */
export async function startDemo() {
  const folder = await mkdtemp(join(tmpdir(), 'scaiwave-bench-'));
  const json = join(folder, 'demo.json');
  const began = performance.now();
  const child = spawn(process.execPath, [CLI, 'demo'], {
    env: { ...process.env, DEMO_DIR: join(folder, 'data'), DEMO_JSON: json, DEMO_PORT: String(await freePortRange()) },
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
  return { ...JSON.parse(await readFile(json, 'utf8')), secondsToReady, pid: child.pid, stop };
}

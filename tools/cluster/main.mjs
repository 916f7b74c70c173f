// `make cluster`: a whole installation in a Kubernetes of your own, in the foreground, until Ctrl-C. Data lie in temporary folders.
//   BARE=1             without the installation: for playing docs/operating/README.md from its beginning
//   CLUSTER_PORT=8080  the port of the web, and the next one for the login provider     CLUSTER_DIR=.cluster  where `env` and `values.json` are written
import { once } from 'node:events';
import { resolve } from 'node:path';
import { ensureControlPlane } from '../control-plane/ensure.mjs';
import { announce } from './announce.mjs';
import { Playground } from './playground.mjs';

const began = performance.now();
const controller = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => controller.abort());
const options = { dir: resolve(process.env.CLUSTER_DIR ?? '.cluster'), port: Number(process.env.CLUSTER_PORT ?? 8080), isBare: process.env.BARE === '1', signal: controller.signal };
const found = ensureControlPlane();
if (!('folder' in found)) fail(`make cluster ${found.reason}.`);

const playground = await Playground.start(found.folder, options).catch((error) => fail(error.code === 'EADDRINUSE' ? `Port ${error.port} is in use: choose another one with CLUSTER_PORT.` : error.message));
process.stdout.write(`${announce({ ...options, seconds: Math.round((performance.now() - began) / 1_000) })}\nready\n`);
if (!controller.signal.aborted) await once(controller.signal, 'abort');
process.stderr.write('cluster: stopping\n');
await playground.stop();
process.exit(0);

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

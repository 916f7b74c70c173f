// A control plane, a node that runs pods as processes, Postgres, Redis and a login provider; on them the chart, unless it is to be bare.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ControlPlane, ProcessKubelet } from '@scaiwave/testing';
import { startBackends, startProvider } from './backends.mjs';
import { openFrontDoor } from './front-door.mjs';
import { Player, readBlocks } from './play.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGE = join(ROOT, 'docs/operating/README.md');
/** `scaiwave` and the Node that it needs. */
const COMMANDS = join(ROOT, 'node_modules/.bin');
const NAMESPACE = 'scaiwave';

/** Numbers for one machine; what the operating pages call values.yaml. */
const VALUES = {
  logLevel: 'warn', operator: { replicas: 1, statusIntervalMs: 1_000 },
  api: { replicas: 1, publicScheme: 'http', trustedProxies: 0, extraEnv: [{ name: 'ALLOW_LOCALHOST_PEERS', value: '1' }] },
  workers: { replicas: 1, extraEnv: [{ name: 'ALLOW_LOCALHOST_PEERS', value: '1' }] },
};

export class Playground {
  #closers = [];

  /** @param options.dir where `env` and `values.json` are written, for people and scripts */
  static async start(programs, options) {
    const playground = new Playground(programs, options);
    try {
      await playground.#start();
    } catch (error) {
      await playground.stop();
      throw error;
    }
    return playground;
  }

  constructor(programs, options) {
    Object.assign(this, { programs, ...options });
  }

  async stop() {
    for (const close of this.#closers.splice(0).toReversed()) await close();
  }

  async #start() {
    const push = (close) => this.#push(close);
    let kubelet;
    // First, since a port in use is the likeliest trouble.
    push(await openFrontDoor(this.port, async () => kubelet?.address(NAMESPACE, 'app.kubernetes.io/component=api', 'http') ?? null));
    const folder = mkdtempSync(join(tmpdir(), 'scaiwave-playground-'));
    push(() => rmSync(folder, { recursive: true, force: true }));
    const urls = await startBackends(folder, push);
    const issuer = await startProvider(folder, { port: this.port + 1, webPort: this.port }, push);
    const plane = await ControlPlane.start(this.programs);
    push(() => plane.stop());
    kubelet = new ProcessKubelet(plane);
    await kubelet.start();
    push(() => kubelet.stop());
    this.#write({ plane, urls, issuer });
    if (!this.isBare) await this.#install();
  }

  #write({ plane, urls, issuer }) {
    mkdirSync(this.dir, { recursive: true, mode: 0o700 });
    this.#closers.push(() => this.#unwrite());
    const helm = (what) => [`HELM_${what.toUpperCase()}_HOME`, join(this.dir, 'helm', what)];
    const variables = { KUBECONFIG: plane.kubeconfig, ...urls, ISSUER: issuer, WEB_PORT: this.port, VALUES: join(this.dir, 'values.json'), ...Object.fromEntries(['cache', 'config', 'data'].map(helm)) };
    const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'\n`);
    writeFileSync(join(this.dir, 'env'), `${lines.join('')}export PATH='${this.programs}:${COMMANDS}':"$PATH"\n`, { mode: 0o600 });
    writeFileSync(join(this.dir, 'values.json'), JSON.stringify(VALUES, null, 2));
  }

  // The folder may be somebody's: only what is ours goes.
  #unwrite() {
    for (const name of ['env', 'values.json', 'helm']) rmSync(join(this.dir, name), { recursive: true, force: true });
    if (readdirSync(this.dir).length === 0) rmdirSync(this.dir);
  }

  // As the page tells a provider to do it.
  async #install() {
    const player = new Player(join(this.dir, 'env'), ROOT);
    this.#closers.push(() => player.close());
    for (const { script } of readBlocks(readFileSync(PAGE, 'utf8')).filter(({ isInstall }) => isInstall)) await player.play(script);
  }

  #push(close) {
    this.#closers.push(close);
    if (this.signal.aborted) throw new Error('Stopped while it was starting.');
  }
}

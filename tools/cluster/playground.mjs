// A control plane, a node that runs pods as processes, Postgres, Redis and a login provider; on them the chart, unless it is to be bare.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ControlPlane, Helm, Kubectl, ProcessKubelet } from '@scaiwave/testing';
import { startBackends, startProvider } from './backends.mjs';
import { openFrontDoor } from './front-door.mjs';

const CHART = fileURLToPath(new URL('../../charts/scaiwave', import.meta.url));
const NAMESPACE = 'scaiwave';

/** Numbers for one machine; what the operating pages call values.yaml. */
const VALUES = {
  logLevel: 'warn', operator: { replicas: 1, statusIntervalMs: 1_000 },
  api: { replicas: 1, publicScheme: 'http', trustedProxies: 0, extraEnv: [{ name: 'ALLOW_LOCALHOST_PEERS', value: '1' }] },
  workers: { replicas: 1, extraEnv: [{ name: 'ALLOW_LOCALHOST_PEERS', value: '1' }] },
};

export class Playground {
  #closers = [];

  /** @param options.dir where `kubeconfig`, `env` and `values.json` are written for people and scripts */
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
    const folder = mkdtempSync(join(tmpdir(), 'scaiwave-playground-'));
    this.#closers.push(() => rmSync(folder, { recursive: true, force: true }));
    const backends = await startBackends(folder);
    this.#closers.push(() => backends.stop());
    const provider = await startProvider(join(folder, 'provider'), { port: this.port + 1, webPort: this.port });
    this.#closers.push(() => provider.stop());
    const plane = await ControlPlane.start(this.programs);
    this.#closers.push(() => plane.stop());
    const kubelet = new ProcessKubelet(plane);
    await kubelet.start();
    this.#closers.push(() => kubelet.stop());
    this.#closers.push(await openFrontDoor(this.port, () => kubelet.address(NAMESPACE, 'app.kubernetes.io/component=api', 'http')));
    this.#write({ plane, urls: backends.urls, issuer: provider.issuer });
    if (!this.isBare) await this.#install(plane, backends.urls);
  }

  #write({ plane, urls, issuer }) {
    mkdirSync(this.dir, { recursive: true, mode: 0o700 });
    this.#closers.push(() => rmSync(this.dir, { recursive: true, force: true }));
    const helm = (what) => [`HELM_${what.toUpperCase()}_HOME`, join(this.dir, 'helm', what)];
    const variables = { KUBECONFIG: plane.kubeconfig, ...urls, ISSUER: issuer, WEB_PORT: this.port, ...Object.fromEntries(['cache', 'config', 'data'].map(helm)) };
    const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'\n`);
    writeFileSync(join(this.dir, 'env'), `${lines.join('')}export PATH='${this.programs}':"$PATH"\n`, { mode: 0o600 });
    writeFileSync(join(this.dir, 'values.json'), JSON.stringify(VALUES, null, 2));
  }

  async #install(plane, { DATABASE_URL: databaseUrl, DATABASE_FLEET_URL: databaseFleetUrl, DATABASE_OWNER_URL: databaseOwnerUrl, REDIS_URL: redisUrl }) {
    const kubectl = new Kubectl(this.programs, plane.kubeconfig);
    const helm = new Helm(join(this.programs, 'helm'), plane.kubeconfig);
    this.#closers.push(() => helm.close());
    const secret = (name, stringData) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: NAMESPACE }, stringData });
    await kubectl.apply(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
      secret('scaiwave-postgres', { databaseUrl, databaseFleetUrl, databaseOwnerUrl }), secret('scaiwave-redis', { redisUrl }),
    );
    await helm.run('install', 'scaiwave', CHART, '-n', NAMESPACE, '-f', join(this.dir, 'values.json'), '--wait', '--timeout', '5m');
  }
}

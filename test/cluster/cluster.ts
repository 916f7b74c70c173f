import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@scaiwave/config';
import { ControlPlane, createTestDatabase, Kubectl, until, type TestDatabase } from '@scaiwave/testing';

const MAIN = fileURLToPath(new URL('../../apps/operator/dist/main.js', import.meta.url));
const NAMESPACE = 'scaiwave';

/** What the chart gives the operator as a worker's pod. */
const WORKER_TEMPLATE = {
  spec: {
    containers: [{
      name: 'worker', image: 'scaiwave:test', args: ['worker'], env: [{ name: 'LOG_LEVEL', value: 'info' }],
      securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    }],
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  },
};

/** A control plane with our CRDs, a database, and operators as the real processes they are. */
export class Cluster {
  readonly kubectl: Kubectl;
  readonly #operators = new Map<string, { child: ChildProcess; healthPort: number }>();
  readonly #output: string[] = [];

  private constructor(
    readonly plane: ControlPlane,
    readonly database: TestDatabase,
  ) {
    this.kubectl = new Kubectl(plane.programs, plane.kubeconfig);
  }

  static async start(programs: string): Promise<Cluster> {
    const cluster = new Cluster(await ControlPlane.start(programs), await createTestDatabase());
    await cluster.kubectl.applyCrds();
    await cluster.kubectl.run(['create', 'namespace', NAMESPACE]);
    return cluster;
  }

  /** The last lines that the operators wrote. */
  get output(): string {
    return this.#output.slice(-80).join('');
  }

  async startOperator(name = 'operator', env: Record<string, string> = {}): Promise<void> {
    const templateFile = join(this.plane.folder, 'worker-template.json');
    writeFileSync(templateFile, JSON.stringify(WORKER_TEMPLATE));
    const healthPort = await freePort();
    const child = spawn(process.execPath, [MAIN], {
      env: {
        PATH: '/usr/bin:/bin', NODE_ENV: 'production', KUBECONFIG: this.plane.kubeconfig, RELEASE_NAMESPACE: NAMESPACE, OPERATOR_ID: name, WORKER_TEMPLATE_FILE: templateFile,
        DATABASE_URL: this.database.appUrl, DATABASE_FLEET_URL: this.database.fleetUrl, HEALTH_PORT: String(healthPort), STATUS_INTERVAL_MS: '200', ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => this.#output.push(`${name}: ${data.toString()}`));
    this.#operators.set(name, { child, healthPort });
    await until(`${name} is ready`, async () => {
      if (child.exitCode !== null) throw new Error(`${name} ended at its start:\n${this.output}`);
      return (await this.health(name, '/readyz')).status === 200;
    });
  }

  /** What the operator's health port answers; status 0 when nobody does. */
  async health(name: string, path: string): Promise<{ status: number; text: string }> {
    const { healthPort } = this.#operators.get(name) ?? { healthPort: 0 };
    return fetch(`http://127.0.0.1:${healthPort}${path}`).then(
      async (response) => ({ status: response.status, text: await response.text() }),
      () => ({ status: 0, text: '' }),
    );
  }

  async endOperator(name = 'operator', signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { child } = this.#operators.get(name) ?? {};
    this.#operators.delete(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  /** Resolves when a resource has the condition. */
  async wait(resource: string, namespace: string, condition = 'Ready', seconds = 30): Promise<void> {
    const { code, stderr } = await this.kubectl.try(['wait', '-n', namespace, `--for=condition=${condition}`, `--timeout=${seconds}s`, resource]);
    if (code !== 0) throw new Error(`${stderr}\n${await this.kubectl.run(['get', '-n', namespace, resource, '-o', 'yaml'])}\n${this.output}`);
  }

  async stop(): Promise<void> {
    for (const name of [...this.#operators.keys()]) await this.endOperator(name);
    await this.plane.stop();
    await this.database.drop();
  }
}

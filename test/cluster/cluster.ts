import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@scaiwave/config';
import { readClockOffset, writeClockOffset } from '@scaiwave/telemetry';
import { ControlPlane, createTestDatabase, createTestRedis, Kubectl, OwnBackends, ProcessKubelet, startTestIssuer, until, type TestDatabase, type TestIssuer, type TestRedis } from '@scaiwave/testing';

const MAIN = fileURLToPath(new URL('../../apps/operator/dist/main.js', import.meta.url));
const NAMESPACE = 'scaiwave';

const HEALTH = 9090;
const HTTP = 8080;
/** Processes start slowly beside other tests. */
const START_MS = 150_000;
const OIDC_SECRETS = '/var/run/scaiwave/oidc';

/** A control plane with our CRDs, a node, databases, and operators as the real processes they are. */
export class Cluster {
  readonly kubectl: Kubectl;
  readonly kubelet: ProcessKubelet;
  readonly #operators = new Map<string, { child: ChildProcess; healthPort: number }>();
  readonly #output: string[] = [];

  private constructor(
    readonly plane: ControlPlane,
    readonly database: TestDatabase,
    readonly redis: TestRedis,
    readonly issuer: TestIssuer,
    private readonly own: OwnBackends | null,
  ) {
    this.kubectl = new Kubectl(plane.programs, plane.kubeconfig);
    this.kubelet = new ProcessKubelet(plane);
  }

  /** @param own Postgres and Redis that the test may stop; else those of the whole run */
  static async start(programs: string, own: OwnBackends | null = null): Promise<Cluster> {
    const cluster = new Cluster(await ControlPlane.start(programs), await createTestDatabase(own?.postgresUrl), createTestRedis(own?.redisUrl), await startTestIssuer('localhost'), own);
    await cluster.kubectl.applyCrds();
    const { database, redis } = cluster;
    await cluster.kubectl.apply(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'backends', namespace: NAMESPACE }, stringData: { databaseUrl: database.appUrl, databaseFleetUrl: database.fleetUrl, redisUrl: redis.url } },
    );
    await cluster.kubelet.start();
    return cluster;
  }

  /** The last lines that the operators wrote. */
  get output(): string {
    return this.#output.slice(-80).join('');
  }

  async startOperator(name = 'operator', env: Record<string, string> = {}): Promise<void> {
    await this.launchOperator(name, env);
    await until(`${name} is ready`, async () => {
      if (!this.isRunning(name)) throw new Error(`${name} ended at its start:\n${this.output}`);
      return (await this.health(name, '/readyz')).status === 200;
    }, START_MS).catch((error: Error) => Promise.reject(new Error(`${error.message}\n${this.output}`)));
  }

  isRunning(name = 'operator'): boolean {
    const { child } = this.#operators.get(name) ?? {};
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** Starts an operator and does not wait for it. */
  async launchOperator(name = 'operator', env: Record<string, string> = {}): Promise<void> {
    const templateFile = join(this.plane.folder, 'worker-template.json');
    writeFileSync(templateFile, JSON.stringify({ spec: this.podOf('worker') }));
    const healthPort = await freePort();
    const child = spawn(process.execPath, [MAIN], {
      env: {
        PATH: '/usr/bin:/bin', NODE_ENV: 'production', KUBECONFIG: this.plane.kubeconfig, RELEASE_NAMESPACE: NAMESPACE, OPERATOR_ID: name, WORKER_TEMPLATE_FILE: templateFile,
        DATABASE_URL: this.database.appUrl, DATABASE_FLEET_URL: this.database.fleetUrl, SCAIWAVE_TEST_MODE: '1', CLOCK_OFFSET_FILE: this.#clockFile, KEY_INTERVAL_MS: '200', HEALTH_PORT: String(healthPort), STATUS_INTERVAL_MS: '200', WORKER_REPLICAS: '1', ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => this.#output.push(`${name}: ${data.toString()}`));
    this.#operators.set(name, { child, healthPort });
  }

  /** The API as a Deployment, as the chart makes it. */
  async startApi(): Promise<void> {
    const labels = { app: 'api' };
    await this.kubectl.apply({
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'scaiwave-api', namespace: NAMESPACE },
      spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: this.podOf('api') } },
    });
    await until('the API is ready', async () => (await this.apiAddress()) !== null, START_MS);
  }

  apiAddress(): Promise<string | null> {
    return this.kubelet.address(NAMESPACE, 'app=api', HTTP);
  }

  get #clockFile(): string {
    return join(this.plane.folder, 'clock-offset');
  }

  /** The time of all our processes, in milliseconds. */
  now(): number {
    return Date.now() + readClockOffset(this.#clockFile);
  }

  /** Moves the clocks of all our processes. */
  passTime(ms: number): void {
    writeClockOffset(this.#clockFile, readClockOffset(this.#clockFile) + ms);
  }

  /** As the chart makes it. */
  podOf(role: 'api' | 'worker'): { containers: object[]; [field: string]: unknown } {
    const secret = (name: string, key: string) => ({ name, valueFrom: { secretKeyRef: { name: 'backends', key } } });
    const isApi = role === 'api';
    return {
      containers: [{
        name: role, image: 'scaiwave:test', args: [role],
        env: [
          secret('DATABASE_URL', 'databaseUrl'), secret('DATABASE_FLEET_URL', 'databaseFleetUrl'), secret('REDIS_URL', 'redisUrl'),
          { name: 'SCAIWAVE_TEST_MODE', value: '1' }, { name: 'CLOCK_OFFSET_FILE', value: this.#clockFile },
          { name: 'REDIS_PREFIX', value: this.redis.prefix }, { name: 'HEALTH_PORT', value: String(HEALTH) }, { name: 'LOG_LEVEL', value: 'warn' },
          ...(isApi ? [{ name: 'HTTP_PORT', value: String(HTTP) }, { name: 'PUBLIC_SCHEME', value: 'http' }, { name: 'OIDC_SECRETS_DIR', value: OIDC_SECRETS }] : [{ name: 'SWEEP_INTERVAL_MS', value: '200' }]),
        ],
        ports: [{ name: 'health', containerPort: HEALTH }, ...(isApi ? [{ name: 'http', containerPort: HTTP }] : [])],
        ...(isApi && { volumeMounts: [{ name: 'oidc', mountPath: OIDC_SECRETS, readOnly: true }] }),
        readinessProbe: { httpGet: { path: '/readyz', port: 'health' } },
        securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
      }],
      ...(isApi && { volumes: [{ name: 'oidc', secret: { secretName: 'scaiwave-oidc', optional: true } }] }),
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    };
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
    await Promise.all([...this.#operators.keys()].map((name) => this.endOperator(name)));
    await this.kubelet.stop();
    await this.plane.stop();
    await Promise.all([this.issuer.close(), ...(this.own === null ? [this.redis.empty(), this.database.drop()] : [this.own.close()])]);
  }
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ControlPlane, createTestDatabase, createTestRedis, Helm, Kubectl, ProcessKubelet, type TestDatabase, type TestRedis } from '@scaiwave/testing';

const CLI = fileURLToPath(new URL('../../apps/cli/dist/main.js', import.meta.url));
export const CHART = fileURLToPath(new URL('../../charts/scaiwave', import.meta.url));
export const PREVIOUS_CHART = fileURLToPath(new URL('../charts/previous/scaiwave-0.1.0.tgz', import.meta.url));
export const NAMESPACE = 'scaiwave';
export const OPERATOR = 'app.kubernetes.io/component=operator';

export interface PodSeen {
  metadata: { name: string };
  spec: { serviceAccountName: string; volumes?: { projected?: { sources: { secret?: { name: string } }[] } }[] };
  status: { phase: string; containerStatuses?: { ready: boolean; restartCount: number }[] };
}

/** A control plane without our CRDs, a node, an empty database, and a namespace that takes only restricted pods: what an installation begins with. */
export class ChartCluster {
  readonly kubectl: Kubectl;
  readonly helm: Helm;
  readonly kubelet: ProcessKubelet;

  private constructor(
    readonly plane: ControlPlane,
    readonly database: TestDatabase,
    readonly redis: TestRedis,
  ) {
    this.kubectl = new Kubectl(plane.programs, plane.kubeconfig);
    this.helm = new Helm(join(plane.programs, 'helm'), plane.kubeconfig);
    this.kubelet = new ProcessKubelet(plane);
  }

  static async start(programs: string): Promise<ChartCluster> {
    const cluster = new ChartCluster(await ControlPlane.start(programs), await createTestDatabase(), createTestRedis());
    await cluster.database.empty();
    await cluster.kubectl.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } });
    await cluster.kubelet.start();
    return cluster;
  }

  /** The Secrets that the chart wants to be there. */
  async makeSecrets(): Promise<void> {
    const { database, redis } = this;
    const secret = (name: string, stringData: object): object => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: NAMESPACE }, stringData });
    await this.kubectl.apply(
      secret('scaiwave-postgres', { databaseUrl: database.appUrl, databaseFleetUrl: database.fleetUrl, databaseOwnerUrl: database.ownerUrl }),
      secret('scaiwave-redis', { redisUrl: redis.url }),
    );
  }

  /** A values file: small numbers, the quick rhythm of tests, and whatever is given. */
  valuesWith(more: object = {}): string {
    return this.helm.values({
      redis: { prefix: this.redis.prefix }, logLevel: 'warn', operator: { statusIntervalMs: 5_000 }, api: { replicas: 1, publicScheme: 'http' },
      workers: { replicas: 1, extraEnv: [{ name: 'SWEEP_INTERVAL_MS', value: '500' }] }, ...more,
    });
  }

  /** `scaiwave migrate`, as a person would run it. */
  async migrate(): Promise<void> {
    const child = spawn(process.execPath, [CLI, 'migrate'], { env: { PATH: '/usr/bin:/bin', DATABASE_OWNER_URL: this.database.ownerUrl }, stdio: 'ignore' });
    const [code] = (await once(child, 'exit')) as [number];
    if (code !== 0) throw new Error(`the migration ended with ${code}`);
  }

  async pods(labelSelector: string): Promise<PodSeen[]> {
    return (await this.kubectl.get<{ items: PodSeen[] }>('-n', NAMESPACE, 'pods', '-l', labelSelector)).items;
  }

  /** Resolves when the Tenant says that it is ready. */
  async untilReady(namespace: string, name: string): Promise<void> {
    const { code, stderr } = await this.kubectl.try(['wait', '-n', namespace, '--for=condition=Ready', '--timeout=60s', `tenant/${name}`]);
    if (code !== 0) throw new Error(`${stderr}\n${await this.kubectl.run(['get', '-n', namespace, 'tenant', name, '-o', 'yaml'])}\n${this.kubelet.logs('scaiwave-operator')}`);
  }

  /** What the API says of a tenant to another server: the status of its descriptor; 0 when there is no API. */
  async descriptorOf(serverName: string): Promise<number> {
    const address = await this.kubelet.address(NAMESPACE, 'app.kubernetes.io/component=api', 'http');
    if (address === null) return 0;
    return new Promise((resolve) => {
      request(`${address}/.well-known/scaiwave/server`, { headers: { host: serverName } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      }).once('error', () => resolve(0)).end();
    });
  }

  /** The sum of a metric over the operators that run now. */
  async sumOfMetric(line: RegExp): Promise<number> {
    const addresses = await this.kubelet.addresses(NAMESPACE, OPERATOR, 'health');
    const texts = await Promise.all(addresses.map((address) => fetch(`${address}/metrics`).then((answer) => answer.text(), () => '')));
    return texts.flatMap((text) => [...text.matchAll(line)]).reduce((sum, [, value]) => sum + Number(value), 0);
  }

  async stop(): Promise<void> {
    await this.kubelet.stop();
    await this.plane.stop();
    this.helm.close();
    await Promise.all([this.redis.empty(), this.database.drop()]);
  }
}

export const tenantOf = (name: string, spec: object = {}): { metadata: object; [field: string]: unknown }[] => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
  { apiVersion: 'federation.scaiwave.io/v1alpha1', kind: 'Tenant', metadata: { name, namespace: name }, spec: { serverName: `${name}.example`, auth: { oidc: { issuer: 'https://id.example', clientId: name } }, ...spec } },
];


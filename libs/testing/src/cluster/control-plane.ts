import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { freePort } from '@scaiwave/config';
import { Agent, request } from 'undici';
import { until } from '../until.js';

/** Up in 4 s on a quiet machine; beside other tests it takes its time. */
const START_MS = 180_000;

type Program = 'etcd' | 'kube-apiserver' | 'kube-controller-manager';

const CONTROLLERS = [
  'deployment-controller', 'replicaset-controller', 'garbage-collector-controller', 'namespace-controller', 'serviceaccount-controller', 'root-ca-certificate-publisher-controller',
  'endpointslice-controller', 'resourcequota-controller', 'disruption-controller', 'job-controller', 'horizontal-pod-autoscaler-controller', 'clusterrole-aggregation-controller',
];

/** A token of the cluster's, with the groups that it stands for. */
export interface Account {
  name: string;
  token: string;
  groups?: string;
}

/**
 * A real Kubernetes control plane on loopback: etcd, kube-apiserver and kube-controller-manager as three processes, each of which can be
 * killed alone and started again on the same data. No nodes and no kubelet.
 */
export class ControlPlane {
  readonly folder = mkdtempSync(join(tmpdir(), 'scaiwave-cluster-'));
  readonly #children = new Map<Program, ChildProcess>();
  readonly #admin: Account = { name: 'admin', token: randomBytes(16).toString('hex'), groups: 'system:masters' };
  readonly #manager: Account = { name: 'system:kube-controller-manager', token: randomBytes(16).toString('hex') };
  #agent: Agent | undefined;

  private constructor(
    readonly programs: string,
    private readonly ports: { etcd: number; etcdPeer: number; apiserver: number },
  ) {}

  /** @param programs folder with etcd, kube-apiserver, kube-controller-manager and kubectl */
  static async start(programs: string): Promise<ControlPlane> {
    const plane = new ControlPlane(programs, { etcd: await freePort(), etcdPeer: await freePort(), apiserver: await freePort() });
    try {
      await plane.#begin();
    } catch (error) {
      await plane.stop();
      throw error;
    }
    return plane;
  }

  async #begin(): Promise<void> {
    this.#writeKeys();
    await this.launch('etcd');
    await this.launch('kube-apiserver');
    await this.launch('kube-controller-manager');
    await until('the default ServiceAccount is there', async () => (await this.get('/api/v1/namespaces/default/serviceaccounts/default')).status === 200, START_MS);
  }

  get url(): string {
    return `https://127.0.0.1:${this.ports.apiserver}`;
  }

  /** The admin's kubeconfig file. */
  get kubeconfig(): string {
    return join(this.folder, 'admin.kubeconfig');
  }

  /** Starts one of the three, the first time or after `kill`. */
  async launch(program: Program): Promise<void> {
    const log = openSync(join(this.folder, `${program}.log`), 'a');
    const child = spawn(join(this.programs, program), this.#argsOf(program), { stdio: ['ignore', log, log] });
    this.#children.set(program, child);
    child.once('exit', () => this.#children.get(program) === child && this.#children.delete(program));
    if (program !== 'kube-apiserver') return;
    await until('the apiserver is ready', async () => {
      if (child.exitCode !== null) throw new Error(`the apiserver ended: ${readFileSync(join(this.folder, 'kube-apiserver.log'), 'utf8').slice(-2_000)}`);
      return (await this.get('/readyz')).status === 200 && (await this.get('/api/v1/namespaces/default')).status === 200;
    }, START_MS);
    for (const [file, account] of [['admin', this.#admin], ['manager', this.#manager]] as const) this.writeKubeconfig(`${file}.kubeconfig`, account.token);
  }

  async kill(program: Program): Promise<void> {
    await this.#end(program, 'SIGKILL');
  }

  async stop(): Promise<void> {
    for (const program of ['kube-controller-manager', 'kube-apiserver', 'etcd'] as const) await this.#end(program, 'SIGKILL');
    await this.#agent?.destroy();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Writes a kubeconfig for whoever has this token; `server` is another way to the apiserver. @returns its path */
  writeKubeconfig(file: string, token = this.#admin.token, server = this.url): string {
    const path = join(this.folder, file);
    const cluster = { server, 'certificate-authority-data': this.#authority().toString('base64') };
    writeFileSync(path, JSON.stringify({
      apiVersion: 'v1', kind: 'Config', clusters: [{ name: 'c', cluster }], users: [{ name: 'u', user: { token } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }], 'current-context': 'x',
    }), { mode: 0o600 });
    return path;
  }

  /** One GET as admin; status 0 when nobody answers. */
  async get(path: string): Promise<{ status: number; body: string }> {
    return this.send('GET', path);
  }

  /** One request as admin; status 0 when nobody answers. */
  async send(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, content?: object): Promise<{ status: number; body: string }> {
    try {
      this.#agent ??= new Agent({ connect: { ca: this.#authority() } });
      const { statusCode, body } = await request(`${this.url}${path}`, {
        method, dispatcher: this.#agent, ...(content && { body: JSON.stringify(content) }),
        headers: { authorization: `Bearer ${this.#admin.token}`, ...(content && { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' }) },
      });
      return { status: statusCode, body: await body.text() };
    } catch {
      return { status: 0, body: '' };
    }
  }

  // Made by the apiserver at its first start: leaf and authority in one. An agent that took half of it would never trust anybody.
  #authority(): Buffer {
    const pem = readFileSync(join(this.folder, 'pki', 'apiserver.crt'));
    if (!pem.toString().trimEnd().endsWith('-----END CERTIFICATE-----')) throw new Error('the apiserver has not written its certificate yet');
    return pem;
  }

  #writeKeys(): void {
    mkdirSync(join(this.folder, 'etcd'), { mode: 0o700 });
    mkdirSync(join(this.folder, 'pki'));
    const { publicKey, privateKey } = generateKeyPairSync('ec', {
      namedCurve: 'prime256v1', publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'sec1', format: 'pem' },
    });
    writeFileSync(join(this.folder, 'pki', 'sa.key'), privateKey, { mode: 0o600 });
    writeFileSync(join(this.folder, 'pki', 'sa.pub'), publicKey);
    const lines = [this.#admin, this.#manager].map(({ token, name, groups }) => `${token},${name},${name}${groups ? `,"${groups}"` : ''}\n`);
    writeFileSync(join(this.folder, 'pki', 'tokens.csv'), lines.join(''), { mode: 0o600 });
  }

  #argsOf(program: Program): string[] {
    const pki = join(this.folder, 'pki');
    const etcd = `http://127.0.0.1:${this.ports.etcd}`;
    const peer = `http://127.0.0.1:${this.ports.etcdPeer}`;
    if (program === 'etcd') {
      return ['--data-dir', join(this.folder, 'etcd'), '--listen-client-urls', etcd, '--advertise-client-urls', etcd, '--listen-peer-urls', peer,
        '--initial-advertise-peer-urls', peer, '--initial-cluster', `default=${peer}`, '--unsafe-no-fsync', '--log-level', 'warn'];
    }
    if (program === 'kube-apiserver') {
      return ['--etcd-servers', etcd, '--bind-address', '127.0.0.1', '--secure-port', String(this.ports.apiserver), '--cert-dir', pki, '--token-auth-file', join(pki, 'tokens.csv'),
        '--authorization-mode', 'RBAC', '--service-account-issuer', 'https://kubernetes.default.svc', '--service-account-key-file', join(pki, 'sa.pub'),
        '--service-account-signing-key-file', join(pki, 'sa.key'), '--service-cluster-ip-range', '10.0.0.0/24', '--allow-privileged=true', '--profiling=false'];
    }
    return ['--kubeconfig', join(this.folder, 'manager.kubeconfig'), '--secure-port=0', '--leader-elect=false', '--use-service-account-credentials=true',
      '--service-account-private-key-file', join(pki, 'sa.key'), '--root-ca-file', join(pki, 'apiserver.crt'), '--profiling=false', '--controllers', CONTROLLERS.join(',')];
  }

  async #end(program: Program, signal: NodeJS.Signals): Promise<void> {
    const child = this.#children.get(program);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
}

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '@scaiwave/config';
import { request } from 'undici';
import type { ControlPlane } from './control-plane.js';
import { ContainerConfigError, ImageError, type Pod, type PodContainer } from './pod.js';
import { accountOf } from './pod-account.js';
import { PodFiles } from './pod-files.js';

const APPS = fileURLToPath(new URL('../../../../apps/', import.meta.url));
/** What an image is: our own apps, by the first argument. */
const MAIN_OF: Record<string, readonly [string, ...string[]]> = {
  api: ['api/dist/main.js'], worker: ['worker/dist/main.js'], operator: ['operator/dist/main.js'], migrate: ['cli/dist/main.js', 'migrate'], probe: ['../tools/image/entry.mjs', 'probe'],
};
const OUR_IMAGE = 'scaiwave:';
const NODE = 'n1';
const LOOK_MS = 50;
/** A pod that is ready is looked at less often: its probe, and the Secrets that are mounted into it. */
const READY_LOOK_MS = 500;
const BACK_OFF_MS = 500;
const KEPT_LINES = 2_000;

interface Running {
  pod: Pod;
  files: PodFiles;
  /** containerPort → port of this machine */
  ports: Map<number, number>;
  ip: string;
  child: ChildProcess | null;
  startedAt: number;
  restarts: number;
  /** of the last process that ended */
  lastExitCode: number | null;
  restartAt: number;
  lookAgainAt: number;
  /** of a pod that is not started again */
  exitCode: number | null;
  said: string;
  /** annotations with which its folders were written last */
  mountedFor: string | null;
  isEnding: boolean;
  log: string[];
}

/**
 * A simulation of a node: pods that nobody has bound are bound to it, and run as processes of this machine; Secrets and ConfigMaps are
 * folders; what a pod listens on gets a port of its own, and who asks for the token of its ServiceAccount gets a kubeconfig with it.
 * It reports Running, Ready, Succeeded, Failed, CrashLoopBackOff and CreateContainerConfigError.
 * It isolates nothing and knows no image but ours.
 */
export class ProcessKubelet {
  /** When running pods see a changed Secret: at once; as if the minute of a real kubelet never passed, so only with a change of the pod; not at all. */
  secretUpdates: 'prompt' | 'late' | 'held' = 'prompt';
  readonly #running = new Map<string, Running>();
  readonly #stop = new AbortController();
  #loop: Promise<void> | undefined;
  #lastIp = 0;

  constructor(private readonly plane: ControlPlane) {}

  async start(): Promise<void> {
    await this.plane.send('POST', '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: NODE } });
    this.#loop = this.#look();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    await Promise.all([...this.#running.values()].map(({ child }) => end(child, 'SIGKILL')));
  }

  /** Where a ready pod of these labels listens on this machine; null while there is none. */
  async address(namespace: string, labelSelector: string, port: number | string): Promise<string | null> {
    return (await this.addresses(namespace, labelSelector, port))[0] ?? null;
  }

  /** Where all ready pods of these labels listen on this machine. */
  async addresses(namespace: string, labelSelector: string, port: number | string): Promise<string[]> {
    const { status, body } = await this.plane.get(`/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(labelSelector)}`);
    if (status !== 200) return [];
    const running = (JSON.parse(body) as { items: Pod[] }).items.flatMap(({ metadata }) => this.#running.get(metadata.uid) ?? []);
    return running.filter(({ said }) => said.endsWith('ready')).map(({ pod, ports }) => `http://127.0.0.1:${ports.get(numberOf(pod, port))}`);
  }

  /** The last lines that the pods of a name wrote. */
  logs(podName: string): string {
    return [...this.#running.values()].filter(({ pod }) => pod.metadata.name.startsWith(podName)).flatMap(({ log }) => log).join('');
  }

  async #look(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const { status, body } = await this.plane.get('/api/v1/pods');
      if (status === 200) await Promise.all((JSON.parse(body) as { items: Pod[] }).items.map((pod) => this.#tend(pod)));
      await delay(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #tend(pod: Pod): Promise<void> {
    const { uid, name, namespace } = pod.metadata;
    if (pod.metadata.deletionTimestamp !== undefined) return this.#end(pod);
    if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return;
    if (pod.spec.nodeName === undefined) {
      await this.plane.send('POST', `/api/v1/namespaces/${namespace}/pods/${name}/binding`, { apiVersion: 'v1', kind: 'Binding', metadata: { name }, target: { apiVersion: 'v1', kind: 'Node', name: NODE } });
    }
    const running = this.#running.get(uid) ?? this.#admit(pod);
    running.pod = pod;
    await this.#keepRunning(running);
  }

  async #keepRunning(running: Running): Promise<void> {
    if (running.exitCode !== null) return this.#report(running, `ended ${running.exitCode}`);
    if (running.child !== null && performance.now() < running.lookAgainAt) return;
    try {
      await this.#mount(running);
      if (running.child === null && performance.now() >= running.restartAt) await this.#launch(running);
      if (running.child === null) return;
      const hasPassed = await isReady(running);
      running.lookAgainAt = hasPassed ? performance.now() + READY_LOOK_MS : 0;
      await this.#report(running, hasPassed ? 'ready' : 'running');
    } catch (error) {
      if (!(error instanceof ContainerConfigError)) throw error;
      await this.#report(running, `waiting ${error.name} ${error.message}`);
    }
  }

  // A real kubelet looks at mounted Secrets about once a minute, and at once when the pod itself changes.
  async #mount(running: Running): Promise<void> {
    const annotations = JSON.stringify(running.pod.metadata.annotations ?? {});
    const isHeld = this.secretUpdates === 'held' || (this.secretUpdates === 'late' && running.mountedFor === annotations);
    if (running.mountedFor !== null && isHeld) return;
    await running.files.mount(running.pod);
    running.mountedFor = annotations;
  }

  #admit(pod: Pod): Running {
    const folder = join(this.plane.folder, 'pods', pod.metadata.uid);
    mkdirSync(folder, { recursive: true });
    this.#lastIp += 1;
    const running: Running = {
      pod, files: new PodFiles(this.plane, folder), ports: new Map(), ip: `10.1.${this.#lastIp >> 8}.${this.#lastIp & 255}`, child: null, startedAt: 0, mountedFor: null, restarts: 0, restartAt: 0, lookAgainAt: 0, exitCode: null, lastExitCode: null, said: '', isEnding: false, log: [],
    };
    this.#running.set(pod.metadata.uid, running);
    return running;
  }

  async #launch(running: Running): Promise<void> {
    const container = running.pod.spec.containers[0] as PodContainer;
    const [role = ''] = container.args ?? [];
    const main = MAIN_OF[role];
    if (!container.image.startsWith(OUR_IMAGE)) throw new ImageError(`Back-off pulling image "${container.image}"`);
    if (main === undefined) throw new ContainerConfigError(`our image has no ${role}`);
    for (const { containerPort } of container.ports ?? []) if (!running.ports.has(containerPort)) running.ports.set(containerPort, await freePort());
    const [program, ...first] = main;
    const args = await Promise.all((container.args ?? []).slice(1).map((arg) => this.#atService(running.pod, arg)));
    const child = spawn(process.execPath, [APPS + program, ...first, ...args], { env: { PATH: '/usr/bin:/bin', NODE_ENV: 'production', ...(await this.#environment(running, container)) }, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => running.log.splice(0, Math.max(0, running.log.push(data.toString()) - KEPT_LINES)));
    running.child = child;
    child.once('exit', (code) => {
      running.child = null;
      running.lastExitCode = code ?? 137;
      const { restartPolicy = 'Always' } = running.pod.spec;
      if (restartPolicy === 'Never' || (restartPolicy === 'OnFailure' && code === 0)) {
        running.exitCode = code ?? 137;
        return;
      }
      running.restarts += 1;
      running.restartAt = performance.now() + BACK_OFF_MS * 2 ** Math.min(running.restarts, 4);
      if (!running.isEnding && !this.#stop.signal.aborted) this.#report(running, 'waiting CrashLoopBackOff').catch(() => undefined);
    });
  }

  // No DNS here: a Service is where one of its pods listens.
  async #atService({ metadata: { namespace } }: Pod, text: string): Promise<string> {
    const url = URL.parse(text);
    const { status, body } = url === null ? { status: 0, body: '' } : await this.plane.get(`/api/v1/namespaces/${namespace}/services/${url.hostname}`);
    if (url === null || status !== 200) return text;
    const { spec } = JSON.parse(body) as { spec: { selector: Record<string, string>; ports: { port: number; targetPort: number | string }[] } };
    const labels = Object.entries(spec.selector).map(([label, value]) => `${label}=${value}`).join(',');
    const address = await this.address(namespace, labels, spec.ports.find(({ port }) => port === Number(url.port || 80))?.targetPort ?? 0);
    return address === null ? text : address + url.pathname;
  }

  // Ports and mount paths are another machine's: they become ours wherever the environment names them.
  async #environment({ pod, files, ports }: Running, container: PodContainer): Promise<Record<string, string>> {
    const env = { ...(await accountOf(this.plane, pod)), ...(await files.resolve(pod, container.env ?? [])) };
    const mounts = container.volumeMounts ?? [];
    const rewrite = (value: string): string => {
      const port = ports.get(Number(value));
      if (port !== undefined) return String(port);
      return mounts.reduce((text, { name, mountPath }) => (text.startsWith(mountPath) ? files.folderOf(name) + text.slice(mountPath.length) : text), value);
    };
    return Object.fromEntries(Object.entries(env).map(([key, value]) => [key, rewrite(value)]));
  }

  async #report(running: Running, what: string): Promise<void> {
    if (running.said === what || running.isEnding) return;
    running.said = what;
    const { metadata, spec } = running.pod;
    const { name, image } = spec.containers[0] as PodContainer;
    const isUp = what === 'ready';
    const [, reason, ...message] = what.split(' ');
    const now = new Date().toISOString().replace(/\.\d+/, '');
    const hasEnded = running.exitCode !== null;
    const state = what.startsWith('waiting') ? { waiting: { reason, message: message.join(' ') } }
      : hasEnded ? { terminated: { exitCode: running.exitCode, reason: running.exitCode === 0 ? 'Completed' : 'Error', startedAt: now, finishedAt: now } } : { running: { startedAt: now } };
    await this.plane.send('PATCH', `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}/status`, { status: {
      phase: phaseOf(running, what), podIP: running.ip, podIPs: [{ ip: running.ip }], hostIP: '127.0.0.1', startTime: now,
      conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type, index) => ({ type, status: index < 2 || isUp ? 'True' : 'False', lastTransitionTime: now })),
      containerStatuses: [{ name, image, imageID: '', restartCount: running.restarts, ready: isUp, started: isUp, state, ...(running.lastExitCode !== null && { lastState: { terminated: { exitCode: running.lastExitCode, reason: 'Error', message: running.log.slice(-1).join('').slice(-1_000) } } }), containerID: `process://${running.child?.pid ?? 0}` }],
    } });
  }

  async #end(pod: Pod): Promise<void> {
    const { uid, name, namespace, deletionGracePeriodSeconds = 30 } = pod.metadata;
    const running = this.#running.get(uid);
    if (running?.isEnding) return;
    if (running !== undefined) {
      running.isEnding = true;
      const killer = setTimeout(() => running.child?.kill('SIGKILL'), deletionGracePeriodSeconds * 1_000);
      await end(running.child, 'SIGTERM');
      clearTimeout(killer);
      this.#running.delete(uid);
    }
    await this.plane.send('DELETE', `/api/v1/namespaces/${namespace}/pods/${name}`, { gracePeriodSeconds: 0, preconditions: { uid } });
  }
}

function numberOf({ spec }: Pod, port: number | string): number {
  return typeof port === 'number' ? port : (spec.containers[0]?.ports?.find(({ name }) => name === port)?.containerPort ?? 0);
}

function phaseOf({ exitCode, restarts }: Running, what: string): string {
  if (exitCode !== null) return exitCode === 0 ? 'Succeeded' : 'Failed';
  return what.startsWith('waiting') && restarts === 0 ? 'Pending' : 'Running';
}

async function isReady({ pod, ports }: Running): Promise<boolean> {
  const { readinessProbe } = pod.spec.containers[0] as PodContainer;
  if (readinessProbe?.httpGet === undefined) return true;
  const { path, port } = readinessProbe.httpGet;
  try {
    const { statusCode, body } = await request(`http://127.0.0.1:${ports.get(numberOf(pod, port))}${path}`);
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  }
}

async function end(child: ChildProcess | null, signal: NodeJS.Signals): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

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
import { PodFiles } from './pod-files.js';

const APPS = fileURLToPath(new URL('../../../../apps/', import.meta.url));
/** What an image is: our own apps, by the first argument. */
const MAIN_OF: Record<string, string> = { api: 'api/dist/main.js', worker: 'worker/dist/main.js', operator: 'operator/dist/main.js' };
const OUR_IMAGE = 'scaiwave:';
const NODE = 'n1';
const LOOK_MS = 50;
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
  exitCode: number | null;
  restartAt: number;
  said: string;
  isEnding: boolean;
  log: string[];
}

/**
 * A simulation of a node: pods that nobody has bound are bound to it, and run as processes of this machine; Secrets and ConfigMaps are
 * folders; what a pod listens on gets a port of its own. It reports Running, Ready, CrashLoopBackOff and CreateContainerConfigError.
 * It isolates nothing and knows no image but ours.
 */
export class ProcessKubelet {
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
  async address(namespace: string, labelSelector: string, containerPort: number): Promise<string | null> {
    const { status, body } = await this.plane.get(`/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(labelSelector)}`);
    if (status !== 200) return null;
    for (const { metadata } of (JSON.parse(body) as { items: Pod[] }).items) {
      const running = this.#running.get(metadata.uid);
      if (running?.said.endsWith('ready')) return `http://127.0.0.1:${running.ports.get(containerPort)}`;
    }
    return null;
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
    try {
      await running.files.mount(running.pod);
      if (running.child === null && performance.now() >= running.restartAt) await this.#launch(running);
      if (running.child !== null) await this.#report(running, (await isReady(running)) ? 'ready' : 'running');
    } catch (error) {
      if (!(error instanceof ContainerConfigError)) throw error;
      await this.#report(running, `waiting ${error.name} ${error.message}`);
    }
  }

  #admit(pod: Pod): Running {
    const folder = join(this.plane.folder, 'pods', pod.metadata.uid);
    mkdirSync(folder, { recursive: true });
    this.#lastIp += 1;
    const running: Running = {
      pod, files: new PodFiles(this.plane, folder), ports: new Map(), ip: `10.1.${this.#lastIp >> 8}.${this.#lastIp & 255}`, child: null, startedAt: 0, restarts: 0, exitCode: null, restartAt: 0, said: '', isEnding: false, log: [],
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
    const child = spawn(process.execPath, [APPS + main, ...(container.args ?? []).slice(1)], { env: { PATH: '/usr/bin:/bin', NODE_ENV: 'production', ...(await this.#environment(running, container)) }, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => running.log.splice(0, Math.max(0, running.log.push(data.toString()) - KEPT_LINES)));
    running.child = child;
    child.once('exit', (exitCode) => {
      running.child = null;
      running.exitCode = exitCode ?? 137;
      running.restarts += 1;
      running.restartAt = performance.now() + BACK_OFF_MS * 2 ** Math.min(running.restarts, 4);
      if (!running.isEnding && !this.#stop.signal.aborted) this.#report(running, 'waiting CrashLoopBackOff').catch(() => undefined);
    });
  }

  // Ports and mount paths are another machine's: they become ours wherever the environment names them.
  async #environment({ pod, files, ports }: Running, container: PodContainer): Promise<Record<string, string>> {
    const env = await files.resolve(pod, container.env ?? []);
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
    const state = what.startsWith('waiting') ? { waiting: { reason, message: message.join(' ') } } : { running: { startedAt: now } };
    await this.plane.send('PATCH', `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}/status`, { status: {
      phase: what.startsWith('waiting') && running.restarts === 0 ? 'Pending' : 'Running', podIP: running.ip, podIPs: [{ ip: running.ip }], hostIP: '127.0.0.1', startTime: now,
      conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type, index) => ({ type, status: index < 2 || isUp ? 'True' : 'False', lastTransitionTime: now })),
      containerStatuses: [{ name, image, imageID: '', restartCount: running.restarts, ready: isUp, started: isUp, state, ...(running.exitCode !== null && { lastState: { terminated: { exitCode: running.exitCode, reason: 'Error', message: running.log.slice(-1).join('').slice(-1_000) } } }), containerID: `process://${running.child?.pid ?? 0}` }],
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

async function isReady({ pod, ports }: Running): Promise<boolean> {
  const { readinessProbe, ports: named = [] } = pod.spec.containers[0] as PodContainer;
  if (readinessProbe?.httpGet === undefined) return true;
  const { path, port } = readinessProbe.httpGet;
  const number = typeof port === 'number' ? port : named.find(({ name }) => name === port)?.containerPort;
  try {
    const { statusCode, body } = await request(`http://127.0.0.1:${ports.get(number ?? 0)}${path}`);
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

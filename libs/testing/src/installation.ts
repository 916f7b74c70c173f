import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import { until } from './until.js';

const APPS = fileURLToPath(new URL('../../../apps/', import.meta.url));

/** On a machine that does much else beside it. */
const START_WITHIN_MS = 180_000;

export type AppName = 'api' | 'worker';
/** The second ones are replicas on the same Postgres, Redis and keys: they run only where a test starts them. */
export type ProcessName = AppName | `second ${AppName}`;


/** One installation's API and worker as the real processes they are, started from the built apps. */
export class Installation {
  readonly #env: Record<ProcessName, Record<string, string>>;
  readonly #healthPorts: Record<ProcessName, number>;
  readonly #children = new Map<ProcessName, ChildProcess>();
  readonly #output: string[] = [];

  constructor(options: { env: Record<ProcessName, Record<string, string>>; healthPorts: Record<ProcessName, number> }) {
    this.#env = options.env;
    this.#healthPorts = options.healthPorts;
  }

  async start(...names: ProcessName[]): Promise<void> {
    await Promise.all((names.length > 0 ? names : (['api', 'worker'] as const)).map((name) => this.#startOne(name)));
  }

  /** `kill -9`, and waits until the process is gone. */
  async kill(...names: ProcessName[]): Promise<void> {
    await Promise.all(names.map((name) => this.#end(name, 'SIGKILL')));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#children.keys()].map((name) => this.#end(name, 'SIGTERM')));
  }

  isRunning(name: ProcessName): boolean {
    return this.#children.has(name);
  }

  /** The last lines that the processes wrote, for the message of a failed test. */
  get output(): string {
    return this.#output.slice(-60).join('');
  }

  async #startOne(name: ProcessName): Promise<void> {
    const child = spawn(process.execPath, [`${APPS}${name.replace('second ', '')}/dist/main.js`], {
      env: { PATH: '/usr/bin:/bin', NODE_ENV: 'production', ...this.#env[name], HEALTH_PORT: String(this.#healthPorts[name]) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#children.set(name, child);
    child.once('exit', () => this.#children.get(name) === child && this.#children.delete(name));
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => this.#output.push(`${name}: ${data.toString()}`));
    await until(`${name} is ready`, async () => {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${name} ended at its start:\n${this.output}`);
      return isReady(this.#healthPorts[name]);
    }, START_WITHIN_MS);
  }

  async #end(name: ProcessName, signal: NodeJS.Signals): Promise<void> {
    const child = this.#children.get(name);
    if (!child || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    const response = await request(`http://127.0.0.1:${port}/readyz`);
    await response.body.dump();
    return response.statusCode === 200;
  } catch {
    return false;
  }
}

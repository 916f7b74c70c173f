import { join } from 'node:path';
import { StartProblem } from '../start-problem.js';
import { endLeftover } from '../supervise/end-leftover.js';
import { ManagedProcess } from '../supervise/managed-process.js';
import { waitUntilReady } from './wait-until-ready.js';

/** The scripts that Node runs. */
export interface ServerScripts {
  api: string;
  worker: string;
}

export interface ServerProcessesOptions {
  scripts: ServerScripts;
  runFolder: string;
  env: { api: Record<string, string>; worker: Record<string, string> };
  healthPorts: { api: number; worker: number };
  onLine: (name: string, line: string) => void;
  say: (sentence: string) => void;
  /** Aborted: stop waiting. */
  signal: AbortSignal;
}

const READY_WITHIN_MS = 60_000;
/** A child that dies this often before it was ready once does not get better by waiting. */
const MAX_EARLY_DEATHS = 3;
const KEPT_LINES = 30;

/** A crash ends with a stack and Node's version; its error stands before them. */
function findTelling(lines: string[]): string {
  return lines.findLast((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? 'nothing';
}

/** Ends API and worker of an earlier, killed run; they would hold the port and the database. */
export async function endLeftoverServers(runFolder: string): Promise<void> {
  await Promise.all(['api', 'worker'].map((name) => endLeftover(join(runFolder, `${name}.json`))));
}

/** API and worker of one installation, each a process of its own, kept running. */
export class ServerProcesses {
  private readonly children: { name: 'api' | 'worker'; managed: ManagedProcess }[];
  private readonly deaths = { api: 0, worker: 0 };
  private readonly lastLines: Record<'api' | 'worker', string[]> = { api: [], worker: [] };
  private isReady = false;

  constructor(private readonly options: ServerProcessesOptions) {
    this.children = (['worker', 'api'] as const).map((name) => ({ name, managed: this.build(name) }));
  }

  /** pids by name, null while one is down. */
  get pids(): Record<string, number | null> {
    return Object.fromEntries(this.children.map(({ name, managed }) => [name, managed.pid]));
  }

  /** Starts both and waits until they say that they are ready. @throws StartProblem when one does not come up */
  async start(): Promise<void> {
    await Promise.all(this.children.map(({ managed }) => managed.start()));
    await Promise.all(this.children.map(({ name }) => this.awaitReady(name)));
    this.isReady = true;
  }

  /** The API first: nobody is left waiting for a worker. */
  async stop(): Promise<void> {
    for (const { managed } of [...this.children].reverse()) await managed.stop();
  }

  private build(name: 'api' | 'worker'): ManagedProcess {
    const { runFolder, scripts, env, onLine, say } = this.options;
    return new ManagedProcess({
      name, args: ['--enable-source-maps', scripts[name]], env: env[name], recordFile: join(runFolder, `${name}.json`),
      onLine: (_, line) => {
        if (line.trim() !== '') this.lastLines[name] = [...this.lastLines[name].slice(1 - KEPT_LINES), line.trim()];
        onLine(name, line);
      },
      onDied: (_, how, restartInMs) => {
        this.deaths[name] += 1;
        if (this.isReady) say(`the ${name} ended ${how}; it starts again in ${restartInMs / 1_000} s`);
      },
    });
  }

  private async awaitReady(name: 'api' | 'worker'): Promise<void> {
    const hasGivenUp = (): boolean => this.deaths[name] >= MAX_EARLY_DEATHS || this.options.signal.aborted;
    if (await waitUntilReady(this.options.healthPorts[name], { timeoutMs: READY_WITHIN_MS, hasGivenUp })) return;
    this.options.signal.throwIfAborted();
    const why = hasGivenUp() ? 'ends at once' : `is not ready after ${READY_WITHIN_MS / 1_000} s`;
    throw new StartProblem(`the ${name} ${why}; the last thing it said: ${findTelling(this.lastLines[name])}`);
  }
}

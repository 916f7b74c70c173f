import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { endLeftover } from './end-leftover.js';
import { removeProcessRecord, writeProcessRecord } from './process-record.js';

export interface ManagedProcessOptions {
  /** How it is called in what people read: `api`, `worker`. */
  name: string;
  /** Script and arguments for this Node. */
  args: string[];
  /** The whole environment of the child: nothing of ours is inherited. */
  env: Record<string, string>;
  recordFile: string;
  /** One line of the child's output. */
  onLine: (name: string, line: string) => void;
  /** The child ended although nobody asked for it; it is started again after `restartInMs`. */
  onDied?: (name: string, how: string, restartInMs: number) => void;
  firstRestartMs?: number;
  maxRestartMs?: number;
  /** A child that lived this long is healthy: its next death waits the shortest time again. Default 10 s. */
  settledAfterMs?: number;
}

const STOP_PATIENCE_MS = 10_000;

/**
 * One child process that is kept running.
 *
 *   start → running ──dies──→ waiting (1 s, 2 s, 4 s … 30 s) → running
 *              └──stop: SIGTERM, after 10 s SIGKILL──→ stopped
 */
export class ManagedProcess {
  private child: ChildProcess | null = null;
  private ended: Promise<void> = Promise.resolve();
  private restartTimer: NodeJS.Timeout | null = null;
  private settledTimer: NodeJS.Timeout | null = null;
  private deaths = 0;
  private isStopping = false;
  // However this process ends, short of kill -9, its child does not outlive it.
  private readonly killChild = (): void => void this.child?.kill('SIGKILL');

  constructor(private readonly options: ManagedProcessOptions) {}

  /** pid of the child, or null while it is down. */
  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  /** Ends what an earlier run left behind, then starts the child. */
  async start(): Promise<void> {
    await endLeftover(this.options.recordFile);
    process.on('exit', this.killChild);
    this.launch();
  }

  /** Asks the child to end, waits for it, and starts it no more. */
  async stop(): Promise<void> {
    this.isStopping = true;
    for (const timer of [this.restartTimer, this.settledTimer]) if (timer) clearTimeout(timer);
    const { child } = this;
    if (child) {
      child.kill('SIGTERM');
      const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
      await this.ended;
      clearTimeout(impatience);
    }
    process.off('exit', this.killChild);
    removeProcessRecord(this.options.recordFile);
  }

  private launch(): void {
    const { name, args, env, recordFile, onLine, settledAfterMs = 10_000 } = this.options;
    // Its own process group: Ctrl-C in a terminal reaches us only, and we stop things in order.
    const child = spawn(process.execPath, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    if (child.pid !== undefined) writeProcessRecord(recordFile, child.pid);
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', (line) => onLine(name, line));
    this.settledTimer = setTimeout(() => (this.deaths = 0), settledAfterMs).unref();
    this.ended = new Promise((resolve) => {
      const end = (how: string): void => {
        if (this.child !== child) return;
        this.child = null;
        this.died(how);
        resolve();
      };
      child.once('exit', (code, signal) => end(signal ? `by ${signal}` : `with code ${code}`));
      child.once('error', (error) => end(`before it started (${error.message})`));
    });
  }

  private died(how: string): void {
    if (this.settledTimer) clearTimeout(this.settledTimer);
    if (this.isStopping) return;
    const { name, firstRestartMs = 1_000, maxRestartMs = 30_000, onDied } = this.options;
    const restartInMs = Math.min(maxRestartMs, firstRestartMs * 2 ** this.deaths);
    this.deaths += 1;
    onDied?.(name, how, restartInMs);
    this.restartTimer = setTimeout(() => this.launch(), restartInMs);
  }
}

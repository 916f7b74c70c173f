import { BackOff } from './back-off.js';

/** Runs something later; returns how to call it off. Tests give one that follows a clock of theirs. */
export type Schedule = (run: () => void, ms: number) => () => void;

export interface WorkQueueOptions {
  schedule?: Schedule;
  /** the time in milliseconds, for the metrics of waiting and working */
  now?: () => number;
  observe?: WorkQueueObserver;
}

/** Told what happens, for metrics. */
export interface WorkQueueObserver {
  depth(waiting: number): void;
  added(): void;
  retried(): void;
  waited(ms: number): void;
  worked(ms: number): void;
}

const FIRST_MS = 1_000;
const MAX_MS = 300_000;
// Timers cannot wait for longer than 24 days: they would run at once. To look once a day in vain costs nothing.
const LATEST_MS = 86_400_000;

function scheduleByTimer(run: () => void, ms: number): () => void {
  const timer = setTimeout(run, ms);
  timer.unref();
  return () => clearTimeout(timer);
}

/**
 * Names of what has to be looked at, each at most once, and never two at a time for the same name: what is added while it is being
 * worked on comes again afterwards. Urgent ones (deletions, suspensions) overtake the others.
 *
 *   add ─→ waiting ─→ working ─→ done
 *             ▲          │ added meanwhile (dirty)
 *   later ────┴──────────┘
 *
 * What begins to be worked on is no longer planned for later: the outcome says when it is due again.
 */
export class WorkQueue {
  /** since when; the urgent ones apart */
  readonly #urgent = new Map<string, number>();
  readonly #waiting = new Map<string, number>();
  /** whether it was urgent */
  readonly #working = new Map<string, boolean>();
  readonly #dirty = new Map<string, boolean>();
  readonly #later = new Map<string, { atMs: number; cancel: () => void }>();
  readonly #backOffs = new Map<string, BackOff>();
  readonly #takers: Array<(key: string | null) => void> = [];
  readonly #schedule: Schedule;
  readonly #now: () => number;
  readonly #observe: WorkQueueObserver | undefined;
  #isClosed = false;

  constructor({ schedule = scheduleByTimer, now = () => performance.now(), observe }: WorkQueueOptions = {}) {
    this.#schedule = schedule;
    this.#now = now;
    this.#observe = observe;
  }

  /** Is there anything waiting or being worked on? What is put off until later does not count. */
  get isIdle(): boolean {
    return this.#depth === 0 && this.#working.size === 0;
  }

  add(key: string, isUrgent = false): void {
    if (this.#isClosed) return;
    if (this.#working.has(key)) {
      this.#dirty.set(key, isUrgent || this.#dirty.get(key) === true);
      return;
    }
    if (this.#urgent.has(key)) return;
    const since = this.#waiting.get(key);
    if (since !== undefined && !isUrgent) return;
    this.#waiting.delete(key);
    (isUrgent ? this.#urgent : this.#waiting).set(key, since ?? this.#now());
    if (since === undefined) this.#observe?.added();
    this.#hand();
  }

  /** Adds the key after `ms`; of several such wishes the earliest counts. */
  addAfter(key: string, afterMs: number, isUrgent = false): void {
    if (this.#isClosed) return;
    const ms = Math.min(afterMs, LATEST_MS);
    const atMs = this.#now() + ms;
    const present = this.#later.get(key);
    if (present !== undefined && present.atMs <= atMs) return;
    present?.cancel();
    const cancel = this.#schedule(() => {
      this.#later.delete(key);
      this.add(key, isUrgent);
    }, ms);
    this.#later.set(key, { atMs, cancel });
  }

  /** Adds the key again after its back-off: 1 s, doubling to 5 minutes. What was urgent stays so. */
  retry(key: string): void {
    const backOff = this.#backOffs.get(key) ?? new BackOff({ firstMs: FIRST_MS, maxMs: MAX_MS });
    this.#backOffs.set(key, backOff);
    this.#observe?.retried();
    this.addAfter(key, backOff.next(), this.#working.get(key));
  }

  /** It went well: its next failure waits from the beginning. */
  forget(key: string): void {
    this.#backOffs.delete(key);
  }

  /** Works on what comes, `concurrency` names at a time, until closed. `work` does not throw. */
  async run(concurrency: number, work: (key: string) => Promise<void>): Promise<void> {
    await Promise.all(Array.from({ length: concurrency }, () => this.#serve(work)));
  }

  /** Nothing is handed out any more; `run` resolves when what is being worked on is done. */
  close(): void {
    this.#isClosed = true;
    for (const { cancel } of this.#later.values()) cancel();
    this.#later.clear();
    for (const take of this.#takers.splice(0)) take(null);
  }

  async #serve(work: (key: string) => Promise<void>): Promise<void> {
    for (let key = await this.#take(); key !== null; key = await this.#take()) {
      const begunAt = this.#now();
      await work(key);
      this.#observe?.worked(this.#now() - begunAt);
      this.#working.delete(key);
      const isUrgentAgain = this.#dirty.get(key);
      this.#dirty.delete(key);
      if (isUrgentAgain !== undefined) this.add(key, isUrgentAgain);
    }
  }

  #take(): Promise<string | null> {
    if (this.#isClosed) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#takers.push(resolve);
      this.#hand();
    });
  }

  #hand(): void {
    while (this.#takers.length > 0 && this.#depth > 0) {
      const lane = this.#urgent.size > 0 ? this.#urgent : this.#waiting;
      const [[key, since]] = lane as unknown as [[string, number]];
      lane.delete(key);
      this.#working.set(key, lane === this.#urgent);
      this.#later.get(key)?.cancel();
      this.#later.delete(key);
      this.#observe?.waited(this.#now() - since);
      this.#takers.shift()?.(key);
    }
    this.#observe?.depth(this.#depth);
  }

  get #depth(): number {
    return this.#urgent.size + this.#waiting.size;
  }
}

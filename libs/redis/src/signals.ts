import type { RedisClients } from './redis-clients.js';

/** One party that waits for a name. */
type Wake = () => void;

const POLL_MS = 500;

/**
 * "Look into Postgres now": a named signal between processes. It carries nothing and may be lost; whoever waits looks
 * for itself when it begins, on each signal, every half second, and when its time is over.
 */
export class Signals {
  readonly #redis: RedisClients;
  readonly #waiting = new Map<string, Set<Wake>>();
  #listening: Promise<unknown> | undefined;

  constructor(redis: RedisClients) {
    this.#redis = redis;
  }

  /** Wakes all that wait for `name`, in every process. Never throws. */
  async publish(name: string): Promise<void> {
    try {
      await this.#redis.ask((commands) => commands.publish(this.#redis.key('signal', name), '1'));
    } catch {
      this.#redis.metrics.wakeFailures.inc({ kind: 'signal' });
    }
  }

  /**
   * Waits until `check` gives something other than null, or `timeoutMs` have passed (then null).
   * `check` reads Postgres; it also runs first of all, so that a signal sent before the wait began is not missed.
   */
  async until<Found>({ name, timeoutMs, check }: { name: string; timeoutMs: number; check: () => Promise<Found | null> }): Promise<Found | null> {
    const waiter = this.wait(name);
    const deadline = performance.now() + timeoutMs;
    try {
      for (;;) {
        const found = await check();
        const leftMs = deadline - performance.now();
        if (found !== null || leftMs <= 0) return found;
        await waiter.next(Math.min(leftMs, POLL_MS));
      }
    } finally {
      waiter.stop();
    }
  }

  /** Begins to listen for `name` now, so that the row whose change is awaited can be written afterwards. Stop it when done. */
  wait(name: string): Waiter {
    this.#listening ??= this.#listen();
    const waiter = new Waiter(() => this.#forget(name, wake));
    const wake = (): void => waiter.wake();
    const known = this.#waiting.get(name) ?? new Set<Wake>();
    known.add(wake);
    this.#waiting.set(name, known);
    return waiter;
  }

  /** Resolves when this process hears signals; of use before the first one is awaited. */
  async ready(): Promise<void> {
    await (this.#listening ??= this.#listen());
  }

  #forget(name: string, wake: Wake): void {
    const known = this.#waiting.get(name);
    known?.delete(wake);
    if (known?.size === 0) this.#waiting.delete(name);
  }

  // One pattern for the whole process: a wait then costs no round trip of its own.
  #listen(): Promise<unknown> {
    const start = this.#redis.key('signal', '');
    const { subscriber } = this.#redis;
    // Signals that were sent before the subscription, or while the connection was gone, are lost: everybody looks again.
    const wakeAll = (): void => {
      for (const wakes of this.#waiting.values()) for (const wake of wakes) wake();
    };
    this.#redis.onResubscribed(wakeAll);
    const hear = (_text: string, channel: string): void => {
      for (const wake of this.#waiting.get(channel.slice(start.length)) ?? []) wake();
    };
    return this.#redis.insist(() => subscriber.pSubscribe(`${start}*`, hear)).then(wakeAll, () => undefined); // closed, or not allowed: only polling is left
  }
}

/** One wait for one name. */
export class Waiter {
  readonly #onStop: () => void;
  #hasSignal = false;
  #resume: (() => void) | undefined;

  constructor(onStop: () => void) {
    this.#onStop = onStop;
  }

  /** Resolves with true on the next signal (or one that has come since the last call), with false after `timeoutMs`. */
  next(timeoutMs: number): Promise<boolean> {
    if (this.#hasSignal) {
      this.#hasSignal = false;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const finish = (isSignal: boolean): void => {
        clearTimeout(timer);
        this.#resume = undefined;
        this.#hasSignal = false;
        resolve(isSignal);
      };
      const timer = setTimeout(finish, timeoutMs, false);
      this.#resume = () => finish(true);
    });
  }

  /** @internal */
  wake(): void {
    this.#hasSignal = true;
    this.#resume?.();
  }

  stop(): void {
    this.#onStop();
    this.#resume?.();
  }
}

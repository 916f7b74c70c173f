import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Where time comes from. Every business time is read here, never from SQL `now()` or `Date.now()`. */
export abstract class Clock {
  /** Milliseconds since the epoch. */
  abstract now(): number;

  /** The same instant as a `Date`. */
  date(): Date {
    return new Date(this.now());
  }
}

const OFFSET_IS_FRESH_MS = 20;

/** The machine's clock, moved by the milliseconds written in `offsetFile` (tests and the demo only). */
export class SystemClock extends Clock {
  readonly #offsetFile: string | undefined;
  #offsetMs = 0;
  #readAt = -Infinity;

  constructor(options: { offsetFile?: string | undefined } = {}) {
    super();
    this.#offsetFile = options.offsetFile;
  }

  override now(): number {
    return Date.now() + (this.#offsetFile === undefined ? 0 : this.#offset(this.#offsetFile));
  }

  // Re-reading beats fs.watch here: a watch misses a file that does not exist yet, and one that is replaced.
  #offset(file: string): number {
    const monotonic = performance.now();
    if (monotonic - this.#readAt >= OFFSET_IS_FRESH_MS) {
      this.#readAt = monotonic;
      this.#offsetMs = readClockOffset(file);
    }
    return this.#offsetMs;
  }
}

/** Milliseconds that a clock offset file asks for; 0 when there is none. */
export function readClockOffset(file: string): number {
  try {
    const offset = Number(readFileSync(file, 'utf8').trim());
    return Number.isSafeInteger(offset) ? offset : 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

/** Moves every process that reads `file` to `offsetMs` from the machine's time, within 20 ms. */
export function writeClockOffset(file: string, offsetMs: number): void {
  const next = `${file}.${process.pid}`;
  writeFileSync(next, `${Math.trunc(offsetMs)}\n`);
  renameSync(next, file); // whole or not at all: a reader never sees half a number
}

/** A span of time; the parts are added. */
export interface Span {
  ms?: number;
  seconds?: number;
  minutes?: number;
  hours?: number;
  days?: number;
}

/** Milliseconds in a span. */
export function spanMs(span: Span): number {
  const { ms = 0, seconds = 0, minutes = 0, hours = 0, days = 0 } = span;
  return ms + 1_000 * (seconds + 60 * (minutes + 60 * (hours + 24 * days)));
}

/** A clock that stands still until it is moved. */
export class ManualClock extends Clock {
  #now: number;

  /** @param startMs milliseconds since the epoch */
  constructor(startMs = Date.UTC(2026, 0, 1)) {
    super();
    this.#now = startMs;
  }

  override now(): number {
    return this.#now;
  }

  advance(span: Span): void {
    this.#now += spanMs(span);
  }

  set(ms: number): void {
    this.#now = ms;
  }
}

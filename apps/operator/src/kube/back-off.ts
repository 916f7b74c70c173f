import { randomInt } from 'node:crypto';

/** Doubling waits between `firstMs` and `maxMs`, each 50–100 % of its step, so that many do not come back at the same time. */
export class BackOff {
  #failures = 0;

  constructor(private readonly limits: { firstMs: number; maxMs: number }) {}

  /** Milliseconds to wait after one more failure. */
  next(): number {
    const { firstMs, maxMs } = this.limits;
    const step = Math.min(maxMs, firstMs * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    return Math.ceil(step / 2) + randomInt(Math.ceil(step / 2) + 1);
  }

  reset(): void {
    this.#failures = 0;
  }
}

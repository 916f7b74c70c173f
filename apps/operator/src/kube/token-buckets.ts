interface Bucket {
  tokens: number;
  filledAtMs: number;
}

const MAX_BUCKETS = 4_096;

/** For each name so many at once, and then one more every so often. The names that were not used for longest are forgotten. */
export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>();

  constructor(
    private readonly limit: { burst: number; everyMs: number },
    // Not the clock of the business: it may jump.
    private readonly now: () => number = () => performance.now(),
  ) {}

  take(name: string): boolean {
    const { tokens, filledAtMs } = this.#refilled(name);
    this.#buckets.delete(name);
    this.#buckets.set(name, { tokens: Math.max(0, tokens - 1), filledAtMs });
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > MAX_BUCKETS && oldest !== undefined) this.#buckets.delete(oldest);
    return tokens > 0;
  }

  #refilled(name: string): Bucket {
    const { burst, everyMs } = this.limit;
    const present = this.#buckets.get(name);
    if (present === undefined) return { tokens: burst, filledAtMs: this.now() };
    const more = Math.floor((this.now() - present.filledAtMs) / everyMs);
    return { tokens: Math.min(burst, present.tokens + more), filledAtMs: present.filledAtMs + more * everyMs };
  }
}

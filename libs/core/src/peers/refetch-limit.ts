const WINDOW_MS = 10_000;
const MOST_IN_WINDOW = 3;
const KID_MEMORY_MS = 30_000;
const FORGET_FROM = 1_000;

/** How often one peer's descriptor may be fetched again: three times in 10 s, and once for a keyid that it did not have. */
export class RefetchLimit {
  private readonly fetches = new Map<string, number[]>();
  private readonly kids = new Map<string, number>();

  /** Counts a fetch that is allowed. `kid_known`: this keyid was looked up a moment ago and was not there. */
  take(peer: string, kid: string | null, now: number): 'allowed' | 'too_often' | 'kid_known' {
    this.forget(now);
    const kidKey = kid === null ? null : `${peer} ${kid}`;
    if (kidKey !== null && this.kids.has(kidKey)) return 'kid_known';
    const recent = (this.fetches.get(peer) ?? []).filter((at) => isWithin(at, now, WINDOW_MS));
    if (recent.length >= MOST_IN_WINDOW) return 'too_often';
    this.fetches.set(peer, [...recent, now]);
    if (kidKey !== null) this.kids.set(kidKey, now);
    return 'allowed';
  }

  /** How much is remembered. */
  get size(): number {
    return this.fetches.size + this.kids.size;
  }

  private forget(now: number): void {
    for (const [key, at] of this.kids) if (!isWithin(at, now, KID_MEMORY_MS)) this.kids.delete(key);
    if (this.fetches.size < FORGET_FROM) return;
    for (const [key, times] of this.fetches) if (!times.some((at) => isWithin(at, now, WINDOW_MS))) this.fetches.delete(key);
  }
}

// A clock that is moved back must not leave a peer locked out.
function isWithin(at: number, now: number, spanMs: number): boolean {
  return Math.abs(now - at) < spanMs;
}

/** A bucket may go below zero: what was taken in one piece is then paid back before anything more is given. */
interface Bucket {
  level: number;
  at: number;
}

export interface BucketSize {
  /** tokens that come back each second; as many lie in a full bucket */
  perSecond: number;
  /** burst, if other than one second's worth */
  capacity?: number;
}

/** Token buckets by key, in the memory of one process. A full bucket is forgotten, so the memory is bounded by the keys in use. */
export class TokenBuckets {
  private readonly buckets = new Map<string, Bucket>();
  private readonly capacity: number;
  private readonly perSecond: number;

  constructor(size: BucketSize) {
    this.perSecond = size.perSecond;
    this.capacity = size.capacity ?? size.perSecond;
  }

  /** Takes one token, or as many as it costs, if there is one; otherwise says in how many seconds there will be. */
  take(key: string, now: number, cost = 1): { taken: true } | { taken: false; retryAfterSeconds: number } {
    const bucket = this.refill(key, now);
    if (bucket.level < 1) return { taken: false, retryAfterSeconds: (1 - bucket.level) / this.perSecond };
    bucket.level -= cost;
    return { taken: true };
  }

  /** Takes `count` tokens whether or not they are there. */
  charge(key: string, count: number, now: number): void {
    this.refill(key, now).level -= count;
  }

  /** How many could be taken now. */
  left(key: string, now: number): number {
    return Math.max(0, Math.floor(this.refill(key, now).level));
  }

  private refill(key: string, now: number): Bucket {
    if (this.buckets.size > 10_000) this.forgetFull(now);
    const bucket = this.buckets.get(key) ?? { level: this.capacity, at: now };
    bucket.level = Math.min(this.capacity, bucket.level + (Math.max(0, now - bucket.at) / 1000) * this.perSecond);
    bucket.at = now;
    this.buckets.set(key, bucket);
    return bucket;
  }

  private forgetFull(now: number): void {
    for (const [key, bucket] of this.buckets) {
      if (bucket.level + ((now - bucket.at) / 1000) * this.perSecond >= this.capacity) this.buckets.delete(key);
    }
  }
}

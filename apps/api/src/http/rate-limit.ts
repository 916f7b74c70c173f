import { Injectable } from '@nestjs/common';
import { DomainError } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';

interface Bucket {
  tokens: number;
  at: number;
}

const USER = { perSecond: 100, burst: 400 };
const TENANT = { perSecond: 2_000, burst: 8_000 };
const MAX_BUCKETS = 100_000;

/** Limits of the client API per tenant and per user, in this process. */
@Injectable()
export class RateLimit {
  readonly #buckets = new Map<string, Bucket>();

  constructor(private readonly clock: Clock) {}

  /** @throws DomainError `SW_RATE_LIMIT_EXCEEDED` */
  take(tenantId: string, participantId: string): void {
    this.#takeOne(tenantId, TENANT);
    this.#takeOne(`${tenantId}/${participantId}`, USER);
  }

  /** For what costs more than a request: `perMinute` of a kind per person. */
  takeRare(key: string, perMinute: number): void {
    this.#takeOne(key, { perSecond: perMinute / 60, burst: perMinute });
  }

  #takeOne(key: string, limit: { perSecond: number; burst: number }): void {
    const now = this.clock.now();
    const bucket = this.#buckets.get(key) ?? { tokens: limit.burst, at: now };
    bucket.tokens = Math.min(limit.burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * limit.perSecond);
    bucket.at = now;
    if (this.#buckets.size >= MAX_BUCKETS) this.#buckets.clear();
    this.#buckets.set(key, bucket);
    if (bucket.tokens < 1) throw new DomainError('SW_RATE_LIMIT_EXCEEDED', { retry_after_seconds: Math.ceil((1 - bucket.tokens) / limit.perSecond) });
    bucket.tokens -= 1;
  }
}

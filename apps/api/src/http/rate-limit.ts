import { Injectable } from '@nestjs/common';
import { DomainError } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';

interface Bucket {
  tokens: number;
  at: number;
}

interface Limit {
  perSecond: number;
  burst: number;
}

const USER: Limit = { perSecond: 100, burst: 400 };
const TENANT: Limit = { perSecond: 2_000, burst: 8_000 };
/** For those who have not said who they are, per client address. */
const ADDRESS: Limit = { perSecond: 20, burst: 200 };
const MAX_BUCKETS = 100_000;

/** Limits of the client API per tenant, per user and per address, in this process. */
@Injectable()
export class RateLimit {
  readonly #buckets = new Map<string, Bucket>();

  constructor(private readonly clock: Clock) {}

  /** @throws DomainError `SW_RATE_LIMIT_EXCEEDED` */
  take(tenantId: string, participantId: string): void {
    this.#takeOne(`user ${tenantId} ${participantId}`, USER);
    this.#takeOne(`tenant ${tenantId}`, TENANT);
  }

  /** @throws DomainError `SW_RATE_LIMIT_EXCEEDED` */
  takeAddress(address: string): void {
    this.#takeOne(`address ${address}`, ADDRESS);
  }

  /** For what costs more than a request: `perMinute` of a kind per person. */
  takeRare(key: string, perMinute: number): void {
    this.#takeOne(`rare ${key}`, { perSecond: perMinute / 60, burst: perMinute });
  }

  #takeOne(key: string, limit: Limit): void {
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

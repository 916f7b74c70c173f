import { Inject, Injectable, Optional } from '@nestjs/common';
import type { ServerName, TenantId } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import type { Refusal } from './raw-request.js';
import { TokenBuckets } from './token-buckets.js';

/** What one peer may send to one tenant, per process. An app provides its own; a peer may rely on 20 and 2,000. */
export class InboundLimits {
  readonly requestsPerSecond: number;
  readonly eventsPerSecond: number;
  /** descriptors fetched for servers never seen before: for one tenant, and for one client address */
  readonly strangersPerSecond: number;

  constructor(limits: { requestsPerSecond?: number; eventsPerSecond?: number; strangersPerSecond?: number } = {}) {
    this.requestsPerSecond = limits.requestsPerSecond ?? 500;
    this.eventsPerSecond = limits.eventsPerSecond ?? 20_000;
    this.strangersPerSecond = limits.strangersPerSecond ?? 5;
  }
}

/** Limits per tenant × peer, never one for all. */
@Injectable()
export class RateLimits {
  private readonly requests: TokenBuckets;
  private readonly events: TokenBuckets;
  private readonly strangers: TokenBuckets;
  private readonly clock: Clock;

  constructor(clock: Clock, @Optional() @Inject(InboundLimits) limits: InboundLimits | null) {
    const { requestsPerSecond, eventsPerSecond, strangersPerSecond } = limits ?? new InboundLimits();
    this.clock = clock;
    this.requests = new TokenBuckets({ perSecond: requestsPerSecond });
    this.events = new TokenBuckets({ perSecond: eventsPerSecond });
    this.strangers = new TokenBuckets({ perSecond: strangersPerSecond, capacity: strangersPerSecond * 10 });
  }

  /** One request; also refused while the events of earlier ones are over the limit. */
  takeRequest(tenantId: TenantId, origin: ServerName): Refusal | null {
    const key = `${tenantId} ${origin}`;
    const now = this.clock.now();
    const taken = this.requests.take(key, now);
    if (!taken.taken) return { code: 'SW_RATE_LIMIT_EXCEEDED', reason: 'requests', retryAfterSeconds: taken.retryAfterSeconds };
    const owed = this.events.take(key, now, 0);
    return owed.taken ? null : { code: 'SW_RATE_LIMIT_EXCEEDED', reason: 'events', retryAfterSeconds: owed.retryAfterSeconds };
  }

  /** The events of a request that was let in; known only after it was parsed, so the next request pays for them. */
  chargeEvents(tenantId: TenantId, origin: ServerName, count: number): void {
    this.events.charge(`${tenantId} ${origin}`, count, this.clock.now());
  }

  /** How many events this server may send now without being asked to wait. */
  eventsLeft(tenantId: TenantId, origin: ServerName): number {
    return this.events.left(`${tenantId} ${origin}`, this.clock.now());
  }

  /** May a descriptor be fetched for a server that this tenant has never met? */
  takeStranger(tenantId: TenantId, source: string | undefined): boolean {
    const now = this.clock.now();
    if (source !== undefined && !this.strangers.take(`source ${source}`, now).taken) return false;
    return this.strangers.take(`tenant ${tenantId}`, now).taken;
  }
}

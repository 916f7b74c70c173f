import { Injectable } from '@nestjs/common';
import { matchesServerPattern, type ServerName } from '@scaiwave/protocol';
import { Clock, Metrics } from '@scaiwave/telemetry';
import type { TenantContext } from '../../tenants/index.js';
import type { InboundRequest } from '../inbound-request.js';
import { RateLimits } from '../rate-limits.js';
import { buildAnswer, type RawResponse } from '../raw-request.js';
import { ReceiveBatch, type BatchAnswer } from '../receive-batch.js';
import { RecordRejections } from '../record-rejections.js';
import { TakeEphemerals } from '../take-ephemerals.js';
import { VerifyHeldEvents } from '../verify-held-events.js';

/** What is written beside the events of a batch. */
@Injectable()
export class SendBooks {
  constructor(
    private readonly rejections: RecordRejections,
    private readonly metrics: Metrics,
  ) {}

  async write({ tenant, origin, batch }: InboundRequest, { results, outcomes }: BatchAnswer): Promise<void> {
    for (const { status } of outcomes) this.metrics.inboundEvents.inc({ tenant: tenant.serverName, result: status });
    const refusals = outcomes.flatMap((outcome, index) => {
      // A gap is how two servers find their place again; nobody has to know of it.
      if (outcome.status !== 'rejected' || outcome.code === 'SW_FED_GAP') return [];
      return [{ origin, code: outcome.code, reason: outcome.reason, details: { batch_id: batch.batch_id, event_id: results[index]?.id ?? null } }];
    });
    await this.rejections.run(tenant, refusals);
  }
}

const LOOK_EVERY_MS = 30_000;

/** A server whose keys are at hand may be one for whose keys events wait. Asked at most twice a minute per server. */
@Injectable()
export class LookAtHeld {
  private readonly looked = new Map<string, number>();

  constructor(
    private readonly verify: VerifyHeldEvents,
    private readonly clock: Clock,
  ) {}

  async run(tenant: TenantContext, origins: readonly ServerName[]): Promise<void> {
    const now = this.clock.now();
    if (this.looked.size > 10_000) this.looked.clear();
    const due = [...new Set(origins)].filter((origin) => Math.abs(now - (this.looked.get(`${tenant.id} ${origin}`) ?? -Infinity)) >= LOOK_EVERY_MS);
    for (const origin of due) this.looked.set(`${tenant.id} ${origin}`, now);
    if (due.length > 0) await this.verify.run({ tenant, origins: due });
  }
}

/** `POST send`: the batch, then the answer for each of its events. A batch without events is a hello. */
@Injectable()
export class ReceiveSend {
  constructor(
    private readonly receive: ReceiveBatch,
    private readonly ephemerals: TakeEphemerals,
    private readonly limits: RateLimits,
    private readonly books: SendBooks,
    private readonly held: LookAtHeld,
  ) {}

  async run(inbound: InboundRequest): Promise<RawResponse> {
    const { tenant, origin, keys, batch } = inbound;
    this.limits.chargeEvents(tenant.id, origin, batch.events.length);
    // Events of blocked origins are stored and hidden, whoever brings them.
    const isBlocked = (name: string) => inbound.policy.blocked_peers.some((pattern) => matchesServerPattern(pattern, name));
    const answer = await this.receive.run({ tenant, carrier: origin, keys, request: batch, isBlocked });
    await this.ephemerals.run({ tenant, carrier: origin, entries: batch.ephemeral });
    await this.books.write(inbound, answer);
    await this.held.run(tenant, [origin, ...answer.verifiedOrigins]);
    return buildAnswer({ results: answer.results });
  }
}

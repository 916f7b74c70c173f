import { Injectable } from '@nestjs/common';
import { matchesServerPattern } from '@scaiwave/protocol';
import { Logger, Metrics } from '@scaiwave/telemetry';
import type { InboundRequest } from '../inbound-request.js';
import { RateLimits } from '../rate-limits.js';
import { buildAnswer, type RawResponse } from '../raw-request.js';
import { ReceiveBatch, type BatchAnswer } from '../receive-batch.js';
import { RecordRejections } from '../record-rejections.js';
import { TakeEphemerals } from '../../ephemerals/index.js';

/** What is written beside the events of a batch. */
@Injectable()
export class SendBooks {
  constructor(
    private readonly rejections: RecordRejections,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {}

  async write({ tenant, origin, batch }: InboundRequest, { results, outcomes }: BatchAnswer): Promise<void> {
    const eventId = results[0]?.id;
    if (eventId) this.logger.debug({ tenantId: tenant.id, peerId: origin, eventId, events: results.length }, 'Events of a peer were taken.');
    for (const { status } of outcomes) this.metrics.inboundEvents.inc({ tenant: tenant.serverName, result: status });
    const refusals = outcomes.flatMap((outcome, index) => {
      // A gap is how two servers find their place again; nobody has to know of it.
      if (outcome.status !== 'rejected' || outcome.code === 'SW_FED_GAP') return [];
      return [{ origin, code: outcome.code, reason: outcome.reason, details: { batch_id: batch.batch_id, event_id: results[index]?.id ?? null } }];
    });
    await this.rejections.run(tenant, refusals);
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
  ) {}

  async run(inbound: InboundRequest): Promise<RawResponse> {
    const { tenant, origin, keys, batch } = inbound;
    this.limits.chargeEvents(tenant.id, origin, batch.events.length);
    // Events of blocked origins are stored and hidden, whoever brings them.
    const isBlocked = (name: string) => inbound.policy.blocked_peers.some((pattern) => matchesServerPattern(pattern, name));
    const answer = await this.receive.run({ tenant, carrier: origin, keys, request: batch, isBlocked });
    await this.ephemerals.run({ tenant, carrier: origin, entries: batch.ephemeral });
    await this.books.write(inbound, answer);
    return buildAnswer({ results: answer.results, credit: this.limits.eventsLeft(tenant.id, origin) });
  }
}

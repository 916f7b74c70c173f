import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { sendResponseSchema, type EventResult, type ServerName } from '@scaiwave/protocol';
import { Clock, Metrics } from '@scaiwave/telemetry';
import type { TenantContext } from '../tenants/index.js';
import { CallPeer } from './call-peer.js';
import { isRefused } from './is-refused.js';
import { PeerContacts } from './peer-contacts.js';
import type { PeerTrouble } from './record-failure.js';
import { PeerTraffic, type TrafficCounts } from './traffic/peer-traffic.js';

export type SendAnswer = { kind: 'delivered'; results: EventResult[]; credit: number | null } | PeerTrouble;

/** JSON texts, ready for the wire. */
interface BatchContent {
  events: readonly string[];
  ephemerals: readonly string[];
  /** shorter than for a batch of events, where an answer that comes late is as good as none */
  timeoutMs?: number;
}

/** Sends events to a peer, in one request. Without events it is a hello, which also wakes the other side. */
@Injectable()
export class SendBatch {
  constructor(
    private readonly contacts: PeerContacts,
    private readonly call: CallPeer,
    private readonly metrics: Metrics,
    private readonly traffic: PeerTraffic,
    private readonly clock: Clock,
  ) {}

  async run(tenant: TenantContext, to: ServerName, content: Partial<BatchContent>): Promise<SendAnswer> {
    const start = performance.now();
    const sentAtMs = this.clock.now();
    const answer = await this.send(tenant, to, { events: [], ephemerals: [], ...content });
    if (answer.kind === 'refused') this.contacts.forget(tenant, to);
    const result = RESULTS[answer.kind];
    this.metrics.deliveryAttempts.inc({ tenant: tenant.serverName, result });
    const tookMs = performance.now() - start;
    this.metrics.deliveryDuration.observe({ result }, tookMs / 1_000);
    this.traffic.count({ tenantId: tenant.id, serverName: to }, countsOf(answer, tookMs));
    return answer.kind === 'delivered' ? answer : { ...answer, sentAtMs };
  }

  private async send(tenant: TenantContext, to: ServerName, { events, ephemerals, timeoutMs }: BatchContent): Promise<SendAnswer> {
    const contact = await this.contacts.find(tenant, to);
    if (!contact.ok) {
      if (contact.state === 'cannot_be_had_now') return { kind: 'unreachable', reason: 'descriptor', detail: contact.reason };
      return { kind: 'refused', status: 0, code: contact.code, message: contact.reason };
    }
    // Nothing that was fixed is serialised again.
    const body = `{"batch_id":"${randomUUID()}","events":[${events.join(',')}],"ephemeral":[${ephemerals.join(',')}]}`;
    const answer = await this.call.run({ tenant, to, contact, endpoint: 'send', body, ...(timeoutMs !== undefined && { timeoutMs }) });
    if (answer.kind !== 'delivered') return answer;
    const parsed = sendResponseSchema.safeParse(answer.json);
    if (!parsed.success || parsed.data.data.results.length !== events.length) {
      return { kind: 'unreachable', reason: 'bad_answer', detail: 'its answer does not have one result for each event', mayHaveArrived: true };
    }
    return { kind: 'delivered', results: parsed.data.data.results, credit: parsed.data.data.credit ?? null };
  }
}

const RESULTS = { delivered: 'delivered', refused: 'refuses_us', busy: 'busy', unreachable: 'down' } as const;

function countsOf(answer: SendAnswer, tookMs: number): Partial<TrafficCounts> {
  if (answer.kind !== 'delivered') return { retried: 1 };
  const sent = answer.results.filter(({ status }) => status !== 'rejected').length;
  return { sent, failed: answer.results.filter(isRefused).length, answered: 1, latencyMs: tookMs, latencyMaxMs: tookMs };
}

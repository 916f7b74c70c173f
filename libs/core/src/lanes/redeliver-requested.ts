import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@scaiwave/database';
import { decodeBase64url, isLater, type EventResult, type ServerName } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import type { LocalTenant } from '../peers/outbound/local-tenants.js';
import { buildHostEntry, contentOrRedaction } from './build-entry.js';
import { LEASE_MS } from './drain-lease.js';
import { LaneStore } from './lane.store.js';
import { LeaseStore, type Lease } from './lease.store.js';
import type { PeerTrouble } from './record-failure.js';
import { RedeliveryStore, type RequestedEvent } from './redelivery.store.js';
import { SendBatch } from './send-batch.js';
import { SettleOwnEvents } from './settle-own-events.js';
import { SignEvents } from './sign-events.js';
import { keyOf } from './outgoing.store.js';

const AT_ONCE = 50;

@Injectable()
export class RedeliveryBooks {
  constructor(
    readonly store: RedeliveryStore,
    readonly lanes: LaneStore,
    readonly leases: LeaseStore,
    readonly own: SettleOwnEvents,
    readonly clock: Clock,
  ) {}
}

interface Work {
  tenant: LocalTenant;
  to: ServerName;
  lease: Lease;
}

interface Entry {
  event: RequestedEvent;
  wire: string;
}

/**
 * Sends again what was given up, as an admin asked: the same ids and signatures, each event in its place. The lanes have gone on
 * meanwhile and do so after it; what was stored after all leaves the list of exceptions.
 */
@Injectable()
export class RedeliverRequested {
  constructor(
    private readonly db: Database,
    private readonly sign: SignEvents,
    private readonly send: SendBatch,
    private readonly books: RedeliveryBooks,
  ) {}

  /** Null: nothing is left to be sent again. @throws KeyringError, LeaseLost */
  async run(work: Work): Promise<PeerTrouble | null> {
    for (;;) {
      const entries = await this.db.forTenant(work.tenant.id, (tx) => this.collect(tx, work));
      if (entries.length === 0) return null;
      const answer = await this.send.run(work.tenant, work.to, { events: entries.map(({ wire }) => wire) });
      if (answer.kind !== 'delivered') return answer;
      const held = await this.db.forTenant(work.tenant.id, (tx) => this.settle(tx, work, { entries, results: answer.results }));
      if (held !== null) return { kind: 'busy', code: held, retryAfterMs: null };
    }
  }

  private async collect(tx: Tx, { tenant, to }: Work): Promise<Entry[]> {
    const events = await this.books.store.listRequested(tx, to, AT_ONCE);
    if (events.length === 0) await this.books.store.clearPeer(tx, to);
    const signed = await this.sign.run(tx, tenant, events);
    return events.map((event) => ({ event, wire: wireOf({ ...event, jws: event.jws ?? signed.get(keyOf(event)) ?? null }, to) }));
  }

  /** Returns the code of the first that the peer does not take yet, when none of them was settled. */
  private async settle(tx: Tx, { tenant, to, lease }: Work, { entries, results }: { entries: readonly Entry[]; results: readonly EventResult[] }): Promise<string | null> {
    let held: string | null = null;
    let isAnySettled = false;
    for (const [index, { event }] of entries.entries()) {
      const result = results[index]!;
      if (result.status === 'rejected' && isLater(result.code ?? 'SW_INTERNAL')) held ??= result.code ?? 'SW_INTERNAL';
      else {
        isAnySettled = true;
        await this.settleOne(tx, { tenant, to, event, result });
      }
    }
    await this.books.leases.confirm(tx, lease, new Date(this.books.clock.now() + LEASE_MS));
    return isAnySettled ? null : held;
  }

  private async settleOne(tx: Tx, { tenant, to, event, result }: { tenant: LocalTenant; to: ServerName; event: RequestedEvent; result: EventResult }): Promise<void> {
    const { room_id: roomId, id: eventId } = event;
    const isStored = result.status !== 'rejected';
    const code = result.code ?? 'SW_FED_EVENT_INVALID';
    if (isStored) await this.books.lanes.deleteExceptions(tx, { roomId, serverName: to, eventIds: [eventId] });
    else await this.books.store.markOver(tx, { serverName: to, roomId, eventId, state: 'refused', code, at: this.books.clock.date() });
    if (event.lane_kind === 'host' || event.room_seq !== null) return;
    const chain = result.chain === undefined ? null : decodeBase64url(result.chain);
    const sequenced = isStored && result.room_seq !== undefined && chain ? [{ id: eventId, roomSeq: result.room_seq, chain: Buffer.from(chain) }] : [];
    await this.books.own.run(tx, { tenant, roomId, outcome: { sequenced, refused: isStored ? [] : [{ id: eventId, code, isQuiet: false }], dropped: [] } });
  }
}

function wireOf(event: RequestedEvent, to: ServerName): string {
  if (event.lane_kind === 'host') return buildHostEntry(event, to, event.stored_before).wire!;
  return JSON.stringify({ jws: event.jws, ...contentOrRedaction(event) });
}

import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@scaiwave/database';
import { decodeBase64url, isLater, type EventResult } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { PeerStore } from '../peers/index.js';
import type { Redelivery, RequestedBatch } from './collect-requested.js';
import { decideRewind } from './decide-lane-move.js';
import { LEASE_MS } from './drain-lease.js';
import { LaneStore } from './lane.store.js';
import { LeaseStore } from './lease.store.js';
import { describeTrouble, type PeerTrouble } from './record-failure.js';
import { RedeliveryStore, type RequestedEvent } from './redelivery.store.js';
import { SettleOwnEvents } from './settle-own-events.js';
import { StopOutboundLane } from './stop-outbound-lane.js';

@Injectable()
export class RedeliveryBooks {
  constructor(
    readonly store: RedeliveryStore,
    readonly lanes: LaneStore,
    readonly leases: LeaseStore,
    readonly peers: PeerStore,
    readonly own: SettleOwnEvents,
  ) {}
}

interface Answered {
  work: Redelivery;
  event: RequestedEvent;
  result: EventResult;
}

/** Writes down what a peer answered for what was sent again: all of one request in one transaction. */
@Injectable()
export class SettleRequested {
  constructor(
    private readonly db: Database,
    private readonly books: RedeliveryBooks,
    private readonly stop: StopOutboundLane,
    private readonly clock: Clock,
  ) {}

  /** Returns the rooms of which the peer does not take an event yet. @throws LeaseLost */
  run(work: Redelivery, { events }: RequestedBatch, results: readonly EventResult[]): Promise<Set<string>> {
    const answered = events.map((event, index) => ({ work, event, result: results[index]! }));
    const held = answered.filter(({ result }) => result.status === 'rejected' && isLater(codeOf(result)));
    return this.db.forTenant(work.tenant.id, async (tx) => {
      for (const one of answered) await this.take(tx, one, held.includes(one));
      const now = this.clock.date();
      if (held[0]) await this.books.peers.markError(tx, { serverName: work.to, code: codeOf(held[0].result), message: 'It does not take an event yet.', at: now });
      await this.books.leases.confirm(tx, work.lease, new Date(now.getTime() + LEASE_MS));
      return new Set(held.map(({ event }) => event.room_id));
    });
  }

  /** The request failed as a whole, and one of its events may be the reason: its rooms wait, and an admin can see why. */
  failed({ tenant, to }: Redelivery, trouble: PeerTrouble): Promise<void> {
    return this.db.forTenant(tenant.id, (tx) => this.books.peers.markError(tx, { serverName: to, ...describeTrouble(trouble), at: this.clock.date() }));
  }

  private async take(tx: Tx, one: Answered, isHeld: boolean): Promise<void> {
    if (isHeld) return this.rewind(tx, one);
    if (one.result.code !== 'SW_FED_CHAIN_MISMATCH') return this.settle(tx, one);
    // Still asked for: it goes out when an admin lets the lane go on.
    const lane = await this.books.lanes.findLane(tx, one.work.to, one.event.room_id);
    if (lane) await this.stop.run(tx, lane, one.result.code);
  }

  private async settle(tx: Tx, { work, event, result }: Answered): Promise<void> {
    const { room_id: roomId, id: eventId } = event;
    const { tenant, to } = work;
    const isStored = result.status !== 'rejected';
    if (isStored) await this.books.lanes.deleteExceptions(tx, { roomId, serverName: to, eventIds: [eventId] });
    else await this.books.store.markOver(tx, { serverName: to, roomId, eventId, state: 'refused', code: codeOf(result), at: this.clock.date() });
    if (event.lane_kind === 'host' || event.room_seq !== null) return;
    const chain = result.chain === undefined ? null : decodeBase64url(result.chain);
    const sequenced = isStored && result.room_seq !== undefined && chain ? [{ id: eventId, roomSeq: result.room_seq, chain: Buffer.from(chain) }] : [];
    await this.books.own.run(tx, { tenant, roomId, outcome: { sequenced, refused: isStored ? [] : [{ id: eventId, code: codeOf(result), isQuiet: false }], dropped: [] } });
  }

  /** Where the peer lacks what stands before it, the lane brings that first: also when nothing new would move it. */
  private async rewind(tx: Tx, { work, event, result }: Answered): Promise<void> {
    if (event.lane_kind !== 'host' || codeOf(result) !== 'SW_FED_GAP' || result.expected_seq === undefined) return;
    const lane = await this.books.lanes.findLane(tx, work.to, event.room_id);
    const to = lane && decideRewind({ ackedSeq: lane.acked_seq, prevSeq: lane.prev_seq, startSeq: lane.start_seq }, result.expected_seq);
    if (!to) return;
    const move = { roomId: event.room_id, from: { ackedSeq: lane.acked_seq, startSeq: lane.start_seq }, to, inSyncSeq: null };
    await this.books.lanes.moveCursors(tx, { serverName: work.to, moves: [move], at: this.clock.date() });
  }
}

function codeOf({ code }: EventResult): string {
  return code ?? 'SW_FED_EVENT_INVALID';
}

import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@scaiwave/database';
import { EVENT_TYPES, type ServerName } from '@scaiwave/protocol';
import { Metrics } from '@scaiwave/telemetry';
import { Audit } from '../audit/index.js';
import { PeerStore, type PeerRow } from '../peers/index.js';
import { standingOf } from '../policy/index.js';
import { DeliveryOptions } from '../peers/outbound/delivery-options.js';
import type { LocalTenant } from '../peers/outbound/local-tenants.js';
import { CollectStores } from './collect-batch.js';
import type { LaneRow } from './lane.store.js';
import { LeaseStore, type Lease } from './lease.store.js';
import { RedeliveryStore } from './redelivery.store.js';
import { SettleControl } from './settle-control.js';
import { SettleOwnEvents } from './settle-own-events.js';
import { LEASE_MS } from './drain-lease.js';
import { PeerTraffic } from './traffic/peer-traffic.js';

const PAGE = 200;
const INVITING: ReadonlySet<string> = new Set([EVENT_TYPES.invite, EVENT_TYPES.inviteRequest]);
/** Its own policy keeps us out: nobody of ours is taken in either. */
const KEEPS_OUT = 'SW_FED_PEER_UNKNOWN';
const LASTING_REFUSALS: ReadonlySet<string> = new Set(['SW_FED_PEER_UNKNOWN', 'SW_FED_PROTOCOL_VERSION', 'SW_FED_KEY_CHANGED', 'SW_TENANT_NOT_FOUND']);

/** Where the end of our patience is written down. */
@Injectable()
export class GiveUpBooks {
  constructor(
    readonly audit: Audit,
    readonly peers: PeerStore,
    readonly leases: LeaseStore,
    readonly metrics: Metrics,
    readonly redeliveries: RedeliveryStore,
  ) {}
}

/** What it means for the events, and for the charts. */
@Injectable()
export class GiveUpOutcome {
  constructor(
    readonly control: SettleControl,
    readonly own: SettleOwnEvents,
    readonly traffic: PeerTraffic,
  ) {}
}

/** What was not delivered within 24 hours is marked failed and not sent again by itself; it stays, and an admin may redeliver it. */
@Injectable()
export class GiveUp {
  constructor(
    private readonly db: Database,
    private readonly stores: CollectStores,
    private readonly books: GiveUpBooks,
    private readonly outcome: GiveUpOutcome,
    private readonly options: DeliveryOptions,
  ) {}

  /** @returns how many events were given up; none while the provider has suspended the peer */
  async run(tenant: LocalTenant, lease: Lease): Promise<number> {
    const peer = await this.db.readTenant(tenant.id, (db) => this.books.peers.findPeer(db, lease.serverName));
    if (standingOf(peer) === 'suspended') return 0;
    const cutoff = this.cutoffOf(tenant, peer);
    let total = 0;
    for (;;) {
      const count = await this.db.forTenant(tenant.id, (tx) => this.page(tx, { tenant, lease, cutoff }));
      if (count > 0) this.books.metrics.deliveryFailures.inc({ tenant: tenant.serverName, reason: 'gave_up' }, count);
      if (count > 0) this.outcome.traffic.count({ tenantId: tenant.id, serverName: lease.serverName }, { failed: count });
      total += count;
      if (count < PAGE) return total;
    }
  }

  /** Made at this time or before, an event is given up. What waited through a suspension is no older than the end of it. */
  cutoffOf(tenant: LocalTenant, peer: Pick<PeerRow, 'resumed_at'> | null): Date {
    const patienceMs = Math.min(this.options.giveUpAfterMs, tenant.row.delivery.give_up_after_ms ?? this.options.giveUpAfterMs);
    const cutoff = new Date(this.stores.clock.now() - patienceMs);
    const wasSuspended = [tenant.row.resumed_at, peer?.resumed_at ?? null].some((at) => at !== null && at > cutoff);
    return wasSuspended ? new Date(0) : cutoff;
  }

  /**
   * A peer that refuses all our requests refuses our invitations too, and whoever invites is told on the call itself; where its policy does, our acceptances too.
   * What may pass by itself (a moved endpoint, changed keys) is only believed the second time in a row.
   */
  async refuseInvitations(tenant: LocalTenant, serverName: ServerName, code: string): Promise<void> {
    await this.db.forTenant(tenant.id, async (tx) => {
      const peer = await this.books.peers.findPeer(tx, serverName);
      if (!LASTING_REFUSALS.has(code) && (peer?.attempts ?? 0) === 0) return;
      const queued = await this.stores.control.listQueued(tx, serverName, PAGE);
      const isOver = (type: string) => INVITING.has(type) || (code === KEEPS_OUT && type === EVENT_TYPES.inviteAccepted);
      for (const event of queued.filter(({ type }) => isOver(type))) await this.outcome.control.run(tx, { tenant, event, outcome: 'refused', code });
    });
  }

  private async page(tx: Tx, { tenant, lease, cutoff }: { tenant: LocalTenant; lease: Lease; cutoff: Date }): Promise<number> {
    const { serverName } = lease;
    const code = (await this.books.peers.findPeer(tx, serverName))?.last_error_code ?? 'SW_FED_PEER_UNREACHABLE';
    let count = 0;
    for (const event of (await this.stores.control.listOverdue(tx, serverName, cutoff)).slice(0, PAGE)) {
      await this.outcome.control.run(tx, { tenant, event, outcome: 'failed', code });
      await this.write(tx, { serverName, eventId: event.id, details: { type: event.type, room_id: event.room_id, code } });
      count += 1;
    }
    count += await this.giveUpAgain(tx, { tenant, serverName, cutoff, code });
    for (const lane of await this.stores.lanes.listOpen(tx, serverName)) {
      if (count >= PAGE) break;
      count += await this.giveUpLane(tx, { tenant, lane, cutoff, code, limit: PAGE - count });
    }
    await this.books.leases.confirm(tx, lease, new Date(this.stores.clock.now() + LEASE_MS));
    return count;
  }

  /** What was sent again for 24 hours in vain. */
  private async giveUpAgain(tx: Tx, { tenant, serverName, cutoff, code }: { tenant: LocalTenant; serverName: ServerName; cutoff: Date; code: string }): Promise<number> {
    const overdue = await this.books.redeliveries.listOverdue(tx, serverName, cutoff);
    for (const { room_id: roomId, event_id: eventId, type, is_sequenced: isSequenced } of overdue) {
      await this.books.redeliveries.markOver(tx, { serverName, roomId, eventId, state: 'failed', code, at: this.stores.clock.date() });
      if (!isSequenced) await this.outcome.own.run(tx, { tenant, roomId, outcome: { sequenced: [], refused: [{ id: eventId, code: 'SW_FED_PEER_UNREACHABLE', isQuiet: false }], dropped: [] } });
      await this.write(tx, { serverName, eventId, details: { type, room_id: roomId, code, redelivered: true } });
    }
    return overdue.length;
  }

  private async giveUpLane(tx: Tx, work: { tenant: LocalTenant; lane: LaneRow; cutoff: Date; code: string; limit: number }): Promise<number> {
    const { tenant, lane, cutoff, code } = work;
    const overdue = await this.listOverdue(tx, work);
    const last = overdue.at(-1);
    if (!last) return 0;
    if (lane.kind === 'member') {
      const refused = overdue.filter((event) => !event.isSequenced).map(({ id }) => ({ id, code: 'SW_FED_PEER_UNREACHABLE', isQuiet: false }));
      await this.outcome.own.run(tx, { tenant, roomId: lane.room_id, outcome: { sequenced: [], refused, dropped: [] } });
    }
    const at = this.stores.clock.date();
    // A lane that has gone back stays there: what it brings again was delivered in time.
    const ackedSeq = lane.acked_seq === lane.settled_seq ? last.seq : lane.acked_seq;
    const move = { roomId: lane.room_id, from: { ackedSeq: lane.acked_seq, startSeq: lane.start_seq }, to: { ackedSeq, prevSeq: lane.prev_seq }, settledSeq: last.seq, inSyncSeq: null };
    const moved = await this.stores.lanes.moveCursors(tx, { serverName: lane.server_name, moves: [move], at });
    if (moved.size === 0) return 0;
    await this.stores.lanes.insertExceptions(tx, overdue.map(({ id }) => ({ roomId: lane.room_id, eventId: id, serverName: lane.server_name, state: 'failed' as const, code })), at);
    for (const { id, type } of overdue) await this.write(tx, { serverName: lane.server_name, eventId: id, details: { type, room_id: lane.room_id, code, made_before: cutoff.toISOString() } });
    return overdue.length;
  }

  /** From the first that was never settled on, as long as events are older than the cutoff: what is younger keeps the order behind them. */
  private async listOverdue(tx: Tx, { lane, cutoff, limit }: { lane: LaneRow; cutoff: Date; limit: number }) {
    const rows =
      lane.kind === 'host'
        ? await this.stores.events.listBySeq(tx, { roomId: lane.room_id, fromSeq: lane.settled_seq + 1, toSeq: lane.target_seq, limit })
        : await this.stores.outgoing.listByOutSeq(tx, { roomId: lane.room_id, afterSeq: lane.settled_seq, limit });
    const young = rows.findIndex((row) => row.created_at > cutoff);
    const old = young === -1 ? rows : rows.slice(0, young);
    return old.map((row) => ({ id: row.id, type: row.type, seq: (lane.kind === 'host' ? row.room_seq : row.out_seq) ?? 0, isSequenced: row.room_seq !== null }));
  }

  private async write(tx: Tx, { serverName, eventId, details }: { serverName: ServerName; eventId: string; details: Record<string, unknown> }): Promise<void> {
    await this.books.audit.write(tx, { actor: 'system', action: 'delivery.failed', subject: eventId, details: { peer: serverName, ...details } });
  }
}

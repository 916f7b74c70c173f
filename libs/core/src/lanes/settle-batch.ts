import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@scaiwave/database';
import { isLater, type EventResult } from '@scaiwave/protocol';
import { Clock, Logger, Metrics } from '@scaiwave/telemetry';
import { PeerStore } from '../peers/index.js';
import type { TenantContext } from '../tenants/index.js';
import type { Batch } from './collect-batch.js';
import { LEASE_MS } from './drain-lease.js';
import { LaneStore } from './lane.store.js';
import { LeaseStore, type Lease } from './lease.store.js';
import { SettleControl } from './settle-control.js';
import { SettleLanes } from './settle-lanes.js';

export interface AnsweredBatch {
  tenant: TenantContext;
  lease: Lease;
  batch: Batch;
  /** results[i] is for batch.wire[i] */
  results: readonly EventResult[];
  /** give the lease back if nothing is due beside these lanes; null: it is still needed */
  giveBack: { skipRooms: ReadonlySet<string>; skipControl: boolean } | null;
}

/** What the drain goes by after a batch: lanes (room ids) that must wait, and whether the control lane must. */
export interface SettledBatch {
  heldRooms: string[];
  isControlHeld: boolean;
  /** nothing is due any more, and the lease was given back */
  isDrained: boolean;
}

@Injectable()
export class SettleBooks {
  constructor(
    readonly leases: LeaseStore,
    readonly peers: PeerStore,
    readonly lanes: LaneStore,
    readonly metrics: Metrics,
    readonly logger: Logger,
  ) {}
}

/** Writes down a peer's answers: all of one batch in one transaction, and nothing at all if the lease was lost. */
@Injectable()
export class SettleBatch {
  constructor(
    private readonly db: Database,
    private readonly control: SettleControl,
    private readonly lanes: SettleLanes,
    private readonly books: SettleBooks,
    private readonly clock: Clock,
  ) {}

  /** @throws LeaseLost */
  async run(answered: AnsweredBatch): Promise<SettledBatch> {
    const { tenant } = answered;
    const settled = await this.db.forTenant(tenant.id, async (tx) => {
      const settled: SettledBatch = { heldRooms: [], isControlHeld: false, isDrained: false };
      const held = await this.settleControl(tx, answered);
      settled.isControlHeld = held.length > 0;
      for (const { lane, mustWait, code } of await this.lanes.run(tx, { tenant, serverName: answered.lease.serverName, answers: resultsByLane(answered) })) {
        if (mustWait) settled.heldRooms.push(lane.room_id);
        if (code !== null) held.push(code);
      }
      settled.isDrained = answered.giveBack !== null && !(await this.hasMore(tx, answered, settled));
      await this.confirm(tx, answered, { heldBy: held[0], isDrained: settled.isDrained });
      return settled;
    });
    const eventId = answered.results[0]?.id;
    if (eventId) this.books.logger.debug({ tenantId: tenant.id, peerId: answered.lease.serverName, eventId, events: answered.results.length }, 'A peer answered for events.');
    const refused = answered.results.filter(isRefused).length;
    if (refused > 0) this.books.metrics.deliveryFailures.inc({ tenant: tenant.serverName, reason: 'refused' }, refused);
    return settled;
  }

  /** It left, and may be there or not: whoever asks is told so until it is known. */
  unanswered({ tenant, lease, batch }: Pick<AnsweredBatch, 'tenant' | 'lease' | 'batch'>): Promise<void> {
    const places = batch.lanes.map(({ lane, entries }) => ({ roomId: lane.room_id, seq: entries.at(-1)!.seq }));
    return this.db.forTenant(tenant.id, (tx) => this.books.lanes.markSent(tx, lease.serverName, places));
  }

  /**
   * Returns the codes of what the peer does not take yet. What concerns the same room as an earlier one of these was judged without it (the
   * end of an invitation that is not there), so it counts for nothing and is sent again behind it.
   */
  private async settleControl(tx: Tx, { tenant, batch, results }: AnsweredBatch): Promise<string[]> {
    const held: string[] = [];
    const waiting = new Set<string>();
    for (const [index, event] of batch.control.entries()) {
      const result = results[index];
      if (!result || (event.room_id !== null && waiting.has(event.room_id))) continue;
      if (isHeld(result)) {
        held.push(result.code ?? '');
        if (event.room_id !== null) waiting.add(event.room_id);
      } else await this.control.run(tx, { tenant, event, outcome: result.status === 'rejected' ? 'refused' : 'stored', code: result.code ?? null });
    }
    return held;
  }

  private hasMore(tx: Tx, { lease, giveBack }: AnsweredBatch, { heldRooms, isControlHeld }: SettledBatch): Promise<boolean> {
    const skipRooms = [...(giveBack?.skipRooms ?? []), ...heldRooms];
    return this.books.lanes.hasDue(tx, { serverName: lease.serverName, skipRooms, skipControl: isControlHeld || giveBack?.skipControl === true });
  }

  private async confirm(tx: Tx, { lease }: AnsweredBatch, { heldBy, isDrained }: { heldBy: string | undefined; isDrained: boolean }): Promise<void> {
    const now = this.clock.date();
    if (heldBy !== undefined) await this.books.peers.markError(tx, { serverName: lease.serverName, code: heldBy, message: 'It does not take an event yet.', at: now });
    await this.books.leases.confirmSuccess(tx, lease, { now, until: isDrained ? null : new Date(now.getTime() + LEASE_MS) });
  }
}

function isHeld(result: EventResult): boolean {
  return result.status === 'rejected' && result.code !== undefined && isLater(result.code);
}

/** For good: neither held until later nor a sign that the lane itself is wrong. */
function isRefused(result: EventResult): boolean {
  return result.status === 'rejected' && !isHeld(result) && result.code !== 'SW_FED_CHAIN_MISMATCH';
}

function resultsByLane({ batch, results }: AnsweredBatch) {
  let from = batch.control.length;
  return batch.lanes.map((part) => {
    const count = part.entries.filter((entry) => entry.wire !== null).length;
    const own = results.slice(from, from + count);
    from += count;
    return { ...part, results: own };
  });
}

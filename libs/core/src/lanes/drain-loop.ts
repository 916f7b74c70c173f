import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import type { ServerName } from '@scaiwave/protocol';
import { KeyringError } from '../keys/index.js';
import { DeliveryOptions } from '../peers/outbound/delivery-options.js';
import type { LocalTenant } from '../peers/outbound/local-tenants.js';
import { CollectBatch, type Batch, type Collected } from './collect-batch.js';
import type { HeldLease } from './drain-lease.js';
import { CONTROL, DrainFlight, type DrainEnd } from './drain-flight.js';
import { NO_CREDIT, PeerPace, type Way } from './peer-pace.js';
import type { PeerTrouble } from './record-failure.js';
import { SendBatch, type SendAnswer } from './send-batch.js';
import { SettleBatch, type SettledBatch } from './settle-batch.js';

export interface Drain {
  tenant: LocalTenant;
  to: ServerName;
  held: HeldLease;
  isFarewell: boolean;
  /** made before this: given up, not sent */
  cutoff: Date;
  /** resolves when something new may be due while batches are in flight */
  nudged: () => Promise<void>;
  /** what `look` found when the lease was taken */
  first: Found | null;
}

/** The next batch, or why there is none. */
export type Found = Collected | Extract<DrainEnd, { kind: 'trouble' }>;
type Wanted = Pick<Drain, 'tenant' | 'to' | 'isFarewell' | 'cutoff'>;

const DEFAULT_IN_FLIGHT = 8;
/**
 * While one batch is on its way the next one waits this long for company: a batch costs both sides the same, whatever is in it. Far
 * less than the way to a far server takes, so that many lanes are in flight there all the same.
 */
const GATHER_MS = 20;

/**
 * Sends what is due to one peer, several batches at once but of each lane only one, until nothing is left.
 *
 *   ┌─→ collect (lanes not in flight) ─→ sign ─→ send ─→ settle ─┐     any trouble: no new batch, the rest ends by itself
 *   └────────────────────────────────────────────────────────────┘     slice over: gives way, so that peers share fairly
 */
@Injectable()
export class DrainLoop {
  constructor(
    private readonly collect: CollectBatch,
    private readonly send: SendBatch,
    private readonly settle: SettleBatch,
    private readonly options: DeliveryOptions,
    private readonly pace: PeerPace,
  ) {}

  /** Did the peer say that it takes nothing more for now? */
  isOutOfCredit(of: Way): boolean {
    return this.pace.mostEvents(of) === 0;
  }

  /** What a hello was answered with; trouble where the peer still takes nothing. */
  takeCredit(of: Way, answer: SendAnswer): PeerTrouble | null {
    this.pace.learn(of, answer, { sent: 0 });
    if (answer.kind !== 'delivered') return answer;
    return answer.credit === 0 ? NO_CREDIT : null;
  }

  /** The first batch of a drain, within the transaction that takes its lease. */
  look(tx: Tx, wanted: Wanted): Promise<Found> {
    return this.next(wanted, null, tx);
  }

  async run(drain: Drain): Promise<DrainEnd> {
    const flight = new DrainFlight();
    const sliceEnd = performance.now() + this.options.drainSliceMs;
    const most = drain.tenant.row.delivery.max_in_flight_per_peer ?? DEFAULT_IN_FLIGHT;
    for (;;) {
      const isOver = performance.now() >= sliceEnd;
      const gatherMs = flight.size === 0 ? 0 : flight.launchedAt + GATHER_MS - performance.now();
      if (!isOver && gatherMs <= 0) await this.launch(drain, flight, most);
      if (flight.size === 0) break;
      await untilNews(drain, flight, { isOver, gatherMs });
    }
    if (flight.error) throw flight.error;
    if (drain.held.isLost) return { kind: 'lost' };
    return flight.end ?? (flight.mayHaveMore && performance.now() >= sliceEnd ? { kind: 'more' } : { kind: 'empty' });
  }

  private async launch(drain: Drain, flight: DrainFlight, most: number): Promise<void> {
    while (flight.size < most && flight.mayLaunch && !drain.held.isLost && !drain.held.isReleased) {
      if (flight.size > 0 && this.pace.mostEvents(drain, { inFlight: flight.events }) === 0) return; // what is on its way is all that the peer will take
      const collected = drain.first ?? (await this.next(drain, flight));
      drain.first = null;
      if (collected.kind === 'trouble' || collected.kind === 'overdue') {
        flight.end = collected;
        return;
      }
      if (collected.kind === 'nothing') {
        flight.foundAll();
        return;
      }
      if (collected.isAll) flight.foundAll();
      const { batch } = collected;
      flight.launch(batch, () => this.deliver(drain, batch, flight));
    }
  }

  private async next({ tenant, to, isFarewell, cutoff }: Wanted, flight: DrainFlight | null, tx?: Tx): Promise<Found> {
    const skip = this.skipped(tenant, to, flight);
    try {
      return await this.collect.run({ tenant, to, isFarewell, cutoff, ...skip, mostEvents: this.pace.mostEvents({ tenant, to }, { inFlight: flight?.events }) }, tx);
    } catch (error) {
      if (!(error instanceof KeyringError)) throw error;
      return { kind: 'trouble', trouble: { kind: 'unreachable', reason: 'no_key', detail: error.message } };
    }
  }

  private async deliver(drain: Drain, batch: Batch, flight: DrainFlight): Promise<void> {
    const { tenant, to, held } = drain;
    const answer: SendAnswer = batch.wire.length === 0 ? { kind: 'delivered', results: [], credit: null } : await this.send.run(tenant, to, { events: batch.wire });
    this.pace.learn(drain, answer, { sent: batch.wire.length });
    if (answer.kind !== 'delivered') {
      flight.end ??= { kind: 'trouble', trouble: answer };
      if (answer.kind === 'unreachable' && answer.mayHaveArrived) await this.settle.unanswered({ tenant, lease: held.lease, batch });
      return;
    }
    // Of the last batch, the lease goes back in the same transaction, unless something is due by then.
    const isLast = flight.size === 1 && !flight.mayHaveMore && !flight.end;
    const settled = await this.settle.run({ tenant, lease: held.lease, batch, results: answer.results, giveBack: isLast ? this.skipped(tenant, to, null) : null });
    this.rememberWaits(drain, batch, settled);
    if (settled.isDrained) held.markReleased();
    else flight.lookAgain();
    if (answer.credit === 0) flight.end ??= { kind: 'trouble', trouble: NO_CREDIT };
  }

  private skipped(tenant: LocalTenant, to: ServerName, flight: DrainFlight | null): { skipRooms: ReadonlySet<string>; skipControl: boolean } {
    const lanes = new Set([...(flight?.lanes ?? []), ...this.pace.held({ tenant, to })]);
    return { skipControl: lanes.delete(CONTROL), skipRooms: lanes };
  }

  private rememberWaits(drain: Drain, batch: Batch, settled: SettledBatch): void {
    const held = new Set([...settled.heldRooms, ...(settled.isControlHeld ? [CONTROL] : [])]);
    for (const lane of DrainFlight.lanesOf(batch)) {
      if (held.has(lane)) this.pace.hold(drain, lane);
      else this.pace.clear(drain, lane);
    }
  }
}

/** A batch is back, something new may be due, or the next one has waited long enough for company. */
async function untilNews(drain: Drain, flight: DrainFlight, { isOver, gatherMs }: { isOver: boolean; gatherMs: number }): Promise<void> {
  const nudged = isOver || flight.end ? [] : [drain.nudged().then(() => flight.lookAgain())];
  const gathered = gatherMs > 0 && flight.mayLaunch ? [delay(gatherMs)] : [];
  await Promise.race([flight.next(), ...nudged, ...gathered]);
}

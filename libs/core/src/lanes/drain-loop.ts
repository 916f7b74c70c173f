import { Injectable } from '@nestjs/common';
import type { ServerName } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { KeyringError } from '../keys/index.js';
import { DeliveryOptions } from '../peers/outbound/delivery-options.js';
import type { LocalTenant } from '../peers/outbound/local-tenants.js';
import { CollectBatch, type Batch } from './collect-batch.js';
import type { HeldLease } from './drain-lease.js';
import { LaneWaits } from './lane-waits.js';
import type { PeerTrouble } from './record-failure.js';
import { SendBatch } from './send-batch.js';
import { SettleBatch, type SettledBatch } from './settle-batch.js';

export interface Drain {
  tenant: LocalTenant;
  to: ServerName;
  held: HeldLease;
  isFarewell: boolean;
  /** resolves when something new may be due while batches are in flight */
  nudged: () => Promise<void>;
}

/** `more`: the time slice is over and something is left. */
export type DrainEnd = { kind: 'empty' } | { kind: 'more' } | { kind: 'lost' } | { kind: 'trouble'; trouble: PeerTrouble };

const CONTROL = 'control';
const DEFAULT_IN_FLIGHT = 8;

/**
 * Sends what is due to one peer, several batches at once but of each lane only one, until nothing is left.
 *
 *   ┌─→ collect (lanes not in flight) ─→ sign ─→ send ─→ settle ─┐     any trouble: no new batch, the rest ends by itself
 *   └────────────────────────────────────────────────────────────┘     slice over: gives way, so that peers share fairly
 */
@Injectable()
export class DrainLoop {
  private readonly waits = new LaneWaits();

  constructor(
    private readonly collect: CollectBatch,
    private readonly send: SendBatch,
    private readonly settle: SettleBatch,
    private readonly options: DeliveryOptions,
    private readonly clock: Clock,
  ) {}

  async run(drain: Drain): Promise<DrainEnd> {
    const flight = new Flight();
    const sliceEnd = performance.now() + this.options.drainSliceMs;
    const most = drain.tenant.row.delivery.max_in_flight_per_peer ?? DEFAULT_IN_FLIGHT;
    for (;;) {
      const isOver = performance.now() >= sliceEnd;
      if (!isOver) await this.launch(drain, flight, most);
      if (flight.size === 0) break;
      await Promise.race([flight.next(), ...(isOver || flight.end ? [] : [drain.nudged()])]);
    }
    if (flight.error) throw flight.error;
    if (drain.held.isLost()) return { kind: 'lost' };
    return flight.end ?? (performance.now() >= sliceEnd ? { kind: 'more' } : { kind: 'empty' });
  }

  private async launch(drain: Drain, flight: Flight, most: number): Promise<void> {
    while (flight.size < most && !flight.end && !flight.error && !drain.held.isLost()) {
      const batch = await this.next(drain, flight);
      if (!batch) return;
      if ('kind' in batch) {
        flight.end = { kind: 'trouble', trouble: batch };
        return;
      }
      flight.launch(batch, () => this.deliver(drain, batch, flight));
    }
  }

  private async next({ tenant, to, isFarewell }: Drain, flight: Flight): Promise<Batch | PeerTrouble | null> {
    const held = this.waits.heldWith(`${tenant.id} ${to} `, this.clock.now());
    const skipRooms = new Set([...flight.lanes, ...held]);
    try {
      return await this.collect.run({ tenant, to, skipRooms, skipControl: skipRooms.has(CONTROL), isFarewell });
    } catch (error) {
      if (!(error instanceof KeyringError)) throw error;
      return { kind: 'unreachable', reason: 'no_key', detail: error.message };
    }
  }

  private async deliver(drain: Drain, batch: Batch, flight: Flight): Promise<void> {
    const { tenant, to, held } = drain;
    const answer = batch.wire.length === 0 ? ({ kind: 'delivered', results: [], credit: null } as const) : await this.send.run(tenant, to, batch.wire);
    if (answer.kind !== 'delivered') {
      flight.end ??= { kind: 'trouble', trouble: answer };
      return;
    }
    const settled = await this.settle.run({ tenant, lease: held.lease, batch, results: answer.results });
    this.rememberWaits(drain, batch, settled);
    if (answer.credit === 0) flight.end ??= { kind: 'trouble', trouble: { kind: 'busy', code: 'SW_RATE_LIMIT_EXCEEDED', retryAfterMs: null } };
  }

  private rememberWaits({ tenant, to }: Drain, batch: Batch, settled: SettledBatch): void {
    const start = `${tenant.id} ${to} `;
    const now = this.clock.now();
    const touched = [...batch.lanes.map(({ lane }): string => lane.room_id), ...(batch.control.length > 0 ? [CONTROL] : [])];
    const held = new Set([...settled.heldRooms, ...(settled.isControlHeld ? [CONTROL] : [])]);
    for (const lane of touched) {
      if (held.has(lane)) this.waits.hold(start + lane, now);
      else this.waits.clear(start + lane);
    }
  }
}

/** The batches of one drain that are on their way. */
class Flight {
  readonly lanes = new Set<string>();
  end: DrainEnd | undefined;
  error: Error | undefined;
  private readonly running = new Set<Promise<void>>();

  get size(): number {
    return this.running.size;
  }

  launch(batch: Batch, deliver: () => Promise<void>): void {
    const lanes = [...batch.lanes.map(({ lane }) => lane.room_id), ...(batch.control.length > 0 ? [CONTROL] : [])];
    for (const lane of lanes) this.lanes.add(lane);
    const running: Promise<void> = deliver()
      .catch((error: unknown) => {
        this.error ??= error instanceof Error ? error : new Error(String(error));
      })
      .finally(() => {
        for (const lane of lanes) this.lanes.delete(lane);
        this.running.delete(running);
      });
    this.running.add(running);
  }

  /** Resolves when any of them is over. */
  async next(): Promise<void> {
    await Promise.race(this.running);
  }
}

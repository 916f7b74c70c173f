import { Injectable } from '@nestjs/common';
import type { ServerName } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import type { TenantContext } from '../tenants/index.js';
import { BatchSizes } from './batch-sizes.js';
import { LaneWaits } from './lane-waits.js';
import type { PeerTrouble } from './record-failure.js';
import type { SendAnswer } from './send-batch.js';

/** From one tenant to one of its peers. */
export interface Way {
  tenant: Pick<TenantContext, 'id'>;
  to: ServerName;
}

/** The lanes themselves, or what an admin wants to be sent again beside them. */
export type Stream = 'lanes' | 'again';

/** The peer says that it takes nothing more for now. */
export const NO_CREDIT: PeerTrouble = { kind: 'busy', code: 'SW_RATE_LIMIT_EXCEEDED', retryAfterMs: null };

/**
 * How much a peer takes at once, and what it has asked to hold, in the memory of this worker. What is sent again has sizes and waits of its
 * own, so that neither stream is slowed by an event of the other; credit is one.
 */
@Injectable()
export class PeerPace {
  private readonly sizes: Record<Stream, BatchSizes> = { lanes: new BatchSizes(), again: new BatchSizes() };
  private readonly waits = new LaneWaits();

  constructor(private readonly clock: Clock) {}

  /** How many events may leave now, while so many are on their way; 0: none. */
  mostEvents(way: Way, { inFlight = 0, stream = 'lanes' as Stream } = {}): number {
    const most = this.sizes.lanes.of(keyOf(way), inFlight);
    return stream === 'lanes' ? most : Math.min(most, this.sizes.again.of(keyOf(way)));
  }

  learn(way: Way, answer: SendAnswer, { sent, stream = 'lanes' as Stream }: { sent: number; stream?: Stream }): void {
    this.sizes.lanes.learn(keyOf(way), stream === 'lanes' ? sent : 0, answer);
    if (stream === 'again') this.sizes.again.learn(keyOf(way), sent, answer.kind === 'delivered' ? { ...answer, credit: null } : answer);
  }

  /** One that cannot go on waits, for longer each time; others go on. */
  hold(way: Way, lane: string, stream: Stream = 'lanes'): void {
    this.waits.hold(startOf(way, stream) + lane, this.clock.now());
  }

  clear(way: Way, lane: string, stream: Stream = 'lanes'): void {
    this.waits.clear(startOf(way, stream) + lane);
  }

  held(way: Way, stream: Stream = 'lanes'): string[] {
    return this.waits.heldWith(startOf(way, stream), this.clock.now());
  }
}

function keyOf({ tenant, to }: Way): string {
  return `${tenant.id} ${to}`;
}

function startOf(way: Way, stream: Stream): string {
  return `${keyOf(way)} ${stream} `;
}

import { Injectable } from '@nestjs/common';
import { mayBeTheContent } from './batch-sizes.js';
import { CollectRequested, type Redelivery, type RequestedBatch } from './collect-requested.js';
import { NO_CREDIT, PeerPace } from './peer-pace.js';
import type { PeerTrouble } from './record-failure.js';
import { SendBatch } from './send-batch.js';
import { SettleRequested } from './settle-requested.js';

/**
 * Sends again what was given up, as an admin asked: the same ids and signatures, each event in its place. The lanes have gone on
 * meanwhile and do so after it; what was stored after all leaves the list of exceptions. A room whose event the peer does not take yet
 * waits, and holds nothing else.
 */
@Injectable()
export class RedeliverRequested {
  constructor(
    private readonly collect: CollectRequested,
    private readonly send: SendBatch,
    private readonly settle: SettleRequested,
    private readonly pace: PeerPace,
  ) {}

  /** Null: nothing is left that may be sent again now. @throws KeyringError, LeaseLost */
  async run(work: Redelivery): Promise<PeerTrouble | null> {
    for (;;) {
      const batch = await this.collect.run(work, { mostEvents: this.pace.mostEvents(work, { stream: 'again' }), skipRooms: this.pace.held(work, 'again') });
      if (batch.wire.length === 0) return null;
      const answer = await this.send.run(work.tenant, work.to, { events: batch.wire });
      this.pace.learn(work, answer, { sent: batch.wire.length, stream: 'again' });
      if (answer.kind === 'delivered') {
        this.remember(work, batch, await this.settle.run(work, batch, answer.results));
        if (answer.credit === 0) return NO_CREDIT;
      } else if (mayBeTheContent(answer)) {
        // Whether the peer is in trouble is for the lanes to find out: else one bad event would keep them waiting for a day.
        this.remember(work, batch, roomsOf(batch));
        await this.settle.failed(work, answer);
        return null;
      } else return answer;
    }
  }

  private remember(work: Redelivery, batch: RequestedBatch, held: ReadonlySet<string>): void {
    for (const room of roomsOf(batch)) {
      if (held.has(room)) this.pace.hold(work, room, 'again');
      else this.pace.clear(work, room, 'again');
    }
  }
}

function roomsOf({ events }: RequestedBatch): Set<string> {
  return new Set(events.map((event) => event.room_id));
}

import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import type { RoomId } from '@scaiwave/protocol';
import { EventStore, HostPlaces, RefuseOwnEvents, RoomLog } from '../events/index.js';
import type { TenantContext } from '../tenants/index.js';

export interface OwnEventsOutcome {
  sequenced: Array<{ id: string; roomSeq: number; chain: Buffer }>;
  /** `isQuiet`: nobody is told, because nothing of it had ever been seen by others */
  refused: Array<{ id: string; code: string; isQuiet: boolean }>;
  dropped: string[];
}

/** State of an event that was redacted before it left: kept here, wiped, and never sent. */
export const DROPPED = 'dropped';

/** What the room's host, or the end of our patience, made of our own events. */
@Injectable()
export class SettleOwnEvents {
  constructor(
    private readonly log: RoomLog,
    private readonly places: HostPlaces,
    private readonly refuse: RefuseOwnEvents,
    private readonly events: EventStore,
  ) {}

  async run(tx: Tx, { tenant, roomId, outcome }: { tenant: TenantContext; roomId: RoomId; outcome: OwnEventsOutcome }): Promise<void> {
    if (outcome.sequenced.length + outcome.refused.length + outcome.dropped.length === 0) return;
    const room = await this.log.lockRoom(tx, tenant, roomId);
    if (!room) return;
    if (outcome.sequenced.length > 0) await this.places.markSequenced(tx, room, outcome.sequenced);
    const quiet = [...outcome.dropped, ...outcome.refused.filter((refusal) => refusal.isQuiet).map((refusal) => refusal.id)];
    if (quiet.length > 0) await this.events.markFailed(tx, roomId, quiet.map((id) => ({ id, code: DROPPED })));
    const loud = outcome.refused.filter((refusal) => !refusal.isQuiet);
    if (loud.length > 0) await this.refuse.run(tx, room, loud);
  }
}

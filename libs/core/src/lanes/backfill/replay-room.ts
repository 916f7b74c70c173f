import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@scaiwave/database';
import type { RoomId } from '@scaiwave/protocol';
import { RoomEffects, RoomLog } from '../../events/index.js';
import type { LockedRoom } from '../../rooms/index.js';
import type { TenantContext } from '../../tenants/index.js';
import { HistoryStore } from './history.store.js';

const SLICE = 500;

/**
 * Works out anew, from the log in order, what a room is: members, name and topic in one transaction (nobody sees the way there), then
 * edits, redactions and reactions in slices. What comes by the lane meanwhile has later places and is met at the end of the way.
 */
@Injectable()
export class ReplayRoom {
  constructor(
    private readonly db: Database,
    private readonly log: RoomLog,
    private readonly effects: RoomEffects,
    private readonly history: HistoryStore,
  ) {}

  async run(tenant: TenantContext, roomId: RoomId): Promise<void> {
    await this.db.forTenant(tenant.id, (tx) => this.withRoom(tx, { tenant, roomId }, (room) => this.replayState(tx, room)));
    let afterSeq = 0;
    for (;;) {
      const last = await this.db.forTenant(tenant.id, (tx) => this.withRoom(tx, { tenant, roomId }, (room) => this.replayMessages(tx, room, afterSeq)));
      if (last === null) return;
      afterSeq = last;
    }
  }

  private async withRoom<Result>(tx: Tx, { tenant, roomId }: { tenant: TenantContext; roomId: RoomId }, fn: (room: LockedRoom) => Promise<Result>): Promise<Result | null> {
    const room = await this.log.lockRoom(tx, tenant, roomId);
    return room ? fn(room) : null;
  }

  private async replayState(tx: Tx, room: LockedRoom): Promise<void> {
    await this.effects.applyAll(tx, room, await this.history.listStateEvents(tx, room.row.id));
    // What our people did and the host has not yet placed comes after everything that it has.
    await this.effects.applyProvisional(tx, room, await this.history.listPendingLeaves(tx, room.row.id));
  }

  /** @returns the last place looked at, or null at the end */
  private async replayMessages(tx: Tx, room: LockedRoom, afterSeq: number): Promise<number | null> {
    const slice = await this.history.listMessageEffects(tx, { roomId: room.row.id, afterSeq, limit: SLICE });
    await this.effects.applyAll(tx, room, slice);
    return slice.length < SLICE ? null : (slice.at(-1)?.room_seq ?? null);
  }
}

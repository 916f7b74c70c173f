import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { DeliveryQueue, RoomChannel } from '@scaiwave/redis';
import type { LockedRoom } from '../rooms/room-row.js';

/** Tells local clients and the workers that a room's log has grown. Runs after the commit; losing a wake-up is repaired by the sweep. */
@Injectable()
export class RoomWake {
  constructor(
    private readonly channel: RoomChannel,
    private readonly deliveries: DeliveryQueue,
  ) {}

  afterCommit(tx: Tx, room: LockedRoom): void {
    tx.afterCommit(() => this.channel.publish(tx.tenantId, { kind: 'stream' }));
    if (room.hasLanes) tx.afterCommit(() => this.deliveries.wakeRoom(tx.tenantId, room.row.id));
  }
}

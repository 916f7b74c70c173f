import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { DeliveryQueue, RoomChannel } from '@scaiwave/redis';
import type { LockedRoom } from '../rooms/room-row.js';

/** A room with more lanes is looked at by a worker, which wakes those with something due. */
const MOST_PEERS_NAMED = 4;

/** Tells local clients and the workers that a room's log has grown. Runs after the commit, once; losing a wake-up is repaired by the sweep. */
@Injectable()
export class RoomWake {
  constructor(
    private readonly channel: RoomChannel,
    private readonly deliveries: DeliveryQueue,
  ) {}

  clients(tx: Tx): void {
    tx.afterCommit(() => this.channel.publish(tx.tenantId, { kind: 'stream' }), 'clients');
  }

  /** Where a lane has just begun, what is unsigned of the room's history is looked for, too. */
  lanes(tx: Tx, room: LockedRoom): void {
    const roomId = room.row.id;
    if (room.hasLaneNews || room.lanes.length > MOST_PEERS_NAMED) tx.afterCommit(() => this.deliveries.wakeRoom(tx.tenantId, roomId), `room ${roomId}`);
    else for (const peer of room.lanes) if (peer !== null) tx.afterCommit(() => this.deliveries.wakePeer(tx.tenantId, peer), `peer ${peer}`);
  }
}

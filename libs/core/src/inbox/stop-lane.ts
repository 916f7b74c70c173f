import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { Clock } from '@scaiwave/telemetry';
import { Audit } from '../audit/index.js';
import { PeerStore } from '../peers/index.js';
import { RoomStore, type LockedRoom } from '../rooms/index.js';

export interface Mismatch {
  roomSeq: number | null;
  eventId: string | null;
  reason: string;
}

/** The host's order and what is held here contradict each other: the lane stops until an admin resumes it. Both admins see it. */
@Injectable()
export class StopLane {
  constructor(
    private readonly rooms: RoomStore,
    private readonly peers: PeerStore,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  async run(tx: Tx, room: LockedRoom, { roomSeq, eventId, reason }: Mismatch): Promise<void> {
    const code = 'SW_FED_CHAIN_MISMATCH';
    const { id: roomId, host } = room.row;
    await this.rooms.markLaneStopped(tx, roomId, { code, reason, room_seq: roomSeq, event_id: eventId, at: this.clock.now() });
    await this.peers.markError(tx, { serverName: host, code, message: `room ${roomId}: ${reason}`, at: this.clock.date() });
    await this.audit.write(tx, { actor: host, action: 'lane.stopped', subject: roomId, details: { code, reason, room_seq: roomSeq, event_id: eventId } });
  }
}

import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import type { Fqid, RoomId, ServerName } from '@scaiwave/protocol';
import { chainStart } from '@scaiwave/protocol/node';
import { Clock } from '@scaiwave/telemetry';
import type { RoomType } from './room-row.js';
import { RoomStore } from './room.store.js';

/** Makes this server know a room that another one hosts: from the moment one of our people's acceptance is queued. */
@Injectable()
export class EnsureForeignRoom {
  constructor(
    private readonly rooms: RoomStore,
    private readonly clock: Clock,
  ) {}

  /** Does nothing if the room is known. */
  async run(tx: Tx, room: { id: RoomId; host: ServerName; name: string | null; topic: string | null; roomType: RoomType; creator: Fqid; dmKey?: string | null }): Promise<void> {
    await this.rooms.insertRoom(tx, {
      id: room.id,
      host: room.host,
      room_type: room.roomType,
      scope_kind: null,
      name: room.name,
      topic: room.topic,
      creator: room.creator,
      is_public: false,
      hides_history: false,
      dm_key: room.dmKey ?? null,
      chain: Buffer.from(chainStart(room.id)),
      created_at: this.clock.date(),
    });
  }
}

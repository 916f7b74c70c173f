import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { DomainError, type Fqid } from '@scaiwave/protocol';
import { ParticipantStore, type Actor } from '../participants/index.js';
import { CreateRoom } from './create-room.js';
import type { RoomRow } from './room-row.js';
import { RoomStore } from './room.store.js';

/** The key under which the DM of two people exists once. */
export function dmKeyOf(one: Fqid, other: Fqid): string {
  return [one, other].toSorted().join(' ');
}

/** Opens the DM of two people of this server; the same two always get the same room. */
@Injectable()
export class OpenDm {
  constructor(
    private readonly db: Database,
    private readonly rooms: RoomStore,
    private readonly createRoom: CreateRoom,
    private readonly participants: ParticipantStore,
  ) {}

  /** @throws DomainError `SW_PARTICIPANT_NOT_FOUND` */
  run(input: { actor: Actor; participantId: string }): Promise<RoomRow> {
    const { actor } = input;
    return this.db.forTenant(actor.tenant.id, async (tx) => {
      const other = await this.participants.findById(tx, input.participantId);
      if (!other || other.server_name !== actor.tenant.serverName || other.id === actor.participantId) throw new DomainError('SW_PARTICIPANT_NOT_FOUND');
      const dmKey = dmKeyOf(actor.fqid, other.fqid);
      const known = await this.rooms.findDm(tx, dmKey);
      if (known) return known;
      return this.createRoom.create(tx, { actor, roomType: 'dm', name: null, dmKey, withMembers: [{ fqid: other.fqid, displayName: other.display_name }] });
    });
  }
}

import { Injectable } from '@nestjs/common';
import { DomainError, EVENT_TYPES, type RoomId } from '@scaiwave/protocol';
import type { EventRow } from '../events/event-row.js';
import { ParticipantStore, type Actor } from '../participants/index.js';
import { SpeakInRoom } from '../rooms/speak-in-room.js';
import { MemberStore } from './member.store.js';

/** Brings a colleague of the same server into a room that this server hosts, at once. Elsewhere an invitation is asked of the host. */
@Injectable()
export class AddLocalMember {
  constructor(
    private readonly speak: SpeakInRoom,
    private readonly members: MemberStore,
    private readonly participants: ParticipantStore,
  ) {}

  /** @throws DomainError `SW_PARTICIPANT_NOT_FOUND`, `SW_FED_ALREADY_MEMBER`, `SW_ROOM_FORBIDDEN` for the banned, `SW_ROOM_TYPE_INVARIANT` for a DM */
  run(input: { actor: Actor; roomId: RoomId; participantId: string }): Promise<EventRow[]> {
    const { actor, roomId } = input;
    return this.speak.run({
      actor,
      roomId,
      compose: async ({ tx, room }) => {
        const person = await this.participants.findById(tx, input.participantId);
        if (!person || person.server_name !== actor.tenant.serverName) throw new DomainError('SW_PARTICIPANT_NOT_FOUND');
        if (room.row.room_type === 'dm') throw new DomainError('SW_ROOM_TYPE_INVARIANT');
        const target = await this.members.findMember(tx, roomId, person.fqid);
        if (target?.membership === 'join') throw new DomainError('SW_FED_ALREADY_MEMBER');
        if (target?.membership === 'ban') throw new DomainError('SW_ROOM_FORBIDDEN');
        return [{ type: EVENT_TYPES.member, content: { fqid: person.fqid, membership: 'join', display_name: person.display_name }, about: { target } }];
      },
    });
  }
}

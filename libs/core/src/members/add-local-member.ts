import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { DomainError, EVENT_TYPES, type RoomId } from '@scaiwave/protocol';
import { InviteForeign } from '../invitations/invite-foreign.js';
import type { InvitationRow } from '../invitations/invitation-row.js';
import { ParticipantStore, type Actor, type ParticipantRow } from '../participants/index.js';
import { RoomStore } from '../rooms/room.store.js';
import { SpeakInRoom, type Floor, type Utterance } from '../rooms/speak-in-room.js';
import { MemberStore } from './member.store.js';

interface Addition {
  actor: Actor;
  roomId: RoomId;
  participantId: string;
}

/** Where rooms and people are looked up. */
@Injectable()
export class AddLocalMemberStores {
  constructor(
    readonly rooms: RoomStore,
    readonly members: MemberStore,
    readonly participants: ParticipantStore,
  ) {}
}

/** Brings a colleague of the same server into a room: at once where this server hosts it, else by an invitation that its host is asked for. */
@Injectable()
export class AddLocalMember {
  constructor(
    private readonly db: Database,
    private readonly stores: AddLocalMemberStores,
    private readonly speak: SpeakInRoom,
    private readonly invite: InviteForeign,
  ) {}

  /**
   * The invitation where one was needed: only a room's host adds members, and the colleague answers it like any other.
   * @throws DomainError `SW_PARTICIPANT_NOT_FOUND`, `SW_FED_ALREADY_MEMBER`, `SW_ROOM_FORBIDDEN` for the banned, `SW_ROOM_TYPE_INVARIANT` for a DM;
   * in a room of another host as InviteForeign
   */
  async run(addition: Addition): Promise<InvitationRow | null> {
    const { actor, roomId, participantId } = addition;
    const { room, person } = await this.db.readTenant(actor.tenant.id, async (db) => ({
      room: await this.stores.rooms.findMyRoom(db, { fqid: actor.fqid, roomId }),
      person: await this.stores.participants.findById(db, participantId),
    }));
    if (room?.membership !== 'join') throw new DomainError('SW_ROOM_NOT_FOUND');
    if (!person || person.server_name !== actor.tenant.serverName) throw new DomainError('SW_PARTICIPANT_NOT_FOUND');
    if (room.host !== actor.tenant.serverName) return (await this.invite.run({ actor, roomId, fqid: person.fqid })).invitation;
    await this.speak.run({ actor, roomId, compose: (floor) => this.compose(floor, person) });
    return null;
  }

  private async compose({ tx, room }: Floor, person: ParticipantRow): Promise<Utterance[]> {
    if (room.row.room_type === 'dm') throw new DomainError('SW_ROOM_TYPE_INVARIANT');
    const target = await this.stores.members.findMember(tx, room.row.id, person.fqid);
    if (target?.membership === 'join') throw new DomainError('SW_FED_ALREADY_MEMBER');
    if (target?.membership === 'ban') throw new DomainError('SW_ROOM_FORBIDDEN');
    return [{ type: EVENT_TYPES.member, content: { fqid: person.fqid, membership: 'join', display_name: person.display_name }, about: { target } }];
  }
}

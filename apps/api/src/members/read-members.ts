import { Injectable } from '@nestjs/common';
import { MemberStore, ParticipantStore, RoomStore, type Actor } from '@scaiwave/core';
import { Database } from '@scaiwave/database';
import { DomainError, type Fqid } from '@scaiwave/protocol';
import { presentMembers } from './member.presenter.js';

const FIRST_PAGE = { limit: 500, offset: 0 };

@Injectable()
export class ReadMembers {
  constructor(
    private readonly db: Database,
    private readonly members: MemberStore,
    private readonly rooms: RoomStore,
    private readonly participants: ParticipantStore,
  ) {}

  /** Nobody yet for who is still joining. @throws DomainError `SW_ROOM_NOT_FOUND` for strangers */
  list(actor: Actor, roomId: string, { limit, offset } = FIRST_PAGE) {
    return this.db.readTenant(actor.tenant.id, async (db) => {
      const me = await this.members.findMember(db, roomId, actor.fqid);
      if (!me && (await this.rooms.findMyRoom(db, { fqid: actor.fqid, roomId }))?.membership !== 'joining') throw new DomainError('SW_ROOM_NOT_FOUND');
      const members = (await this.members.listMembers(db, roomId)).filter((member) => me?.membership === 'join' || member.fqid === actor.fqid);
      const shown = members.slice(offset, offset + limit);
      const people = await this.participants.listByIds(db, shown.map((member) => member.participant_id));
      return { data: presentMembers(shown, people), meta: { total: members.length } };
    });
  }

  /** @throws DomainError `SW_PARTICIPANT_NOT_FOUND` */
  async fqidOf(actor: Actor, participantId: string): Promise<Fqid> {
    const person = await this.db.readTenant(actor.tenant.id, (db) => this.participants.findById(db, participantId));
    if (!person) throw new DomainError('SW_PARTICIPANT_NOT_FOUND');
    return person.fqid;
  }
}

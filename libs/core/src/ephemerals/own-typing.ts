import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { DomainError, type RoomId } from '@scaiwave/protocol';
import { RoomChannel } from '@scaiwave/redis';
import { MemberStore } from '../members/member.store.js';
import { ParticipantStore, type Actor } from '../participants/index.js';
import { TellPeers } from './tell-peers.js';

/** Where our own people are typing. */
@Injectable()
export class OwnTyping {
  constructor(
    private readonly db: Database,
    private readonly participants: ParticipantStore,
    private readonly members: MemberStore,
    private readonly channel: RoomChannel,
    private readonly tell: TellPeers,
  ) {}

  /** @throws DomainError `SW_ROOM_NOT_FOUND` */
  async run(actor: Actor, { roomId, typing }: { roomId: RoomId; typing: boolean }): Promise<void> {
    const { member, person } = await this.db.readTenant(actor.tenant.id, async (db) => {
      const [found, self] = await Promise.all([this.members.findMember(db, roomId, actor.fqid), this.participants.findById(db, actor.participantId)]);
      return { member: found, person: self };
    });
    if (member?.membership !== 'join') throw new DomainError('SW_ROOM_NOT_FOUND');
    // Who wants to be taken for offline does not type, for anybody.
    if (person?.presence === 'appear_offline') return;
    await this.channel.publish(actor.tenant.id, { kind: 'typing', roomId, participantId: actor.participantId, typing });
    await this.tell.typing(actor.tenant, { roomId, fqid: actor.fqid, typing });
  }
}

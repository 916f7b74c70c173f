import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { DomainError, type RoomId } from '@scaiwave/protocol';
import { RoomChannel } from '@scaiwave/redis';
import { MemberStore } from '../members/member.store.js';
import { ParticipantStore, type Actor } from '../participants/index.js';
import { TellPeers, type PresenceStatus } from './tell-peers.js';

export type StatedPresence = 'online' | 'idle' | 'busy' | 'appear_offline' | null;

/** What others see of what somebody states. */
export function visiblePresence(stated: string | null): PresenceStatus {
  return stated === null || stated === 'appear_offline' ? 'offline' : (stated as PresenceStatus);
}

/** What our own people say of themselves: how they are, and where they are typing. */
@Injectable()
export class OwnSigns {
  constructor(
    private readonly db: Database,
    private readonly participants: ParticipantStore,
    private readonly members: MemberStore,
    private readonly channel: RoomChannel,
    private readonly tell: TellPeers,
  ) {}

  /** Nobody is told what does not change for them: `appear_offline` looks like `offline` in every way. */
  async presence(actor: Actor, status: StatedPresence): Promise<void> {
    const before = await this.db.forTenant(actor.tenant.id, async (tx) => {
      const person = await this.participants.findById(tx, actor.participantId);
      await this.participants.markPresence(tx, actor.participantId, status);
      return person?.presence ?? null;
    });
    const visible = visiblePresence(status);
    if (visible === visiblePresence(before)) return;
    await this.channel.publish(actor.tenant.id, { kind: 'presence', participantId: actor.participantId, status: visible });
    await this.tell.presence(actor.tenant, { fqid: actor.fqid, status: visible });
  }

  /** @throws DomainError `SW_ROOM_NOT_FOUND` */
  async typing(actor: Actor, { roomId, typing }: { roomId: RoomId; typing: boolean }): Promise<void> {
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

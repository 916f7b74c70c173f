import { Injectable } from '@nestjs/common';
import { DomainError, EVENT_TYPES, type Fqid, type RoomId } from '@scaiwave/protocol';
import type { EventRow } from '../events/event-row.js';
import type { Actor } from '../participants/index.js';
import { SpeakInRoom } from '../rooms/speak-in-room.js';
import { MemberStore } from './member.store.js';

export type MembershipAct = { act: 'leave' } | { act: 'kick' | 'ban' | 'unban'; target: Fqid; reason?: string };

/** Leaving, kicking, banning, unbanning: foreign members go like any other. */
@Injectable()
export class ChangeMembership {
  constructor(
    private readonly speak: SpeakInRoom,
    private readonly members: MemberStore,
  ) {}

  /** @throws DomainError `SW_NOT_MEMBER` if the person is not there, `SW_ROOM_FORBIDDEN` by power */
  run(input: { actor: Actor; roomId: RoomId; change: MembershipAct }): Promise<EventRow[]> {
    const { actor, roomId, change } = input;
    return this.speak.run({
      actor,
      roomId,
      compose: async ({ tx, member }) => {
        if (change.act === 'leave') return [{ type: EVENT_TYPES.member, content: { fqid: actor.fqid, membership: 'leave' }, about: { target: member } }];
        const target = await this.members.findMember(tx, roomId, change.target);
        const expected = change.act === 'unban' ? 'ban' : 'join';
        if (change.act !== 'ban' && target?.membership !== expected) throw new DomainError('SW_NOT_MEMBER');
        if (change.act === 'ban' && target?.membership === 'ban') return [];
        const membership = change.act === 'ban' ? 'ban' : 'leave';
        const reason = change.reason ? { reason: change.reason } : {};
        return [{ type: EVENT_TYPES.member, content: { fqid: change.target, membership, ...reason }, about: { target } }];
      },
    });
  }
}

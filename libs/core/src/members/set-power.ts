import { Injectable } from '@nestjs/common';
import { DomainError, EVENT_TYPES, type Fqid, type RoomId } from '@scaiwave/protocol';
import type { EventRow } from '../events/event-row.js';
import type { Actor } from '../participants/index.js';
import { SpeakInRoom } from '../rooms/speak-in-room.js';
import { MemberStore } from './member.store.js';

/** Gives a member another power level (0–100), never above one's own. Only the room's host can. */
@Injectable()
export class SetPower {
  constructor(
    private readonly speak: SpeakInRoom,
    private readonly members: MemberStore,
  ) {}

  /** @throws DomainError `SW_NOT_MEMBER`, `SW_ROOM_FORBIDDEN` */
  run(input: { actor: Actor; roomId: RoomId; target: Fqid; powerLevel: number }): Promise<EventRow[]> {
    const { actor, roomId, target: fqid, powerLevel } = input;
    return this.speak.run({
      actor,
      roomId,
      compose: async ({ tx, room, member }) => {
        const target = await this.members.findMember(tx, roomId, fqid);
        if (target?.membership !== 'join') throw new DomainError('SW_NOT_MEMBER');
        const isAbove = target.fqid !== member.fqid && target.power_level >= member.power_level;
        if (!room.isHost || powerLevel > member.power_level || isAbove) throw new DomainError('SW_ROOM_FORBIDDEN');
        return target.power_level === powerLevel ? [] : [{ type: EVENT_TYPES.member, content: { fqid, membership: 'join', power_level: powerLevel }, about: { target } }];
      },
    });
  }
}

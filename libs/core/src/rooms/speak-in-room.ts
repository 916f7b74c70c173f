import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@scaiwave/database';
import { DomainError, type RoomId } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { buildDraft, type NewEvent } from '../events/event-draft.js';
import type { EventRow } from '../events/event-row.js';
import { RoomLog } from '../events/room-log.js';
import type { MemberRow } from '../members/member-row.js';
import { MemberStore } from '../members/member.store.js';
import type { Actor } from '../participants/index.js';
import { decideSpeaking, type Intent } from './decide-speaking.js';
import type { LockedRoom } from './room-row.js';
import { RoomStore } from './room.store.js';

/** What a use case sees of the room, under its lock. */
export interface Floor {
  tx: Tx;
  room: LockedRoom;
  member: MemberRow;
}

/** One thing to be said: its type, content, and what the rules need to know of whom or what it is about. */
export type Utterance = Pick<NewEvent, 'type' | 'content' | 'id'> & { about?: Intent['about']; isServerAct?: boolean };

/** The way of every local person's act into a room: lock, rules, draft, log. An empty list says nothing (a no-op). */
@Injectable()
export class SpeakInRoom {
  constructor(
    private readonly db: Database,
    private readonly log: RoomLog,
    private readonly members: MemberStore,
    private readonly rooms: RoomStore,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws DomainError `SW_ROOM_NOT_FOUND` for strangers (they may not know that it exists), `SW_NOT_MEMBER` for who has only accepted, `SW_ROOM_FROZEN`, `SW_ROOM_FORBIDDEN` …
   */
  run(input: { actor: Actor; roomId: RoomId; compose: (floor: Floor) => Promise<Utterance[]> | Utterance[] }): Promise<EventRow[]> {
    const { actor, roomId } = input;
    return this.db.forTenant(actor.tenant.id, async (tx) => {
      const room = await this.log.lockRoom(tx, actor.tenant, roomId);
      const member = room && (await this.members.findMember(tx, roomId, actor.fqid));
      if (!room || member?.membership !== 'join') throw await this.refusal(tx, { actor, roomId });
      const utterances = await input.compose({ tx, room, member });
      for (const { type, content, about } of utterances) {
        const decision = decideSpeaking({ room: room.row, member, type, content, now: this.clock.now(), about });
        if (!decision.allowed) throw new DomainError(decision.code);
      }
      const drafts = utterances.map((said) =>
        buildDraft({ clock: this.clock, roomId, origin: actor.tenant.serverName, type: said.type, content: said.content, id: said.id, sender: said.isServerAct ? undefined : actor.fqid }),
      );
      return drafts.length === 0 ? [] : this.log.say(tx, room, drafts);
    });
  }

  private async refusal(tx: Tx, { actor, roomId }: { actor: Actor; roomId: RoomId }): Promise<DomainError> {
    const mine = await this.rooms.findMyRoom(tx, { fqid: actor.fqid, roomId });
    return new DomainError(mine?.membership === 'joining' ? 'SW_NOT_MEMBER' : 'SW_ROOM_NOT_FOUND');
  }
}

import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { DomainError, EVENT_TYPES, type RoomId } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { buildDraft } from '../events/event-draft.js';
import { RoomLog } from '../events/room-log.js';
import { MemberStore } from '../members/member.store.js';
import type { Actor } from '../participants/index.js';

/** Joins a public room of this server. Other rooms, and rooms of other servers, are joined by invitation. */
@Injectable()
export class JoinRoom {
  constructor(
    private readonly db: Database,
    private readonly log: RoomLog,
    private readonly members: MemberStore,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError `SW_ROOM_NOT_FOUND`, `SW_ROOM_FORBIDDEN` for the banned, `SW_ROOM_FROZEN` */
  run(input: { actor: Actor; roomId: RoomId }): Promise<void> {
    const { actor, roomId } = input;
    return this.db.forTenant(actor.tenant.id, async (tx) => {
      const room = await this.log.lockRoom(tx, actor.tenant, roomId);
      const member = room && (await this.members.findMember(tx, roomId, actor.fqid));
      if (member?.membership === 'join') return;
      if (!room?.isHost || !room.row.is_public) throw new DomainError('SW_ROOM_NOT_FOUND');
      if (member?.membership === 'ban') throw new DomainError('SW_ROOM_FORBIDDEN');
      if (room.row.state !== 'open') throw new DomainError('SW_ROOM_FROZEN');
      const content = { fqid: actor.fqid, membership: 'join', display_name: actor.displayName };
      await this.log.append(tx, room, [buildDraft({ clock: this.clock, roomId, origin: actor.tenant.serverName, sender: actor.fqid, type: EVENT_TYPES.member, content })]);
    });
  }
}

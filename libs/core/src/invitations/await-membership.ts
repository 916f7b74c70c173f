import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import type { RoomId } from '@scaiwave/protocol';
import { Signals } from '@scaiwave/redis';
import { MemberStore } from '../members/member.store.js';
import type { Actor } from '../participants/index.js';
import { InviteTimings } from './invite-timings.js';

/** After an acceptance the host adds the member: usually within a moment, and then the caller can use the room at once. */
@Injectable()
export class AwaitMembership {
  constructor(
    private readonly db: Database,
    private readonly members: MemberStore,
    private readonly signals: Signals,
    private readonly timings: InviteTimings,
  ) {}

  /** Returns when the actor is in the room, or the call's time is over. */
  async run({ actor, roomId, startedAt }: { actor: Actor; roomId: RoomId; startedAt: number }): Promise<void> {
    const timeoutMs = Math.max(0, startedAt + this.timings.callMs - performance.now());
    const check = async () => {
      const member = await this.db.readTenant(actor.tenant.id, (db) => this.members.findMember(db, roomId, actor.fqid));
      return member?.membership === 'join' ? true : null;
    };
    await this.signals.until({ name: `membership/${actor.participantId}/${roomId}`, timeoutMs, check });
  }
}

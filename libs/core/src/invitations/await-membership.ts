import { Injectable } from '@nestjs/common';
import { Database, type Db } from '@scaiwave/database';
import type { Fqid, RoomId } from '@scaiwave/protocol';
import { Signals } from '@scaiwave/redis';
import { MemberStore } from '../members/member.store.js';
import type { Actor } from '../participants/index.js';
import { membershipSignal } from '../rooms/membership-signal.js';
import type { InvitationRow } from './invitation-row.js';
import { InvitationStore } from './invitation.store.js';
import { InviteTimings } from './invite-timings.js';

/** `waiting`: the room's host has not answered in time; it goes on by itself. */
export type Joining = { kind: 'in' | 'waiting' } | { kind: 'refused'; row: InvitationRow };

/** After an acceptance the host adds the member: usually within a moment, and then the caller can use the room at once. */
@Injectable()
export class AwaitMembership {
  constructor(
    private readonly db: Database,
    private readonly members: MemberStore,
    private readonly invitations: InvitationStore,
    private readonly signals: Signals,
    private readonly timings: InviteTimings,
  ) {}

  /** Returns when the actor is in the room, or is not let in, or the call's time is over. `invitation`: the one that was accepted, if any */
  async run(input: { actor: Actor; roomId: RoomId; invitation: InvitationRow | null; startedAt: number }): Promise<Joining> {
    const { actor, roomId, invitation } = input;
    const timeoutMs = Math.max(0, input.startedAt + this.timings.callMs - performance.now());
    const check = () => this.db.readTenant(actor.tenant.id, (db) => this.look(db, { fqid: actor.fqid, roomId, invitation }));
    return (await this.signals.until({ name: membershipSignal(roomId, actor.fqid), timeoutMs, check })) ?? { kind: 'waiting' };
  }

  private async look(db: Db, { fqid, roomId, invitation }: { fqid: Fqid; roomId: RoomId; invitation: InvitationRow | null }): Promise<Joining | null> {
    const member = await this.members.findMember(db, roomId, fqid);
    if (member?.membership === 'join') return { kind: 'in' };
    const row = invitation?.state === 'accepted' ? await this.invitations.findInvitation(db, invitation.id) : null;
    return row && row.state !== 'accepted' ? { kind: 'refused', row } : null;
  }
}

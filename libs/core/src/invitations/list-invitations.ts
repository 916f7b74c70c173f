import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { DomainError, type RoomId } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { MemberStore } from '../members/member.store.js';
import type { Actor } from '../participants/index.js';
import { stateAt, type InvitationRow } from './invitation-row.js';
import { InvitationStore, type Page } from './invitation.store.js';

/** Invitations as they are now: what has run out reads expired before any sweep has marked it. */
@Injectable()
export class ListInvitations {
  constructor(
    private readonly db: Database,
    private readonly store: InvitationStore,
    private readonly members: MemberStore,
    private readonly clock: Clock,
  ) {}

  /**
   * A room's invitations, newest first; for its members.
   * @throws DomainError `SW_ROOM_NOT_FOUND`
   */
  ofRoom({ actor, roomId, page }: { actor: Actor; roomId: RoomId; page?: Page }): Promise<InvitationRow[]> {
    return this.db.readTenant(actor.tenant.id, async (db) => {
      const member = await this.members.findMember(db, roomId, actor.fqid);
      if (member?.membership !== 'join') throw new DomainError('SW_ROOM_NOT_FOUND');
      return this.asOfNow(await this.store.listForRoom(db, roomId, page));
    });
  }

  /** Invitations for the actor, newest first. */
  async mine({ actor, page }: { actor: Actor; page?: Page }): Promise<InvitationRow[]> {
    return this.asOfNow(await this.db.readTenant(actor.tenant.id, (db) => this.store.listForInvitee(db, actor.fqid, page)));
  }

  private asOfNow(rows: InvitationRow[]): InvitationRow[] {
    const now = this.clock.now();
    return rows.map((row) => ({ ...row, state: stateAt(row, now) }));
  }
}

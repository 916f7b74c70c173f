import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import type { Actor } from '../participants/index.js';
import { EndInvitation } from './end-invitation.js';
import type { InvitationRow } from './invitation-row.js';
import { InviteMessages } from './invite-messages.js';
import { OwnInvitations } from './own-invitations.js';

/** The invitee says no: over here at once; the room's host learns it over its control lane. */
@Injectable()
export class DeclineInvitation {
  constructor(
    private readonly db: Database,
    private readonly own: OwnInvitations,
    private readonly messages: InviteMessages,
    private readonly end: EndInvitation,
  ) {}

  /**
   * The declined invitation; declining twice changes nothing.
   * @throws DomainError `SW_INVITATION_NOT_FOUND`, `SW_FED_INVITE_EXPIRED`, `SW_FED_INVITE_INVALID` (accepted ones too)
   */
  run({ actor, invitationId }: { actor: Actor; invitationId: string }): Promise<InvitationRow> {
    const { tenant } = actor;
    return this.db.forTenant(tenant.id, async (tx) => {
      const { row } = await this.own.lock(tx, { actor, invitationId, unless: 'declined' });
      if (row.state === 'declined') return row;
      if (row.host !== tenant.serverName) await this.messages.sendAnswer(tx, { tenant, row }, { accepts: false, sender: actor.fqid });
      return this.end.run(tx, { tenant, row, state: 'declined', actor: actor.fqid });
    });
  }
}

import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { DomainError, type ErrorCode } from '@scaiwave/protocol';
import type { Actor } from '../participants/index.js';
import type { InvitationRow } from './invitation-row.js';
import { JoinAbroad } from './join-abroad.js';
import { JoinInvitee } from './join-invitee.js';
import { OwnInvitations } from './own-invitations.js';

/** The invitee says yes: at once here, and on its way to the room's host where another server is that. */
@Injectable()
export class AcceptInvitation {
  constructor(
    private readonly db: Database,
    private readonly own: OwnInvitations,
    private readonly joinInvitee: JoinInvitee,
    private readonly joinAbroad: JoinAbroad,
  ) {}

  /**
   * The accepted invitation; accepting twice changes nothing.
   * @throws DomainError `SW_INVITATION_NOT_FOUND`, `SW_FED_INVITE_EXPIRED`, `SW_FED_INVITE_INVALID`, `SW_FED_PEER_UNKNOWN`
   */
  async run({ actor, invitationId }: { actor: Actor; invitationId: string }): Promise<InvitationRow> {
    const answer = await this.db.forTenant(actor.tenant.id, async (tx): Promise<InvitationRow | ErrorCode> => {
      const { row, room } = await this.own.lock(tx, { actor, invitationId, unless: 'accepted' });
      if (row.state === 'accepted') return row;
      if (row.host !== actor.tenant.serverName) return this.joinAbroad.run(tx, { actor, row });
      const code = room ? await this.joinInvitee.run(tx, { room, row, displayName: actor.displayName }) : 'SW_FED_INVITE_INVALID';
      return code ?? { ...row, state: 'accepted' };
    });
    // After the commit: a refused invitation is over.
    if (typeof answer === 'string') throw new DomainError(answer, { by: 'us' });
    return answer;
  }
}

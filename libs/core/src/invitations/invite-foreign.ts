import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { BeforeInvite } from './before-invite.js';
import type { InvitationRow } from './invitation-row.js';
import { InviteCheck, type InviteCall } from './invite-check.js';
import { InviteVerdict } from './invite-verdict.js';
import { StartInvitation } from './start-invitation.js';

export interface InviteAnswer {
  /** `pending`: the invitee's server has it. `sending`: it goes on by itself, the outcome comes as a notification */
  outcome: 'pending' | 'sending';
  invitation: InvitationRow;
}

/**
 * Invites a person of another server and answers with what came of it within 8 seconds.
 *
 *   own rules → descriptor ─‖ row `sending` + control event ─→ worker ⇒ peer ─‖ verdict ─→ answer
 */
@Injectable()
export class InviteForeign {
  constructor(
    private readonly db: Database,
    private readonly before: BeforeInvite,
    private readonly check: InviteCheck,
    private readonly start: StartInvitation,
    private readonly verdict: InviteVerdict,
  ) {}

  /** @throws DomainError with `details.by`: `us` or the server that refused; nothing is left of a refused invitation */
  async run(call: InviteCall): Promise<InviteAnswer> {
    const startedAt = performance.now();
    const { actor } = call;
    const { invitee } = await this.before.room(call);
    const started = await this.db.forTenant(actor.tenant.id, async (tx) => {
      const room = await this.check.within(tx, call);
      return this.start.run(tx, { actor, room: room.row, invitee });
    });
    return this.verdict.run({ tenant: actor.tenant, started, startedAt });
  }
}

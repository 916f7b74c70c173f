import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import type { Fqid } from '@scaiwave/protocol';
import type { Actor } from '../participants/index.js';
import type { RoomRow } from '../rooms/room-row.js';
import { AcceptInvitation } from './accept-invitation.js';
import { AwaitMembership } from './await-membership.js';
import { FederatedDms } from './federated-dms.js';
import type { InvitationRow } from './invitation-row.js';
import { InviteVerdict, refusalOf } from './invite-verdict.js';
import type { StartedInvitation } from './start-invitation.js';

export interface FederatedDmAnswer {
  /** `existing`: nothing new was made. `joining`: the other server hosts it and has not let the caller in yet */
  outcome: 'existing' | 'joining' | 'pending' | 'sending';
  room: RoomRow;
  invitation: InvitationRow | null;
}

export interface Pair {
  actor: Actor;
  invitee: Fqid;
}

/** How the call ends that opened a DM, or found that the other one had opened theirs. */
@Injectable()
export class DmOutcome {
  constructor(
    private readonly db: Database,
    private readonly dms: FederatedDms,
    private readonly verdict: InviteVerdict,
    private readonly acceptInvitation: AcceptInvitation,
    private readonly membership: AwaitMembership,
  ) {}

  /** @throws DomainError why the room's host does not let the caller in */
  async existing({ actor }: Pair, found: { room: RoomRow; invitation: InvitationRow | null; startedAt: number }): Promise<FederatedDmAnswer> {
    const { room, invitation, startedAt } = found;
    const joining = await this.membership.run({ actor, roomId: room.id, invitation, startedAt });
    if (joining.kind === 'refused') throw refusalOf(joining.row, actor.tenant);
    return { outcome: joining.kind === 'in' ? 'existing' : 'joining', room, invitation };
  }

  async accept(pair: Pair, theirs: { invitation: InvitationRow; startedAt: number }): Promise<FederatedDmAnswer> {
    const { actor } = pair;
    const invitation = await this.acceptInvitation.run({ actor, invitationId: theirs.invitation.id });
    const dm = await this.db.readTenant(actor.tenant.id, (db) => this.dms.find(db, pair));
    if (dm.kind !== 'open') throw new Error('an accepted DM has no room');
    return this.existing(pair, { room: dm.room, invitation, startedAt: theirs.startedAt });
  }

  async await(pair: Pair, begun: { room: RoomRow; started: StartedInvitation; startedAt: number }): Promise<FederatedDmAnswer> {
    const { outcome, invitation } = await this.verdict.run({ tenant: pair.actor.tenant, ...begun });
    if (invitation.state !== 'declined') return { outcome, room: begun.room, invitation };
    // Both opened a DM at the same time and theirs stays: saying yes to it is what the caller wants.
    const dm = await this.db.readTenant(pair.actor.tenant.id, (db) => this.dms.find(db, pair));
    return dm.kind === 'invited' ? this.accept(pair, { invitation: dm.invitation, startedAt: begun.startedAt }) : { outcome, room: begun.room, invitation };
  }
}

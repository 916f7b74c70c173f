import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import type { InviteContent } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { EnsureParticipant } from '../participants/index.js';
import { decideInvite } from './decide-invite.js';
import { InvitationStore } from './invitation.store.js';
import { ReadInviteFacts } from './read-invite-facts.js';
import { rejectedControl, STORED, type ReceivedVerdict, type ReceivedControl } from './received-control.js';
import { TakeInvite } from './take-invite.js';

/** `.invite`: somebody elsewhere invites one of our people. Nothing is stored unless all checks pass. */
@Injectable()
export class ReceiveInvite {
  constructor(
    private readonly store: InvitationStore,
    private readonly facts: ReadInviteFacts,
    private readonly participants: EnsureParticipant,
    private readonly take: TakeInvite,
    private readonly clock: Clock,
  ) {}

  async run(tx: Tx, received: ReceivedControl): Promise<ReceivedVerdict> {
    const { tenant, payload } = received;
    const content = received.content as InviteContent;
    const now = this.clock.now();
    const known = await this.store.lockInvitation(tx, content.invite_id);
    const isBoundElsewhere = await this.store.isBoundElsewhere(tx, { roomId: content.room.id, host: content.room.host, now: this.clock.date() });
    const facts = await this.facts.run(tx, { tenant, content, known, isBoundElsewhere });
    const decision = decideInvite({ ownServer: tenant.serverName, payload, content, now }, facts);
    if (!decision.allowed) return rejectedControl(decision.code, decision.reason);
    if (known?.direction === 'in') return STORED;
    await this.participants.run(tx, tenant, { fqid: content.inviter.fqid, displayName: content.inviter.display_name, by: payload.origin });
    await this.take.run(tx, { tenant, content, originTs: payload.origin_ts, known });
    return STORED;
  }
}

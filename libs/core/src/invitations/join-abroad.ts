import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { DomainError } from '@scaiwave/protocol';
import type { Actor } from '../participants/index.js';
import { EnsureForeignRoom } from '../rooms/ensure-foreign-room.js';
import { dmKeyOf } from '../rooms/open-dm.js';
import { EndInvitation } from './end-invitation.js';
import type { InvitationRow } from './invitation-row.js';
import { InvitationStore } from './invitation.store.js';
import { InviteMessages } from './invite-messages.js';
import { InvitingRules } from './inviting-rules.js';

/** The member's side of an acceptance: the room is known from here on, membership begins when the host adds the member. */
@Injectable()
export class JoinAbroad {
  constructor(
    private readonly rules: InvitingRules,
    private readonly rooms: EnsureForeignRoom,
    private readonly store: InvitationStore,
    private readonly messages: InviteMessages,
    private readonly end: EndInvitation,
  ) {}

  /** @throws DomainError `SW_FED_PEER_UNKNOWN`, `SW_ROOM_CAPACITY` where our own policy has turned against the host or the room; the invitation stays */
  async run(tx: Tx, { actor, row }: { actor: Actor; row: InvitationRow }): Promise<InvitationRow> {
    const { tenant } = actor;
    const verdict = await this.rules.decideAccepting(tx, { tenant, room: row.room });
    if (!verdict.allowed) throw new DomainError(verdict.code, { by: 'us', rule: verdict.rule });
    const isDm = row.room.room_type === 'dm';
    if (isDm) await this.giveWay(tx, { actor, row });
    await this.rooms.run(tx, {
      id: row.room_id,
      host: row.host,
      name: row.room.name,
      topic: row.room.topic,
      roomType: row.room.room_type,
      creator: row.inviter,
      dmKey: isDm ? dmKeyOf(row.inviter, row.invitee) : null,
    });
    await this.messages.sendAnswer(tx, { tenant, row }, { accepts: true, sender: actor.fqid, displayName: actor.displayName });
    return this.end.run(tx, { tenant, row, state: 'accepted', actor: actor.fqid });
  }

  /** A DM exists once per pair: an unanswered one of our own goes when theirs is accepted. */
  private async giveWay(tx: Tx, { actor, row }: { actor: Actor; row: InvitationRow }): Promise<void> {
    for (const own of await this.store.listLiveDms(tx, { inviter: row.invitee, invitee: row.inviter })) {
      if (own.host === actor.tenant.serverName) await this.end.run(tx, { tenant: actor.tenant, row: own, state: 'revoked', actor: actor.fqid, mustGo: true });
    }
  }
}

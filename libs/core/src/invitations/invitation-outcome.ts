import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { EVENT_TYPES, serverOf, type ServerName } from '@scaiwave/protocol';
import { Signals } from '@scaiwave/redis';
import { membershipSignal } from '../rooms/membership-signal.js';
import type { TenantContext } from '../tenants/index.js';
import { EndInvitation } from './end-invitation.js';
import { ForgetUnjoinedRoom } from './forget-unjoined-room.js';
import { isLive, type InvitationRow } from './invitation-row.js';
import { InvitationStore } from './invitation.store.js';
import { InviteMessages } from './invite-messages.js';

/** What the other server, or the end of our patience, made of a control event of ours. */
export interface SettledControl {
  tenant: TenantContext;
  controlEvent: { id: string; type: string; server_name: string; content: string | null };
  /** failed = given up after 24 hours */
  outcome: 'stored' | 'refused' | 'failed';
  code?: string | null;
}

/** Runs in the transaction that settles a control event: an invitation follows what became of what was said about it. */
@Injectable()
export class InvitationOutcome {
  constructor(
    private readonly store: InvitationStore,
    private readonly end: EndInvitation,
    private readonly forget: ForgetUnjoinedRoom,
    private readonly messages: InviteMessages,
    private readonly signals: Signals,
  ) {}

  async controlSettled(tx: Tx, settled: SettledControl): Promise<void> {
    const { controlEvent, outcome } = settled;
    if (!FOLLOWED.has(controlEvent.type) || controlEvent.content === null) return;
    const { invite_id: id } = JSON.parse(controlEvent.content) as { invite_id: string };
    const row = await this.store.lockInvitation(tx, id);
    if (!row) return;
    const isAnswer = controlEvent.type === EVENT_TYPES.inviteAccepted;
    if (outcome !== 'stored') return isAnswer ? this.answerRefused(tx, settled, row) : this.inviteRefused(tx, settled, row);
    if (isAnswer) return;
    await this.store.markPending(tx, row.id);
    await this.tellWhoAsked(tx, settled, row);
  }

  /** Their call waits for this, or for a refusal. Where the invitee's server is theirs, or ours, they know already. */
  private async tellWhoAsked(tx: Tx, { tenant, controlEvent }: SettledControl, row: InvitationRow): Promise<void> {
    const to = row.asked_by;
    if (controlEvent.type !== EVENT_TYPES.invite || to === null || to === serverOf(row.invitee) || !isLive(row)) return;
    await this.messages.sendDelivered(tx, { tenant, row }, to);
  }

  /** The invitation never came to be there, so nothing of it is to be answered. */
  private async inviteRefused(tx: Tx, settled: SettledControl, row: InvitationRow): Promise<void> {
    if (!isLive(row)) return;
    await this.end.run(tx, { tenant: settled.tenant, row, state: 'failed', ...whyOf(settled) });
  }

  /** The host did not take our person in: too late, revoked, or no place. An answer that was only handed on is not ours. */
  private async answerRefused(tx: Tx, settled: SettledControl, row: InvitationRow): Promise<void> {
    const { tenant } = settled;
    if (row.state !== 'accepted' || row.host === tenant.serverName || serverOf(row.invitee) !== tenant.serverName) return;
    const why = whyOf(settled);
    if (why.code === 'SW_FED_ALREADY_MEMBER') return;
    const state = why.code === 'SW_FED_INVITE_EXPIRED' ? 'expired' : 'failed';
    await this.end.run(tx, { tenant, row, state, ...why });
    await this.forget.run(tx, { tenant, roomId: row.room_id });
    tx.afterCommit(() => this.signals.publish(membershipSignal(row.room_id, row.invitee)));
  }
}

const FOLLOWED: ReadonlySet<string> = new Set([EVENT_TYPES.invite, EVENT_TYPES.inviteRequest, EVENT_TYPES.inviteAccepted]);

function whyOf({ outcome, code, controlEvent }: SettledControl): { code: string; by: ServerName } {
  const fallback = outcome === 'failed' ? 'SW_FED_PEER_UNREACHABLE' : 'SW_FED_EVENT_INVALID';
  return { code: code ?? fallback, by: controlEvent.server_name as ServerName };
}

import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { serverOf, type Fqid } from '@scaiwave/protocol';
import { Signals } from '@scaiwave/redis';
import { Clock } from '@scaiwave/telemetry';
import { NotificationStore, Notify } from '../notifications/index.js';
import { ParticipantStore } from '../participants/index.js';
import type { TenantContext } from '../tenants/index.js';
import { isCallWaiting, type InvitationRow } from './invitation-row.js';
import { invitationSignal } from './invitation-signal.js';
import { buildInvitationSnapshot } from './invitation-snapshot.js';

/** Tells our own people about their invitations, and only what they do not know from what they just did. */
@Injectable()
export class InvitationNews {
  constructor(
    private readonly participants: ParticipantStore,
    private readonly notify: Notify,
    private readonly notifications: NotificationStore,
    private readonly signals: Signals,
    private readonly clock: Clock,
  ) {}

  /** The invitee has an invitation to answer. */
  async arrived(tx: Tx, row: InvitationRow): Promise<void> {
    this.wakeCall(tx, row);
    await this.tell(tx, row.invitee, { kind: 'invitation', row });
  }

  /** The invitation is over: tells its two people, except `actor`, who ended it, and an invite call that answers by itself. */
  async ended(tx: Tx, ended: { tenant: TenantContext; row: InvitationRow; actor?: Fqid }): Promise<void> {
    const { tenant, row, actor } = ended;
    this.wakeCall(tx, row);
    const isOwn = (fqid: Fqid) => serverOf(fqid) === tenant.serverName;
    const isAnsweredByCall = row.error_code !== null && isCallWaiting(row);
    if (isOwn(row.inviter) && row.inviter !== actor && !isAnsweredByCall) await this.tell(tx, row.inviter, { kind: 'invitation_outcome', row });
    if (!isOwn(row.invitee)) return;
    await this.markSeen(tx, row);
    const isNewsForInvitee = row.state === 'revoked' || row.state === 'expired' || row.state === 'failed';
    if (isNewsForInvitee && row.direction === 'in' && row.invitee !== actor) await this.tell(tx, row.invitee, { kind: 'invitation_outcome', row });
  }

  /** The one of our people who invited, through another server, need not wait any longer. */
  wakeCall(tx: Tx, row: InvitationRow): void {
    tx.afterCommit(() => this.signals.publish(invitationSignal(row.id)));
  }

  /** An invitation that can no longer be answered asks for no attention. */
  async markSeen(tx: Tx, row: InvitationRow): Promise<void> {
    const invitee = await this.participants.findByFqid(tx, row.invitee);
    if (invitee) await this.notifications.markInvitationRead(tx, { participantId: invitee.id, invitationId: row.id, at: this.clock.date() });
  }

  private async tell(tx: Tx, fqid: Fqid, news: { kind: 'invitation' | 'invitation_outcome'; row: InvitationRow }): Promise<void> {
    const person = await this.participants.findByFqid(tx, fqid);
    if (!person) return;
    const data = { ...buildInvitationSnapshot(news.row, this.clock.now()) };
    await this.notify.run(tx, { participantId: person.id, kind: news.kind, data });
  }
}

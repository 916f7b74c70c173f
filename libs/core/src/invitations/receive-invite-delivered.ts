import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { InvitationNews } from './invitation-news.js';
import { isLive } from './invitation-row.js';
import { InvitationStore } from './invitation.store.js';
import { rejectedControl, STORED, type ReceivedControl, type ReceivedVerdict } from './received-control.js';

/** `.invite.delivered`: what one of our people asked the host for has come to the invitee's server. Whatever happens from now on is news. */
@Injectable()
export class ReceiveInviteDelivered {
  constructor(
    private readonly store: InvitationStore,
    private readonly news: InvitationNews,
  ) {}

  async run(tx: Tx, { carrier, payload, content }: ReceivedControl): Promise<ReceivedVerdict> {
    const row = await this.store.lockInvitation(tx, String(content.invite_id));
    if (!row || row.room_id !== payload.room_id) return rejectedControl('SW_FED_INVITE_INVALID', 'no such invitation');
    if (row.host !== carrier || payload.origin !== carrier) return rejectedControl('SW_FED_FORBIDDEN', 'only the host knows what became of an invitation');
    if (!isLive(row) || row.direction !== 'out') return STORED;
    await this.store.markPending(tx, row.id);
    await this.store.markAnswered(tx, row.id);
    this.news.wakeCall(tx, row);
    return STORED;
  }
}

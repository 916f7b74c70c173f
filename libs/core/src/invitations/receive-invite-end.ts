import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { EVENT_TYPES, serverOf } from '@scaiwave/protocol';
import { Signals } from '@scaiwave/redis';
import { EndInvitation } from './end-invitation.js';
import { isLive } from './invitation-row.js';
import { InvitationStore } from './invitation.store.js';
import { signalOf } from './invite-verdict.js';
import { rejectedControl, STORED, type ReceivedVerdict, type ReceivedControl } from './received-control.js';

/** `.invite.revoked` and `.expired`: the host says that an invitation is over, to the invitee's server and to the one that asked. */
@Injectable()
export class ReceiveInviteEnd {
  constructor(
    private readonly store: InvitationStore,
    private readonly end: EndInvitation,
    private readonly signals: Signals,
  ) {}

  async run(tx: Tx, { tenant, carrier, payload, content }: ReceivedControl): Promise<ReceivedVerdict> {
    const row = await this.store.lockInvitation(tx, String(content.invite_id));
    if (!row || row.room_id !== payload.room_id) return rejectedControl('SW_FED_INVITE_INVALID', 'no such invitation');
    if (row.host !== carrier || payload.origin !== carrier) return rejectedControl('SW_FED_FORBIDDEN', 'only the host ends an invitation');
    // An acceptance that crossed this is answered by the host itself.
    if (!isLive(row)) return STORED;
    tx.afterCommit(() => this.signals.publish(signalOf(row.id)));
    if (payload.type === EVENT_TYPES.inviteExpired) await this.end.run(tx, { tenant, row, state: 'expired', by: row.host });
    else if (typeof content.code === 'string') await this.end.run(tx, { tenant, row, state: 'failed', code: content.code, by: serverOf(row.invitee) });
    else await this.end.run(tx, { tenant, row, state: 'revoked', by: row.host, actor: payload.sender });
    return STORED;
  }
}

import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { EVENT_TYPES, serverOf } from '@scaiwave/protocol';
import { EndInvitation, type InvitationEnding } from './end-invitation.js';
import { isLive, type InvitationRow } from './invitation-row.js';
import { InvitationStore } from './invitation.store.js';
import { rejectedControl, STORED, type ReceivedVerdict, type ReceivedControl } from './received-control.js';

/** `.invite.revoked` and `.expired`: the host says that an invitation is over, to the invitee's server and to the one that asked. */
@Injectable()
export class ReceiveInviteEnd {
  constructor(
    private readonly store: InvitationStore,
    private readonly end: EndInvitation,
  ) {}

  async run(tx: Tx, received: ReceivedControl): Promise<ReceivedVerdict> {
    const { tenant, carrier, payload, content } = received;
    const row = await this.store.lockInvitation(tx, String(content.invite_id));
    if (!row || row.room_id !== payload.room_id) return rejectedControl('SW_FED_INVITE_INVALID', 'no such invitation');
    if (row.host !== carrier || payload.origin !== carrier) return rejectedControl('SW_FED_FORBIDDEN', 'only the host ends an invitation');
    // An acceptance that crossed this is answered by the host itself.
    if (!isLive(row)) return STORED;
    await this.end.run(tx, { tenant, row, ...outcomeOf(received, row) });
    return STORED;
  }
}

/** Withdrawn by the host, for a reason that it gives or for none; or refused by the invitee's server, which only the server that asked hears of. */
function outcomeOf({ payload, content }: ReceivedControl, row: InvitationRow): Pick<InvitationEnding, 'state' | 'code' | 'by' | 'actor'> {
  if (payload.type === EVENT_TYPES.inviteExpired) return { state: 'expired', by: row.host };
  const code = typeof content.code === 'string' ? content.code : undefined;
  const isHostsOwn = code === undefined || row.direction === 'in' || content.by === row.host;
  return isHostsOwn ? { state: 'revoked', code, by: row.host, actor: payload.sender } : { state: 'failed', code, by: serverOf(row.invitee) };
}

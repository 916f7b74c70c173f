import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { EVENT_TYPES, serverOf } from '@scaiwave/protocol';
import { RoomLog } from '../events/room-log.js';
import { EnsureParticipant } from '../participants/index.js';
import { EndInvitation } from './end-invitation.js';
import { isLive, type InvitationRow } from './invitation-row.js';
import { InvitationStore } from './invitation.store.js';
import { JoinInvitee } from './join-invitee.js';
import { rejectedControl, STORED, type ReceivedVerdict, type ReceivedControl } from './received-control.js';

/** `.invite.accepted` and `.declined`: to the host from the invitee's server, or handed on by the host to us, who asked. */
@Injectable()
export class ReceiveInviteAnswer {
  constructor(
    private readonly log: RoomLog,
    private readonly store: InvitationStore,
    private readonly join: JoinInvitee,
    private readonly end: EndInvitation,
    private readonly participants: EnsureParticipant,
  ) {}

  async run(tx: Tx, received: ReceivedControl): Promise<ReceivedVerdict> {
    const { tenant, payload } = received;
    const found = await this.store.findInvitation(tx, String(received.content.invite_id));
    if (!found || found.room_id !== payload.room_id) return rejectedControl('SW_FED_INVITE_INVALID', 'no such invitation');
    if (payload.origin !== serverOf(found.invitee)) return rejectedControl('SW_FED_FORBIDDEN', 'not this server’s answer to give');
    if (payload.sender && payload.sender !== found.invitee) return rejectedControl('SW_FED_FORBIDDEN', 'not this person’s answer to give');
    return found.host === tenant.serverName ? this.atHost(tx, { received, found }) : this.handedOn(tx, { received, found });
  }

  private async atHost(tx: Tx, { received, found }: { received: ReceivedControl; found: InvitationRow }): Promise<ReceivedVerdict> {
    const { tenant, payload, content, jws, contentText } = received;
    if (received.carrier !== payload.origin) return rejectedControl('SW_FED_FORBIDDEN', 'a server answers for its own people');
    // The room before the invitation, as everywhere: two transactions that meet do not wait for each other in a ring.
    const room = await this.log.lockRoom(tx, tenant, found.room_id);
    const row = await this.store.lockInvitation(tx, found.id);
    if (!row) return rejectedControl('SW_FED_INVITE_INVALID', 'no such invitation');
    const said = { jws, contentText };
    if (payload.type === EVENT_TYPES.inviteDeclined) return this.declined(tx, { received, row });
    if (!room) return rejectedControl('SW_FED_INVITE_INVALID', 'the room is gone');
    const displayName = typeof content.display_name === 'string' ? content.display_name : undefined;
    const code = await this.join.run(tx, { room, row, displayName, said });
    if (code !== null) return { ...rejectedControl(code, 'not accepted by the host'), keepsChanges: true };
    // The join is the host's word; this is the word of their own server.
    await this.participants.run(tx, tenant, { fqid: row.invitee, displayName, by: payload.origin });
    return STORED;
  }

  /** Declining what is over already changes nothing. */
  private async declined(tx: Tx, { received, row }: { received: ReceivedControl; row: InvitationRow }): Promise<ReceivedVerdict> {
    const { tenant, jws, contentText } = received;
    if (!isLive(row)) return row.state === 'accepted' ? rejectedControl('SW_FED_INVITE_INVALID', 'accepted before') : STORED;
    const mustGo = await this.isCrossed(tx, row);
    await this.end.run(tx, { tenant, row, state: 'declined', actor: row.invitee, said: { jws, contentText }, mustGo });
    return STORED;
  }

  /** Their DM invitation, made at the same time, has the lower room_id: it stays, and ours was declined by machine. */
  private async isCrossed(tx: Tx, row: InvitationRow): Promise<boolean> {
    if (row.room.room_type !== 'dm') return false;
    const theirs = await this.store.listLiveDms(tx, { inviter: row.invitee, invitee: row.inviter });
    return theirs.some((other) => other.direction === 'in' && other.room_id < row.room_id);
  }

  private async handedOn(tx: Tx, { received, found }: { received: ReceivedControl; found: InvitationRow }): Promise<ReceivedVerdict> {
    if (received.carrier !== found.host) return rejectedControl('SW_FED_FORBIDDEN', 'only the host hands an answer on');
    const row = await this.store.lockInvitation(tx, found.id);
    const state = received.payload.type === EVENT_TYPES.inviteAccepted ? 'accepted' : 'declined';
    if (row && row.direction === 'out' && isLive(row)) await this.end.run(tx, { tenant: received.tenant, row, state, actor: row.invitee });
    return STORED;
  }
}

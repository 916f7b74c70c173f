import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { serverOf, type Fqid, type InviteId, type RoomId } from '@scaiwave/protocol';
import { RoomLog } from '../events/room-log.js';
import type { LockedRoom } from '../rooms/room-row.js';
import { CheckInviteRequest, type InviteRequest } from './check-invite-request.js';
import { InvitationNews } from './invitation-news.js';
import { InviteMessages } from './invite-messages.js';
import { MakeInvitation } from './make-invitation.js';
import { rejectedControl, STORED, type ReceivedVerdict, type ReceivedControl } from './received-control.js';

/** `.invite.request`: a member at another server asks us, the host, to invite somebody: our own people, theirs, or a third server's. */
@Injectable()
export class ReceiveInviteRequest {
  constructor(
    private readonly log: RoomLog,
    private readonly check: CheckInviteRequest,
    private readonly make: MakeInvitation,
    private readonly messages: InviteMessages,
    private readonly news: InvitationNews,
  ) {}

  async run(tx: Tx, received: ReceivedControl): Promise<ReceivedVerdict> {
    const { tenant, carrier, payload } = received;
    const room = await this.log.lockRoom(tx, tenant, payload.room_id as RoomId);
    const content = received.content as { invite_id: InviteId; invitee: Fqid };
    if (!room?.isHost || !payload.sender) return rejectedControl('SW_ROOM_NOT_FOUND', 'not a room that this server hosts');
    const request: InviteRequest = { id: content.invite_id, inviter: payload.sender, invitee: content.invitee, askedBy: carrier };
    const checked = await this.check.run(tx, { room, request });
    if (checked.kind === 'refused') return rejectedControl(checked.code, checked.reason);
    if (checked.kind === 'invite') await this.invite(tx, { room, request, inviterName: checked.inviterName });
    return STORED;
  }

  private async invite(tx: Tx, { room, request, inviterName }: { room: LockedRoom; request: InviteRequest; inviterName: string }): Promise<void> {
    const { tenant } = room;
    const inviter = { fqid: request.inviter, displayName: inviterName };
    const row = await this.make.run(tx, { tenant, room: room.row, inviter, invitee: request.invitee, asked: { id: request.id, by: request.askedBy } });
    if (serverOf(row.invitee) === tenant.serverName) await this.news.arrived(tx, row);
    else await this.messages.sendInvite(tx, { tenant, row });
  }
}


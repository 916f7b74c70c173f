import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { serverOf, type Fqid, type ServerName } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import type { Actor } from '../participants/index.js';
import { PeerStore } from '../peers/index.js';
import type { RoomRow } from '../rooms/room-row.js';
import type { InvitationRow } from './invitation-row.js';
import { InviteMessages } from './invite-messages.js';
import { MakeInvitation } from './make-invitation.js';

/** An invitation on its way: to the invitee's server where this one hosts the room, else to the room's host. */
export interface StartedInvitation {
  row: InvitationRow;
  /** the control event whose verdict is awaited */
  controlId: string;
}

/** Row and control event of a new invitation by one of our people, in one transaction. */
@Injectable()
export class StartInvitation {
  constructor(
    private readonly make: MakeInvitation,
    private readonly messages: InviteMessages,
    private readonly peers: PeerStore,
    private readonly clock: Clock,
  ) {}

  async run(tx: Tx, input: { actor: Actor; room: RoomRow; invitee: Fqid }): Promise<StartedInvitation> {
    const { actor, room, invitee } = input;
    const { tenant } = actor;
    const row = await this.make.run(tx, { tenant, room, inviter: { fqid: actor.fqid, displayName: actor.displayName }, invitee });
    const isHost = room.host === tenant.serverName;
    await this.hurry(tx, isHost ? serverOf(invitee) : room.host);
    const controlId = isHost ? await this.messages.sendInvite(tx, { tenant, row }) : await this.messages.sendRequest(tx, { tenant, row });
    return { row, controlId };
  }

  /** Somebody waits for the answer, so a peer in back-off is tried now; one that asked us to wait is not. */
  private async hurry(tx: Tx, serverName: ServerName): Promise<void> {
    const peer = await this.peers.findPeer(tx, serverName);
    if (peer && peer.verdict !== null && peer.verdict !== 'busy') await this.peers.markDueNow(tx, serverName, this.clock.date());
  }
}

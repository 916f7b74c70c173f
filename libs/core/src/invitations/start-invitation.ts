import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import type { Fqid } from '@scaiwave/protocol';
import type { Actor } from '../participants/index.js';
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
  ) {}

  async run(tx: Tx, input: { actor: Actor; room: RoomRow; invitee: Fqid }): Promise<StartedInvitation> {
    const { actor, room, invitee } = input;
    const { tenant } = actor;
    const row = await this.make.run(tx, { tenant, room, inviter: { fqid: actor.fqid, displayName: actor.displayName }, invitee });
    const isHost = room.host === tenant.serverName;
    const controlId = isHost ? await this.messages.sendInvite(tx, { tenant, row }) : await this.messages.sendRequest(tx, { tenant, row });
    return { row, controlId };
  }
}

import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import type { ServerName } from '@scaiwave/protocol';
import { RoomLog } from '../events/room-log.js';
import type { TenantContext } from '../tenants/index.js';
import { EndInvitation } from './end-invitation.js';
import { isLive, type InvitationRow } from './invitation-row.js';
import { InvitationStore } from './invitation.store.js';
import { InviteMessages } from './invite-messages.js';

/**
 * Ends the open invitations in which a server has a part that we no longer federate with. What it is to hear waits on its control lane: nothing
 * goes to it while it is blocked. Repeating it changes nothing.
 */
@Injectable()
export class EndPeerInvitations {
  constructor(
    private readonly store: InvitationStore,
    private readonly log: RoomLog,
    private readonly messages: InviteMessages,
    private readonly end: EndInvitation,
  ) {}

  /** How many were ended. `onlyHosted`: those to rooms that this server hosts */
  async run(tx: Tx, input: { tenant: TenantContext; serverName: ServerName; onlyHosted?: boolean }): Promise<number> {
    const { tenant, serverName } = input;
    let count = 0;
    for (const { id, room_id: roomId, host } of await this.store.listLiveWith(tx, serverName)) {
      if (input.onlyHosted === true && host !== tenant.serverName) continue;
      // The room before the invitation, as everywhere: two transactions that meet do not wait for each other in a ring.
      await this.log.lockRoom(tx, tenant, roomId);
      const row = await this.store.lockInvitation(tx, id);
      if (!row || !isLive(row)) continue;
      await this.endOne(tx, tenant, row);
      count += 1;
    }
    return count;
  }

  private async endOne(tx: Tx, tenant: TenantContext, row: InvitationRow): Promise<void> {
    const isHost = row.host === tenant.serverName;
    // Its own side sees it declined: why is nobody's business but ours.
    if (!isHost && row.direction === 'in') await this.messages.sendAnswer(tx, { tenant, row }, { accepts: false });
    await this.end.run(tx, { tenant, row, state: isHost ? 'revoked' : 'failed', code: 'SW_FED_PEER_UNKNOWN', by: tenant.serverName });
  }
}

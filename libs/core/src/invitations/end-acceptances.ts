import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import type { ServerName } from '@scaiwave/protocol';
import { Signals } from '@scaiwave/redis';
import { RoomLog } from '../events/room-log.js';
import { membershipSignal } from '../rooms/membership-signal.js';
import type { TenantContext } from '../tenants/index.js';
import { EndInvitation } from './end-invitation.js';
import { ForgetUnjoinedRoom } from './forget-unjoined-room.js';
import { InvitationStore } from './invitation.store.js';

/** Ends what our people have accepted to rooms of a host that will not take them in any more. Repeating it changes nothing. */
@Injectable()
export class EndAcceptances {
  constructor(
    private readonly store: InvitationStore,
    private readonly log: RoomLog,
    private readonly end: EndInvitation,
    private readonly forget: ForgetUnjoinedRoom,
    private readonly signals: Signals,
  ) {}

  /** How many were ended. */
  async run(tx: Tx, { tenant, serverName }: { tenant: TenantContext; serverName: ServerName }): Promise<number> {
    const unjoined = await this.store.listUnjoined(tx, serverName);
    for (const { id, room_id: roomId } of unjoined) {
      await this.log.lockRoom(tx, tenant, roomId);
      const row = await this.store.lockInvitation(tx, id);
      if (row?.state !== 'accepted') continue;
      await this.end.run(tx, { tenant, row, state: 'failed', code: 'SW_FED_PEER_UNKNOWN', by: tenant.serverName });
      await this.forget.run(tx, { tenant, roomId });
      tx.afterCommit(() => this.signals.publish(membershipSignal(roomId, row.invitee)));
    }
    return unjoined.length;
  }
}

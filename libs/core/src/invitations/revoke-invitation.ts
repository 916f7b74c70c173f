import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { DomainError, LIMITS, type RoomId } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import type { Actor } from '../participants/index.js';
import { RoomStore } from '../rooms/room.store.js';
import { EndInvitation } from './end-invitation.js';
import { stateAt, type InvitationRow } from './invitation-row.js';
import { InvitationStore } from './invitation.store.js';

/** Takes an invitation back: the inviter, or a member with power 50; only at the room's host, which alone may say so. */
@Injectable()
export class RevokeInvitation {
  constructor(
    private readonly db: Database,
    private readonly rooms: RoomStore,
    private readonly store: InvitationStore,
    private readonly end: EndInvitation,
    private readonly clock: Clock,
  ) {}

  /**
   * The revoked invitation; revoking twice changes nothing.
   * @throws DomainError `SW_ROOM_NOT_FOUND`, `SW_INVITATION_NOT_FOUND`, `SW_ROOM_FORBIDDEN`, `SW_FED_FORBIDDEN` in a room of another host,
   * `SW_FED_INVITE_EXPIRED`, `SW_FED_INVITE_INVALID` for what was answered
   */
  run(input: { actor: Actor; roomId: RoomId; invitationId: string }): Promise<InvitationRow> {
    const { actor, roomId, invitationId } = input;
    const { tenant } = actor;
    return this.db.forTenant(tenant.id, async (tx) => {
      const room = await this.rooms.findMyRoom(tx, { fqid: actor.fqid, roomId });
      if (room?.membership !== 'join') throw new DomainError('SW_ROOM_NOT_FOUND');
      const row = await this.store.lockInvitation(tx, invitationId);
      if (row?.room_id !== roomId) throw new DomainError('SW_INVITATION_NOT_FOUND');
      if (row.inviter !== actor.fqid && room.power_level < LIMITS.moderatorPower) throw new DomainError('SW_ROOM_FORBIDDEN', { by: 'us' });
      if (row.host !== tenant.serverName) throw new DomainError('SW_FED_FORBIDDEN', { by: 'us', rule: 'only the host of the room ends its invitations' });
      const state = stateAt(row, this.clock.now());
      if (state === 'revoked') return row;
      if (state === 'expired') throw new DomainError('SW_FED_INVITE_EXPIRED', { by: 'us' });
      if (state !== 'sending' && state !== 'pending') throw new DomainError('SW_FED_INVITE_INVALID', { by: 'us' });
      return this.end.run(tx, { tenant, row, state: 'revoked', actor: actor.fqid });
    });
  }
}

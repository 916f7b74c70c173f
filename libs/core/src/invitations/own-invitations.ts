import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { DomainError } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { RoomLog } from '../events/room-log.js';
import type { Actor } from '../participants/index.js';
import type { LockedRoom } from '../rooms/room-row.js';
import { stateAt, type InvitationRow } from './invitation-row.js';
import { InvitationStore } from './invitation.store.js';

/** What the actor is about to answer, locked; the room only where this server is its host. */
export interface Answerable {
  row: InvitationRow;
  room: LockedRoom | null;
}

/** Finds somebody's own invitation for their answer. */
@Injectable()
export class OwnInvitations {
  constructor(
    private readonly store: InvitationStore,
    private readonly log: RoomLog,
    private readonly clock: Clock,
  ) {}

  /**
   * A pending invitation of the actor, or one that has the state `unless`. What is not theirs does not exist for them.
   * @throws DomainError `SW_INVITATION_NOT_FOUND`, `SW_FED_INVITE_EXPIRED`, `SW_FED_INVITE_INVALID`
   */
  async lock(tx: Tx, input: { actor: Actor; invitationId: string; unless: 'accepted' | 'declined' }): Promise<Answerable> {
    const { actor, invitationId } = input;
    const found = await this.store.findInvitation(tx, invitationId);
    if (!found || found.direction !== 'in' || found.invitee !== actor.fqid) throw new DomainError('SW_INVITATION_NOT_FOUND');
    // The room before the invitation, as everywhere: two transactions that meet do not wait for each other in a ring.
    const room = found.host === actor.tenant.serverName ? await this.log.lockRoom(tx, actor.tenant, found.room_id) : null;
    const row = await this.store.lockInvitation(tx, invitationId);
    if (!row) throw new DomainError('SW_INVITATION_NOT_FOUND');
    const state = stateAt(row, this.clock.now());
    if (state === 'expired') throw new DomainError('SW_FED_INVITE_EXPIRED', { by: 'us' });
    if (state !== 'pending' && state !== input.unless) throw new DomainError('SW_FED_INVITE_INVALID', { by: 'us' });
    return { row, room };
  }
}

import { Injectable } from '@nestjs/common';
import type { Db } from '@scaiwave/database';
import { serverOf, type InviteContent } from '@scaiwave/protocol';
import { ParticipantStore } from '../participants/index.js';
import { RoomStore } from '../rooms/room.store.js';
import type { TenantContext } from '../tenants/index.js';
import type { InviteFacts } from './decide-invite.js';
import { ForeignCapacity } from './foreign-capacity.js';
import type { InvitationRow } from './invitation-row.js';
import { InvitingRules } from './inviting-rules.js';

/** Gathers what this server knows about a received invitation. */
@Injectable()
export class ReadInviteFacts {
  constructor(
    private readonly participants: ParticipantStore,
    private readonly rooms: RoomStore,
    private readonly rules: InvitingRules,
    private readonly capacity: ForeignCapacity,
  ) {}

  async run(db: Db, input: { tenant: TenantContext; content: InviteContent; known: InvitationRow | null; isBoundElsewhere: boolean }): Promise<InviteFacts> {
    const { tenant, content, known } = input;
    const { room } = content;
    const invitee = await this.participants.findByFqid(db, content.invitee);
    const own = await this.rooms.findRoom(db, room.id);
    return {
      hasUnacceptedServer: await this.rules.isAnyUnaccepted(db, tenant, [...new Set([room.host, ...room.servers])]),
      isInvitingForbidden: await this.rules.isInvitingForbidden(db, [room.host, serverOf(content.inviter.fqid)]),
      isInviteeKnown: invitee?.participant_type === 'human',
      isAskedFor: known?.inviter === content.inviter.fqid,
      isRoomBoundElsewhere: input.isBoundElsewhere || (own !== null && own.host !== room.host),
      isIdTaken: known !== null && !isSameInvitation(known, content),
      exceeded: await this.capacity.exceededBy(db, { tenant, room }),
    };
  }
}

/** The same one again, or the answer to what one of our people asked the host for. */
function isSameInvitation(known: InvitationRow, content: InviteContent): boolean {
  const isLive = known.state === 'sending' || known.state === 'pending';
  return isLive && known.room_id === content.room.id && known.invitee === content.invitee && known.host === content.room.host;
}

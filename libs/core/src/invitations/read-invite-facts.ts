import { Injectable } from '@nestjs/common';
import type { Db } from '@scaiwave/database';
import type { InviteContent } from '@scaiwave/protocol';
import { MemberStore } from '../members/member.store.js';
import { ParticipantStore } from '../participants/index.js';
import { RoomStore } from '../rooms/room.store.js';
import type { TenantContext } from '../tenants/index.js';
import type { InviteFacts } from './decide-invite.js';
import type { InvitationRow } from './invitation-row.js';
import { InvitingRules } from './inviting-rules.js';

/** Gathers what this server knows about a received invitation. */
@Injectable()
export class ReadInviteFacts {
  constructor(
    private readonly participants: ParticipantStore,
    private readonly rooms: RoomStore,
    private readonly members: MemberStore,
    private readonly rules: InvitingRules,
  ) {}

  async run(db: Db, input: { tenant: TenantContext; content: InviteContent; known: InvitationRow | null; isBoundElsewhere: boolean }): Promise<InviteFacts> {
    const { tenant, content, known } = input;
    const { room } = content;
    const invitee = await this.participants.findByFqid(db, content.invitee);
    const own = await this.rooms.findRoom(db, room.id);
    return {
      hasUnacceptedServer: await this.rules.isAnyUnaccepted(db, tenant, [...new Set([room.host, ...room.servers])]),
      isInviteeKnown: invitee?.participant_type === 'human',
      isAskedFor: known?.inviter === content.inviter.fqid,
      isRoomBoundElsewhere: input.isBoundElsewhere || (own !== null && own.host !== room.host),
      isIdTaken: known !== null && !isSameInvitation(known, content),
      foreignCount: await this.countForeign(db, { tenant, content }),
      foreignLimit: await this.rules.foreignLimit(db),
    };
  }

  /** Of a room that is not known here yet, each server named has somebody in it. */
  private async countForeign(db: Db, { tenant, content }: { tenant: TenantContext; content: InviteContent }): Promise<number> {
    const joined = await this.members.countJoined(db, { roomId: content.room.id, server: tenant.serverName, elsewhere: true });
    const servers = new Set([content.room.host, ...content.room.servers].filter((name) => name !== tenant.serverName));
    return Math.max(joined, servers.size);
  }
}

/** The same one again, or the answer to what one of our people asked the host for. */
function isSameInvitation(known: InvitationRow, content: InviteContent): boolean {
  const isLive = known.state === 'sending' || known.state === 'pending';
  return isLive && known.room_id === content.room.id && known.invitee === content.invitee && known.host === content.room.host;
}

import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { EVENT_TYPES, serverOf, type ErrorCode } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { buildDraft } from '../events/event-draft.js';
import { RoomLog } from '../events/room-log.js';
import { MemberStore } from '../members/member.store.js';
import type { LockedRoom } from '../rooms/room-row.js';
import { decideJoining } from './decide-joining.js';
import { EndInvitation } from './end-invitation.js';
import { ForeignCapacity } from './foreign-capacity.js';
import { isLive, type InvitationRow } from './invitation-row.js';
import type { SignedAnswer } from './invite-messages.js';

export interface Acceptance {
  /** locked, and hosted here */
  room: LockedRoom;
  /** locked after the room */
  row: InvitationRow;
  displayName?: string;
  /** as the invitee's server signed it; absent for our own people */
  said?: SignedAnswer;
}

/** The host's side of an acceptance: membership begins with the `.member join` that this appends. */
@Injectable()
export class JoinInvitee {
  constructor(
    private readonly log: RoomLog,
    private readonly members: MemberStore,
    private readonly capacity: ForeignCapacity,
    private readonly end: EndInvitation,
    private readonly clock: Clock,
  ) {}

  /**
   * Null when the invitee is in the room, else the code that refuses: then the invitation is over, for which the transaction must commit.
   * An acceptance that comes twice changes nothing.
   */
  async run(tx: Tx, { room, row, displayName, said }: Acceptance): Promise<ErrorCode | null> {
    const { tenant } = room;
    const member = await this.members.findMember(tx, row.room_id, row.invitee);
    const isForeign = serverOf(row.invitee) !== tenant.serverName;
    const hasPlace = await this.capacity.hasPlace(tx, { tenant, roomId: row.room_id, invitee: row.invitee });
    const decision = decideJoining({ room: room.row, row, membership: member?.membership ?? null, isForeign, hasPlace, now: this.clock.now() });
    if (decision.kind === 'refuse') return this.refuse(tx, { room, row }, decision.code);
    if (decision.kind === 'already') return null;
    if (decision.kind === 'join') await this.append(tx, { room, row, displayName });
    await this.end.run(tx, { tenant, row, state: 'accepted', actor: row.invitee, said });
    return null;
  }

  private async refuse(tx: Tx, { room, row }: Pick<Acceptance, 'room' | 'row'>, code: ErrorCode): Promise<ErrorCode> {
    const { tenant } = room;
    const how = code === 'SW_FED_INVITE_EXPIRED' ? { state: 'expired' as const } : { state: 'revoked' as const, code };
    if (isLive(row)) await this.end.run(tx, { tenant, row, ...how, by: tenant.serverName, isAnswered: true });
    return code;
  }

  private async append(tx: Tx, { room, row, displayName }: Acceptance): Promise<void> {
    const content = {
      fqid: row.invitee,
      membership: 'join',
      power_level: 0,
      ...(displayName !== undefined && { display_name: displayName }),
      invite_id: row.id,
    };
    // No sender: the server acts by itself, on the word of the invitee's server.
    const draft = buildDraft({ clock: this.clock, type: EVENT_TYPES.member, roomId: row.room_id, origin: room.tenant.serverName, content });
    await this.log.append(tx, room, [draft]);
  }
}

import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { serverOf, type ErrorCode, type Fqid, type InviteId, type ServerName } from '@scaiwave/protocol';
import { MemberStore } from '../members/member.store.js';
import { ParticipantStore } from '../participants/index.js';
import type { LockedRoom } from '../rooms/room-row.js';
import type { InvitationRow } from './invitation-row.js';
import { InvitationStore } from './invitation.store.js';
import { InvitingRules } from './inviting-rules.js';

export interface InviteRequest {
  id: InviteId;
  inviter: Fqid;
  invitee: Fqid;
  askedBy: ServerName;
}

export type CheckedRequest =
  | { kind: 'invite'; inviterName: string }
  /** this request was here before */
  | { kind: 'made' }
  | { kind: 'refused'; code: ErrorCode; reason: string };

/** The host's checks of a request to invite: the same rules as for its own people, and that the one who asks is in the room. */
@Injectable()
export class CheckInviteRequest {
  constructor(
    private readonly members: MemberStore,
    private readonly participants: ParticipantStore,
    private readonly invitations: InvitationStore,
    private readonly rules: InvitingRules,
  ) {}

  async run(tx: Tx, { room, request }: { room: LockedRoom; request: InviteRequest }): Promise<CheckedRequest> {
    const { tenant } = room;
    const inviter = await this.members.findMember(tx, room.row.id, request.inviter);
    if (inviter?.membership !== 'join') return refused('SW_NOT_MEMBER', 'the inviter is not in the room');
    const known = await this.invitations.lockInvitation(tx, request.id);
    if (known) return isSameRequest(known, room, request) ? { kind: 'made' } : refused('SW_FED_ID_CONFLICT', 'this invite_id belongs to another invitation');
    const verdict = await this.rules.decide(tx, { tenant, room: room.row, inviter: request.inviter, invitee: request.invitee, isAskedFor: true });
    if (!verdict.allowed) return refused(verdict.code, verdict.rule ?? verdict.code);
    if (await this.isUnknownHere(tx, room, request.invitee)) return refused('SW_FED_USER_UNKNOWN', 'nobody of that name signed in here');
    const person = await this.participants.findByFqid(tx, request.inviter);
    return { kind: 'invite', inviterName: person?.display_name ?? request.inviter };
  }

  private async isUnknownHere(tx: Tx, room: LockedRoom, invitee: Fqid): Promise<boolean> {
    if (serverOf(invitee) !== room.tenant.serverName) return false;
    return (await this.participants.findByFqid(tx, invitee))?.participant_type !== 'human';
  }
}

function refused(code: ErrorCode, reason: string): CheckedRequest {
  return { kind: 'refused', code, reason };
}

function isSameRequest(known: InvitationRow, room: LockedRoom, request: InviteRequest): boolean {
  return known.room_id === room.row.id && known.invitee === request.invitee && known.asked_by === request.askedBy;
}

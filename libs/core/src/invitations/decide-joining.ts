import { isErrorCode, type ErrorCode } from '@scaiwave/protocol';
import type { Membership } from '../members/member-row.js';
import { decideFederation } from '../rooms/decide-federation.js';
import type { RoomRow } from '../rooms/room-row.js';
import { isLive, stateAt, type InvitationRow } from './invitation-row.js';

export interface JoiningFacts {
  room: RoomRow;
  row: InvitationRow;
  membership: Membership | null;
  isForeign: boolean;
  hasPlace: boolean;
  /** milliseconds, by the host's own clock */
  now: number;
}

export type JoiningDecision =
  | { kind: 'join' }
  /** in the room by another way: the invitation is used up all the same */
  | { kind: 'settle' }
  /** this acceptance was here before */
  | { kind: 'already' }
  | { kind: 'refuse'; code: ErrorCode };

/** The host judges an acceptance by its own clock, its own room and its own count. */
export function decideJoining({ room, row, membership, isForeign, hasPlace, now }: JoiningFacts): JoiningDecision {
  if (row.state === 'accepted') return { kind: 'already' };
  if (stateAt(row, now) === 'expired') return { kind: 'refuse', code: 'SW_FED_INVITE_EXPIRED' };
  // Refused, or withdrawn for a reason, before: the answer is the same however often it is asked for.
  if (!isLive(row)) return { kind: 'refuse', code: isErrorCode(row.error_code) ? row.error_code : 'SW_FED_INVITE_INVALID' };
  if (membership === 'join') return { kind: 'settle' };
  if (membership === 'ban') return { kind: 'refuse', code: 'SW_ROOM_FORBIDDEN' };
  const federation = isForeign ? decideFederation(room) : { allowed: true as const };
  if (!federation.allowed) return { kind: 'refuse', code: federation.code };
  if (room.state !== 'open') return { kind: 'refuse', code: 'SW_ROOM_FROZEN' };
  return hasPlace ? { kind: 'join' } : { kind: 'refuse', code: 'SW_ROOM_CAPACITY' };
}

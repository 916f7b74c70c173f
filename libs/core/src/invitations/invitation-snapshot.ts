import { ERROR_CATALOGUE, isErrorCode } from '@scaiwave/protocol';
import { stateAt, type InvitationRow, type InvitationState } from './invitation-row.js';

/** An invitation as clients see it; notifications carry it too. Times are ISO 8601. */
export interface InvitationSnapshot {
  id: string;
  room: { id: string; name: string | null; topic: string | null; room_type: string; host: string };
  inviter: { fqid: string; display_name: string };
  invitee: string;
  direction: 'in' | 'out';
  state: InvitationState;
  created_at: string;
  expires_at: string;
  error: { code: string; message: string; by: string } | null;
}

/** @param now milliseconds; an invitation whose time is over reads `expired` before the sweep has marked it */
export function buildInvitationSnapshot(row: InvitationRow, now: number): InvitationSnapshot {
  const { id, name, topic, room_type, host } = row.room;
  return {
    id: row.id,
    room: { id, name, topic, room_type, host },
    inviter: { fqid: row.inviter, display_name: row.inviter_name },
    invitee: row.invitee,
    direction: row.direction,
    state: stateAt(row, now),
    created_at: row.created_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
    error: row.error_code === null ? null : { code: row.error_code, message: sentenceOf(row.error_code), by: row.error_by ?? row.host },
  };
}

/** A peer may answer with a code of a later version. */
function sentenceOf(code: string): string {
  return isErrorCode(code) ? ERROR_CATALOGUE[code].sentence : code;
}

import type { Fqid, InviteId, RoomId, ServerName, TenantId } from '@scaiwave/protocol';
import type { RoomType } from '../rooms/room-row.js';

export type InvitationState = 'sending' | 'pending' | 'accepted' | 'declined' | 'revoked' | 'expired' | 'failed';

/** What an invitation says of the room it is for: all that the invitee's server knows until they accept. */
export interface InvitedRoom {
  id: RoomId;
  name: string | null;
  topic: string | null;
  room_type: RoomType;
  host: ServerName;
  servers: ServerName[];
}

/** A row of `invitations`: `in` is for one of our people, `out` was made by this server or asked for by one of our people. */
export interface InvitationRow {
  tenant_id: TenantId;
  id: InviteId;
  room_id: RoomId;
  direction: 'in' | 'out';
  host: ServerName;
  inviter: Fqid;
  inviter_name: string;
  invitee: Fqid;
  /** on the host: the server whose member asked for it */
  asked_by: ServerName | null;
  state: InvitationState;
  error_code: string | null;
  /** the server that said so */
  error_by: ServerName | null;
  room: InvitedRoom;
  created_at: Date;
  expires_at: Date;
  /** equals created_at while the call that made the invitation still waits for its outcome */
  updated_at: Date;
}

/** Can it still be answered? Time runs out for a live one whether or not the sweep has been by. */
export function isLive(row: InvitationRow): boolean {
  return row.state === 'sending' || row.state === 'pending';
}

/** The state as it is at `now` (milliseconds), to the minute and before any sweep. */
export function stateAt(row: InvitationRow, now: number): InvitationState {
  return isLive(row) && row.expires_at.getTime() <= now ? 'expired' : row.state;
}

/** Is the invite call that made this row still going to answer with its outcome? */
export function isCallWaiting(row: InvitationRow): boolean {
  return row.updated_at.getTime() === row.created_at.getTime();
}

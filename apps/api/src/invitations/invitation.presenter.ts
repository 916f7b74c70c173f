import type { InvitationRow } from '@scaiwave/core';
import { ERROR_CATALOGUE, isErrorCode } from '@scaiwave/protocol';
import { z } from 'zod';
import { roomTypeSchema } from '../rooms/room.schema.js';

export const invitationSchema = z.object({
  id: z.string(),
  room: z.object({ id: z.string(), name: z.string().nullable(), topic: z.string().nullable(), room_type: roomTypeSchema, host: z.string() }),
  inviter: z.object({ fqid: z.string(), display_name: z.string() }),
  invitee: z.string(),
  direction: z.enum(['in', 'out']),
  state: z.enum(['sending', 'pending', 'accepted', 'declined', 'revoked', 'expired', 'failed']),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
  error: z.object({ code: z.string(), message: z.string(), by: z.string() }).nullable(),
}).meta({ id: 'Invitation' });
export type InvitationJson = z.infer<typeof invitationSchema>;

export function presentInvitation(row: InvitationRow): InvitationJson {
  const { id, name, topic, room_type, host } = row.room;
  const message = isErrorCode(row.error_code) ? ERROR_CATALOGUE[row.error_code].sentence : 'The other server refused.';
  return {
    id: row.id,
    room: { id, name, topic, room_type, host },
    inviter: { fqid: row.inviter, display_name: row.inviter_name },
    invitee: row.invitee,
    direction: row.direction,
    state: row.state,
    created_at: row.created_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
    error: row.error_code === null ? null : { code: row.error_code, message, by: row.error_by ?? 'us' },
  };
}

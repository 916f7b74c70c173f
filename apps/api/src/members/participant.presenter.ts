import type { ParticipantRow } from '@scaiwave/core';
import { z } from 'zod';

export const participantSchema = z.object({
  id: z.string(),
  fqid: z.string(),
  local_id: z.string(),
  server_name: z.string(),
  display_name: z.string(),
  avatar_url: z.string().nullable(),
  participant_type: z.enum(['human', 'federated']),
}).meta({ id: 'Participant' });
export type ParticipantJson = z.infer<typeof participantSchema>;

/** What of a person's row clients see. */
export type ShownPerson = Pick<ParticipantRow, 'id' | 'fqid' | 'local_id' | 'server_name' | 'display_name' | 'avatar_url' | 'participant_type'>;

/** A person as clients see them; `id` is this tenant's id, also for people of other servers. */
export function presentParticipant(row: ShownPerson): ParticipantJson {
  return {
    id: row.id,
    fqid: row.fqid,
    local_id: row.local_id,
    server_name: row.server_name,
    display_name: row.display_name,
    avatar_url: row.avatar_url,
    participant_type: row.participant_type,
  };
}

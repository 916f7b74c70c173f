import type { Profile } from '@scaiwave/protocol';
import type { ParticipantRow } from '../../participants/index.js';

/** A person as other servers see them. `avatar_url` is a media id; media do not cross servers yet. */
export function presentProfile(person: ParticipantRow): Profile {
  const { local_id, server_name, fqid, display_name } = person;
  return { local_id, server_name, fqid, display_name, participant_type: 'human', avatar_url: null, ...(person.bio ? { bio: person.bio } : {}) };
}

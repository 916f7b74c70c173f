import type { PersonAbroad } from '@scaiwave/core';
import type { z } from 'zod';
import type { foundPersonSchema } from './directory.schema.js';

/** Somebody of another server as that server shows them. Their picture is a media id there, which we do not fetch. */
export function presentPersonAbroad(person: PersonAbroad): z.infer<typeof foundPersonSchema> {
  const { id, fqid, local_id, server_name, display_name } = person;
  return { id, fqid, local_id, server_name, display_name, avatar_url: null, participant_type: 'federated' };
}

import { Injectable } from '@nestjs/common';
import type { Db } from '@scaiwave/database';
import type { ParticipantRow } from '../participants/index.js';

@Injectable()
export class DirectoryStore {
  /** People of this server whose name or local id has `q` in it, by name. */
  listOwn(db: Db, search: { server: string; q: string; limit: number }): Promise<ParticipantRow[]> {
    return db.query<ParticipantRow & Record<string, unknown>>(
      `SELECT tenant_id, id, fqid, local_id, server_name, display_name, participant_type, role, oidc_subject, email, avatar_url, bio, preferences,
         presence, profile_fetched_at, created_at
       FROM participants WHERE tenant_id = $1 AND server_name = $2 AND participant_type = 'human'
         AND (strpos(lower(display_name), lower($3)) > 0 OR strpos(local_id, lower($3)) > 0)
       ORDER BY display_name, fqid LIMIT $4`,
      [db.tenantId, search.server, search.q, search.limit],
    );
  }
}

import { Injectable } from '@nestjs/common';
import type { Db } from '@scaiwave/database';
import type { Fqid, ServerName } from '@scaiwave/protocol';
import type { MediaKey } from './media-row.js';

/** A message by which somebody may read a file. */
export interface MediaPost {
  [column: string]: unknown;
  origin: ServerName;
  type: string;
  content: string;
}

/** Who may read a file follows from where it was posted. A message of one server says nothing about files of another. */
@Injectable()
export class MediaAccessStore {
  /** The first message about `id` that this person can see, one of our own server's before others: an id is of its origin only. */
  async findPostFor(db: Db, asked: { viewer: Fqid; own: ServerName; id: string; origin: string | null }): Promise<MediaPost | null> {
    return db.queryOne<MediaPost>(
      `SELECT e.origin, e.type, e.content FROM events e
         JOIN rooms r ON r.tenant_id = e.tenant_id AND r.id = e.room_id
         JOIN members m ON m.tenant_id = e.tenant_id AND m.room_id = e.room_id AND m.fqid = $2
       WHERE e.tenant_id = $1 AND e.media_id = $3 AND ($4::text IS NULL OR e.origin = $4) AND e.content IS NOT NULL AND e.hidden IS NULL
         AND (NOT r.hides_history OR m.joined_at IS NULL OR e.created_at >= m.joined_at)
         AND (m.membership = 'join' OR (m.membership = 'leave' AND m.changed_by IS NULL AND EXISTS (
           SELECT 1 FROM severed_rooms s WHERE s.tenant_id = m.tenant_id AND s.room_id = m.room_id AND m.fqid = ANY(s.ours) AND s.host <> $5)))
       ORDER BY (e.origin = $5) DESC, e.stream_position LIMIT 1`,
      [db.tenantId, asked.viewer, asked.id, asked.origin, asked.own],
    );
  }

  /** Was a file of ours posted by one of our people in a room in which that server has somebody, and after what it may see of it? */
  async isPostedFor(db: Db, key: MediaKey, server: ServerName): Promise<boolean> {
    const rows = await db.query(
      `SELECT 1 FROM events e JOIN rooms r ON r.tenant_id = e.tenant_id AND r.id = e.room_id
       WHERE e.tenant_id = $1 AND e.media_id = $3 AND e.origin = $2 AND e.content IS NOT NULL
         AND EXISTS (SELECT 1 FROM members m WHERE m.tenant_id = $1 AND m.room_id = e.room_id AND m.server_name = $4 AND m.membership = 'join')
         AND (NOT r.hides_history OR e.room_seq >= (
           SELECT l.start_seq FROM lanes l WHERE l.tenant_id = $1 AND l.room_id = e.room_id AND l.server_name = $4 AND l.kind = 'host')) LIMIT 1`,
      [db.tenantId, key.origin, key.id, server],
    );
    return rows.length > 0;
  }
}

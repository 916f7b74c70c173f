import { Injectable } from '@nestjs/common';
import type { Db } from '@scaiwave/database';
import { EVENT_COLUMNS } from '../events/event.store.js';
import type { EventRow } from '../events/event-row.js';
import type { NotificationRow } from '../notifications/index.js';
import type { StreamCursor } from './stream-cursor.js';

type Placed<Row> = Row & { xid: string };

/** One person's share of the stream, or (null) all of the tenant's. */
export type Reader = { fqid: string; participantId: string } | null;

const SETTLED = 'xid < pg_snapshot_xmin(pg_current_snapshot())';
const AFTER = '(xid, stream_position) > ($2::text::xid8, $3::bigint)';

/** Reads by (transaction, position), and only below the oldest running transaction: what commits later comes later. */
@Injectable()
export class StreamStore {
  /** The last place that can be read now. */
  async findHead(db: Db): Promise<StreamCursor> {
    const row = await db.queryOne<{ xid: string }>(`SELECT (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1)::text AS xid`);
    // All rows of that transaction and of those before it are read: the highest position stands for them.
    return { xid: row?.xid ?? '0', position: Number.MAX_SAFE_INTEGER };
  }

  listEvents(db: Db, page: { after: StreamCursor; limit: number; reader: Reader }): Promise<Array<Placed<EventRow>>> {
    const isMine = `($5::text IS NULL OR (type = 'swp.room.member' AND content::jsonb->>'fqid' = $5) OR EXISTS (SELECT 1 FROM members m
      WHERE m.tenant_id = events.tenant_id AND m.room_id = events.room_id AND m.fqid = $5 AND m.membership = 'join'))`;
    return db.query<Placed<EventRow>>(
      `SELECT ${EVENT_COLUMNS}, xid::text AS xid FROM events WHERE tenant_id = $1 AND ${AFTER} AND ${SETTLED} AND hidden IS NULL AND ${isMine}
       ORDER BY xid, stream_position LIMIT $4`,
      [db.tenantId, page.after.xid, page.after.position, page.limit, page.reader?.fqid ?? null],
    );
  }

  listNotifications(db: Db, page: { after: StreamCursor; limit: number; reader: Reader }): Promise<Array<Placed<NotificationRow>>> {
    return db.query<Placed<NotificationRow>>(
      `SELECT id, participant_id, kind, data, stream_position, read_at, created_at, xid::text AS xid FROM notifications
       WHERE tenant_id = $1 AND ${AFTER} AND ${SETTLED} AND ($5::uuid IS NULL OR participant_id = $5) ORDER BY xid, stream_position LIMIT $4`,
      [db.tenantId, page.after.xid, page.after.position, page.limit, page.reader?.participantId ?? null],
    );
  }

  /** Who may see what is said in these rooms now. */
  async listListeners(db: Db, roomIds: readonly string[]): Promise<Map<string, Set<string>>> {
    const rows = await db.query<{ room_id: string; fqids: string[] }>(
      `SELECT room_id, array_agg(fqid) AS fqids FROM members WHERE tenant_id = $1 AND room_id = ANY($2::uuid[]) AND membership = 'join' GROUP BY room_id`,
      [db.tenantId, roomIds],
    );
    return new Map(rows.map((row) => [row.room_id, new Set(row.fqids)]));
  }
}

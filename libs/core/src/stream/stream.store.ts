import { Injectable } from '@nestjs/common';
import type { Db } from '@scaiwave/database';
import { EVENT_COLUMNS } from '../events/event.store.js';
import type { EventRow } from '../events/event-row.js';
import type { NotificationRow } from '../notifications/index.js';
import type { StreamCursor } from './stream-cursor.js';

type Placed<Row> = Row & { xid: string };

/** One person's share of the stream, or (null) all of the tenant's. */
export type Reader = { fqid: string; participantId: string } | null;

export interface StreamQuery {
  after: StreamCursor;
  limit: number;
  reader: Reader;
}

const SETTLED = 'xid < pg_snapshot_xmin(pg_current_snapshot())';
const AFTER = '(xid, stream_position) > ($2::text::xid8, $3::bigint)';
// A room that hides its history shows to each member what was said since they came.
const JOINED = `EXISTS (SELECT 1 FROM members m JOIN rooms r ON r.tenant_id = m.tenant_id AND r.id = m.room_id
  WHERE m.tenant_id = events.tenant_id AND m.room_id = events.room_id AND m.fqid = $5 AND m.membership = 'join'
    AND (NOT r.hides_history OR events.created_at >= m.joined_at))`;
const MINE = `($5::text IS NULL OR ${JOINED} OR (type = 'swp.room.member' AND content::jsonb->>'fqid' = $5))`;

/** Reads by (transaction, position), and only below the oldest running transaction: what commits later comes later. */
@Injectable()
export class StreamStore {
  /** The last place that can be read now. */
  async findHead(db: Db): Promise<StreamCursor> {
    const row = await db.queryOne<{ xid: string }>(`SELECT (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1)::text AS xid`);
    // All rows of that transaction and of those before it are read: the highest position stands for them.
    return { xid: row?.xid ?? '0', position: Number.MAX_SAFE_INTEGER };
  }

  listEvents(db: Db, page: StreamQuery): Promise<Array<Placed<EventRow>>> {
    return db.query<Placed<EventRow>>(
      `SELECT ${EVENT_COLUMNS}, xid::text AS xid FROM events WHERE tenant_id = $1 AND ${AFTER} AND ${SETTLED} AND hidden IS NULL AND ${MINE}
       ORDER BY xid, stream_position LIMIT $4`,
      [db.tenantId, page.after.xid, page.after.position, page.limit, page.reader?.fqid ?? null],
    );
  }

  listNotifications(db: Db, page: StreamQuery): Promise<Array<Placed<NotificationRow>>> {
    return db.query<Placed<NotificationRow>>(
      `SELECT id, participant_id, kind, data, stream_position, read_at, created_at, xid::text AS xid FROM notifications
       WHERE tenant_id = $1 AND ${AFTER} AND ${SETTLED} AND ($5::uuid IS NULL OR participant_id = $5) ORDER BY xid, stream_position LIMIT $4`,
      [db.tenantId, page.after.xid, page.after.position, page.limit, page.reader?.participantId ?? null],
    );
  }

  /** Is anything committed that must wait for an older transaction to end? Nobody says when that happens, so readers look again soon. */
  async hasUnsettled(db: Db): Promise<boolean> {
    const row = await db.queryOne<{ found: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM events WHERE tenant_id = $1 AND NOT ${SETTLED}) OR EXISTS (SELECT 1 FROM notifications WHERE tenant_id = $1 AND NOT ${SETTLED}) AS found`,
      [db.tenantId],
    );
    return row?.found ?? false;
  }

  /** Who may see what is said in these rooms now: joined people by room, and since when in rooms that hide their history. */
  async listListeners(db: Db, roomIds: readonly string[]): Promise<Map<string, Map<string, Date | null>>> {
    const rows = await db.query<{ room_id: string; fqid: string; since: Date | null }>(
      `SELECT m.room_id, m.fqid, CASE WHEN r.hides_history THEN m.joined_at END AS since FROM members m JOIN rooms r ON r.tenant_id = m.tenant_id AND r.id = m.room_id
       WHERE m.tenant_id = $1 AND m.room_id = ANY($2::uuid[]) AND m.membership = 'join'`,
      [db.tenantId, roomIds],
    );
    const byRoom = new Map<string, Map<string, Date | null>>();
    for (const row of rows) byRoom.set(row.room_id, (byRoom.get(row.room_id) ?? new Map<string, Date | null>()).set(row.fqid, row.since));
    return byRoom;
  }
}

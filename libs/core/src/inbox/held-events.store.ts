import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '@scaiwave/database';
import type { RoomId } from '@scaiwave/protocol';
import { EVENT_COLUMNS, type EventRow } from '../events/index.js';

/** Events that are hidden because their origin's key could not be had when they came. */
@Injectable()
export class HeldEventsStore {
  async listRooms(db: Db, origins: readonly string[]): Promise<RoomId[]> {
    const rows = await db.query<{ room_id: RoomId }>(
      `SELECT DISTINCT room_id FROM events WHERE tenant_id = $1 AND hidden = 'unverified' AND origin = ANY($2) ORDER BY room_id LIMIT 100`,
      [db.tenantId, origins],
    );
    return rows.map((row) => row.room_id);
  }

  /** Across tenants: who has any, for the sweep. */
  listWaiting(db: Pick<Db, 'query'>, limit: number): Promise<Array<{ tenant_id: string; origin: string }>> {
    return db.query<{ tenant_id: string; origin: string }>(`SELECT DISTINCT tenant_id, origin FROM events WHERE hidden = 'unverified' LIMIT $1`, [limit]);
  }

  listHeld(db: Db, roomId: string, origins: readonly string[]): Promise<EventRow[]> {
    return db.query<EventRow>(
      `SELECT ${EVENT_COLUMNS} FROM events WHERE tenant_id = $1 AND room_id = $2 AND hidden = 'unverified' AND origin = ANY($3) ORDER BY room_seq LIMIT 500`,
      [db.tenantId, roomId, origins],
    );
  }

  /** They get a new stream position, so that clients see them now. */
  markShown(tx: Tx, roomId: string, shown: { ids: readonly string[]; hidden: EventRow['hidden'] }): Promise<EventRow[]> {
    return tx.query<EventRow>(
      `UPDATE events SET hidden = $4, stream_position = nextval('stream_position_seq'), xid = pg_current_xact_id()
       WHERE tenant_id = $1 AND room_id = $2 AND id = ANY($3::uuid[]) AND hidden = 'unverified' RETURNING ${EVENT_COLUMNS}`,
      [tx.tenantId, roomId, shown.ids, shown.hidden],
    );
  }

  async deleteHeld(tx: Tx, roomId: string, ids: readonly string[]): Promise<void> {
    await tx.query(`DELETE FROM events WHERE tenant_id = $1 AND room_id = $2 AND id = ANY($3::uuid[]) AND hidden = 'unverified'`, [tx.tenantId, roomId, ids]);
  }

  /** Has the room gone on from this change? For a membership: the same person's. */
  async isOvertaken(db: Db, event: EventRow): Promise<boolean> {
    const rows = await db.query(
      `SELECT 1 FROM events WHERE tenant_id = $1 AND room_id = $2 AND type = $3 AND room_seq > $4 AND (hidden IS NULL OR hidden = 'blocked_origin')
         AND ($5::text IS NULL OR content::json->>'fqid' = $5) LIMIT 1`,
      [db.tenantId, event.room_id, event.type, event.room_seq, subjectOf(event)],
    );
    return rows.length > 0;
  }
}

function subjectOf(event: EventRow): string | null {
  if (event.type !== 'swp.room.member' || event.content === null) return null;
  return (JSON.parse(event.content) as { fqid: string }).fqid;
}

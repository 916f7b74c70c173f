import { Injectable } from '@nestjs/common';
import type { Db, FleetTx } from '@scaiwave/database';
import type { Fqid, RoomId, TenantId } from '@scaiwave/protocol';
import { EVENT_COLUMNS, type EventRow } from '../../events/index.js';

const STATE_TYPES = ['swp.room.member', 'swp.room.name', 'swp.room.topic', 'swp.room.state'];
const MESSAGE_EFFECT_TYPES = ['swp.room.message.edit', 'swp.room.redaction', 'swp.room.reaction', 'swp.room.reaction.removed'];

@Injectable()
export class HistoryStore {
  /** The highest place below `belowSeq` that is not here; null when all are. Refused places count as here. */
  async findHighestMissing(db: Db, roomId: string, belowSeq: number): Promise<number | null> {
    // Walks down from the top and stops at the first place whose lower neighbour is not here.
    const row = await db.queryOne<{ seq: number }>(
      `SELECT s.seq - 1 AS seq FROM (
         SELECT $3::bigint AS seq
         UNION ALL SELECT room_seq FROM events WHERE tenant_id = $1 AND room_id = $2 AND room_seq < $3
         UNION ALL SELECT room_seq FROM refused_places WHERE tenant_id = $1 AND room_id = $2 AND room_seq < $3
       ) s WHERE s.seq > 1
         AND NOT EXISTS (SELECT 1 FROM events e WHERE e.tenant_id = $1 AND e.room_id = $2 AND e.room_seq = s.seq - 1)
         AND NOT EXISTS (SELECT 1 FROM refused_places p WHERE p.tenant_id = $1 AND p.room_id = $2 AND p.room_seq = s.seq - 1)
       ORDER BY s.seq DESC LIMIT 1`,
      [db.tenantId, roomId, belowSeq],
    );
    return row?.seq ?? null;
  }

  /** The highest place below `belowSeq` that is here. */
  async findHighestHeld(db: Db, roomId: string, belowSeq: number): Promise<number | null> {
    const row = await db.queryOne<{ seq: number | null }>(
      `SELECT GREATEST((SELECT max(room_seq) FROM events WHERE tenant_id = $1 AND room_id = $2 AND room_seq < $3),
         (SELECT max(room_seq) FROM refused_places WHERE tenant_id = $1 AND room_id = $2 AND room_seq < $3)) AS seq`,
      [db.tenantId, roomId, belowSeq],
    );
    return row?.seq ?? null;
  }

  /** Places of our own events whose bytes this server lost; the host has them. */
  async listUnknownOwn(db: Db, roomId: string): Promise<number[]> {
    const rows = await db.query<{ room_seq: number }>(
      `SELECT room_seq FROM refused_places WHERE tenant_id = $1 AND room_id = $2 AND code = 'unknown_own' ORDER BY room_seq DESC LIMIT 1000`,
      [db.tenantId, roomId],
    );
    return rows.map((row) => row.room_seq);
  }

  /** Who is named by memberships after this place. */
  async listChangedMembers(db: Db, roomId: string, afterSeq: number): Promise<Fqid[]> {
    const rows = await db.query<{ fqid: Fqid }>(
      `SELECT DISTINCT (content::json)->>'fqid' AS fqid FROM events
       WHERE tenant_id = $1 AND room_id = $2 AND room_seq > $3 AND type = 'swp.room.member' AND content IS NOT NULL AND hidden IS NULL`,
      [db.tenantId, roomId, afterSeq],
    );
    return rows.map((row) => row.fqid);
  }

  /** Everything that made the room what it is, in order. */
  listStateEvents(db: Db, roomId: string): Promise<EventRow[]> {
    return db.query<EventRow>(
      `SELECT ${EVENT_COLUMNS} FROM events WHERE tenant_id = $1 AND room_id = $2 AND room_seq IS NOT NULL AND type = ANY($3) ORDER BY room_seq`,
      [db.tenantId, roomId, STATE_TYPES],
    );
  }

  /** Our own people's leaves that wait for the host. */
  listPendingLeaves(db: Db, roomId: string): Promise<EventRow[]> {
    return db.query<EventRow>(
      `SELECT ${EVENT_COLUMNS} FROM events WHERE tenant_id = $1 AND room_id = $2 AND room_seq IS NULL AND state = 'pending' AND type = 'swp.room.member' ORDER BY out_seq`,
      [db.tenantId, roomId],
    );
  }

  /** Edits, redactions and reactions, in order. */
  listMessageEffects(db: Db, page: { roomId: string; afterSeq: number; limit: number }): Promise<EventRow[]> {
    return db.query<EventRow>(
      `SELECT ${EVENT_COLUMNS} FROM events WHERE tenant_id = $1 AND room_id = $2 AND room_seq > $3 AND type = ANY($4) ORDER BY room_seq LIMIT $5`,
      [db.tenantId, page.roomId, page.afterSeq, MESSAGE_EFFECT_TYPES, page.limit],
    );
  }

  /** Rooms of one pool whose history is wanted. */
  listWanted(fleet: FleetTx, pool: string, limit: number): Promise<Array<{ tenant_id: TenantId; id: RoomId }>> {
    return fleet.query(
      `SELECT r.tenant_id, r.id FROM rooms r JOIN tenants t ON t.id = r.tenant_id
       WHERE r.backfill_state IN ('wanted', 'running', 'holes_wanted') AND t.pool = $1 AND t.state = 'active' LIMIT $2`,
      [pool, limit],
    );
  }
}

import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '@scaiwave/database';
import { EVENT_TYPES, type RoomId, type ServerName } from '@scaiwave/protocol';
import type { SharedRoom } from './severing-row.js';

/** Two servers, and from when on the one that ends it has taken its people out of third servers' rooms; null = it is not they who end it. */
export interface Pair {
  own: ServerName;
  peer: ServerName;
  since: Date | null;
}

const PEOPLE = (server: string) => `SELECT fqid FROM members m WHERE m.tenant_id = r.tenant_id AND m.room_id = r.id AND m.server_name = ${server} AND m.membership = 'join'`;
/** By the host: ours lose their guests; theirs is left by us; of a third's room both are members, or they have just been taken out of it. */
const SHARED = `CASE r.host
  WHEN $2 THEN EXISTS (${PEOPLE('$3')})
  WHEN $3 THEN EXISTS (${PEOPLE('$2')})
  ELSE EXISTS (${PEOPLE('$2')}) AND (EXISTS (${PEOPLE('$3')}) OR EXISTS (SELECT 1 FROM members m WHERE m.tenant_id = r.tenant_id AND m.room_id = r.id
    AND m.server_name = $3 AND m.membership = 'leave' AND m.changed_by IS NULL AND m.changed_at >= $4)) END`;
const TARGET = `CASE l.kind WHEN 'host' THEN COALESCE(l.end_seq, r.last_seq) ELSE r.out_seq END`;

/** What two servers share, and its end. */
@Injectable()
export class SharedRoomStore {
  listShared(db: Db, { own, peer, since }: Pair): Promise<SharedRoom[]> {
    return db.query<SharedRoom & Record<string, unknown>>(
      `SELECT r.id AS room_id, r.name, r.host, ARRAY(${PEOPLE('$2')} ORDER BY 1) AS ours, ARRAY(${PEOPLE('$3')} ORDER BY 1) AS theirs
       FROM rooms r WHERE r.tenant_id = $1 AND ${SHARED} ORDER BY r.id`,
      [db.tenantId, own, peer, since],
    );
  }

  async findShared(db: Db, { own, peer, since }: Pair, roomId: RoomId): Promise<SharedRoom | null> {
    return db.queryOne<SharedRoom & Record<string, unknown>>(
      `SELECT r.id AS room_id, r.name, r.host, ARRAY(${PEOPLE('$2')} ORDER BY 1) AS ours, ARRAY(${PEOPLE('$3')} ORDER BY 1) AS theirs
       FROM rooms r WHERE r.tenant_id = $1 AND r.id = $5 AND ${SHARED}`,
      [db.tenantId, own, peer, since, roomId],
    );
  }

  /** Events and control events that the peer has not stored; the word that it was removed is none of them. */
  async countUndelivered(db: Db, peer: ServerName): Promise<number> {
    const row = await db.queryOne<{ n: number }>(
      `SELECT (SELECT COALESCE(sum(GREATEST(${TARGET} - l.acked_seq, 0)), 0) FROM lanes l JOIN rooms r ON r.tenant_id = l.tenant_id AND r.id = l.room_id WHERE l.tenant_id = $1 AND l.server_name = $2)::int
         + (SELECT count(*) FROM control_events WHERE tenant_id = $1 AND server_name = $2 AND state = 'queued' AND type <> $3)::int AS n`,
      [db.tenantId, peer, EVENT_TYPES.peerSevered],
    );
    return row?.n ?? 0;
  }

  /** In a room of the peer: nobody of either server is in it any more, as far as we are concerned. Its host's log says nothing of it. */
  async markAllOut(tx: Tx, room: { roomId: RoomId; own: ServerName; peer: ServerName; at: Date }): Promise<void> {
    await tx.execute(
      `UPDATE members SET membership = 'leave', power_level = 0, changed_by = NULL, changed_at = $5
       WHERE tenant_id = $1 AND room_id = $2 AND server_name IN ($3, $4) AND membership = 'join'`,
      [tx.tenantId, room.roomId, room.own, room.peer, room.at],
    );
    // Neither its history nor a comparison is asked for any more; a join begins all that anew.
    await tx.execute(`UPDATE rooms SET backfill_state = 'none', lane_state = 'ok', lane_error = NULL WHERE tenant_id = $1 AND id = $2`, [tx.tenantId, room.roomId]);
  }

  /** Events of ours that the room's host has not given a place. */
  listPending(db: Db, roomId: RoomId): Promise<Array<{ id: string }>> {
    return db.query<{ id: string }>(`SELECT id FROM events WHERE tenant_id = $1 AND room_id = $2 AND room_seq IS NULL AND state = 'pending' ORDER BY out_seq`, [db.tenantId, roomId]);
  }

  /** Lanes to the peer end where they are: in one room, or all that are left. What it has stored stays known. */
  async endLanes(tx: Tx, lanes: { peer: ServerName; roomId: RoomId | null; at: Date }): Promise<void> {
    await tx.execute(
      `UPDATE lanes l SET state = 'ok', stop_code = NULL, updated_at = $4, acked_seq = CASE l.kind WHEN 'host' THEN l.acked_seq ELSE r.out_seq END,
         end_seq = CASE l.kind WHEN 'host' THEN l.acked_seq ELSE r.out_seq END
       FROM rooms r WHERE l.tenant_id = $1 AND l.server_name = $2 AND ($3::uuid IS NULL OR l.room_id = $3) AND r.tenant_id = l.tenant_id AND r.id = l.room_id`,
      [tx.tenantId, lanes.peer, lanes.roomId, lanes.at],
    );
    // What was given up is not sent again with a click once the peer is added again: nothing is restored.
    await tx.execute(
      `UPDATE delivery_exceptions SET state = 'refused', code = 'SW_FED_PEER_UNKNOWN', requested_at = NULL
       WHERE tenant_id = $1 AND server_name = $2 AND ($3::uuid IS NULL OR room_id = $3) AND (state = 'failed' OR requested_at IS NOT NULL)`,
      [tx.tenantId, lanes.peer, lanes.roomId],
    );
  }

  /** A hello that waits to be said would come after the farewell. */
  async dropHellos(tx: Tx, peer: ServerName): Promise<void> {
    await tx.execute(`DELETE FROM peer_requests WHERE tenant_id = $1 AND server_name = $2 AND kind = 'hello' AND state = 'waiting'`, [tx.tenantId, peer]);
  }

  /** What was to be said to the peer is not said any more. Returns the ids. */
  async dropControl(tx: Tx, { peer, code, at }: { peer: ServerName; code: string; at: Date }): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `UPDATE control_events SET state = 'refused', code = $3, settled_at = $4 WHERE tenant_id = $1 AND server_name = $2 AND state = 'queued' AND type <> $5 RETURNING id`,
      [tx.tenantId, peer, code, at, EVENT_TYPES.peerSevered],
    );
    return rows.map(({ id }) => id);
  }
}

import type { Db, Tx } from '@scaiwave/database';
import type { Fqid, RoomId, ServerName } from '@scaiwave/protocol';
import { Injectable } from '@nestjs/common';
import type { NotificationMode } from '../members/member-row.js';
import type { LockedRoom, RoomRow, RoomState } from './room-row.js';

/** A room with more lanes than that is woken as a whole. */
const MOST_LANES_NAMED = 5;
const COLUMNS = `id, tenant_id, host, room_type, scope_kind, name, topic, state, creator, is_public, hides_history, federation_enabled,
  dm_key, last_seq, chain, lane_start_seq, lane_state, lane_error, out_seq, backfill_state, checkpoint_seq, in_sync_at, missing_count, created_at`;

export interface NewRoom {
  id: RoomId;
  host: ServerName;
  room_type: RoomRow['room_type'];
  scope_kind: string | null;
  name: string | null;
  topic: string | null;
  creator: Fqid;
  is_public: boolean;
  hides_history: boolean;
  dm_key: string | null;
  chain: Buffer;
  created_at: Date;
}

/** A room in one person's list: the row, their own membership, and what they have not read. */
export interface MyRoomRow extends RoomRow {
  /** joining: they have accepted an invitation, and the room's host has not added them yet */
  membership: 'join' | 'leave' | 'ban' | 'joining';
  power_level: number;
  notification_mode: NotificationMode;
  muted_until: Date | null;
  last_read_event_id: string | null;
  servers: ServerName[];
  unread_count: number;
  last_event_at: Date | null;
  /** places below the position that hold no event here */
  missing_events: number;
}

/** Memberships, and acceptances that no membership has followed yet: the room's host may be away. */
const MEMBERSHIPS = `(SELECT tenant_id, room_id, fqid, membership, power_level, notification_mode, muted_until, last_read_event_id, last_read_at, joined_at FROM members
  UNION ALL SELECT i.tenant_id, i.room_id, i.invitee, 'joining', 0, 'inherit', NULL::timestamptz, NULL::uuid, max(i.created_at), NULL::timestamptz FROM invitations i
    WHERE i.direction = 'in' AND i.state = 'accepted' AND NOT EXISTS (SELECT 1 FROM members n WHERE n.tenant_id = i.tenant_id AND n.room_id = i.room_id
      AND n.fqid = i.invitee AND (n.membership = 'join' OR n.changed_at >= i.created_at)) GROUP BY i.tenant_id, i.room_id, i.invitee)`;

const MINE = `SELECT ${COLUMNS.split(', ').map((c) => `r.${c.trim()}`).join(', ')},
    m.membership, m.power_level, m.notification_mode, m.muted_until, m.last_read_event_id,
    ARRAY(SELECT DISTINCT s.server_name FROM members s WHERE s.tenant_id = r.tenant_id AND s.room_id = r.id AND s.membership = 'join' ORDER BY 1) AS servers,
    (SELECT count(*)::int FROM (SELECT 1 FROM events e WHERE e.tenant_id = r.tenant_id AND e.room_id = r.id AND e.type = 'swp.room.message'
       AND e.sender <> m.fqid AND e.hidden IS NULL AND e.redacted_by IS NULL
       AND e.created_at > COALESCE(m.last_read_at, m.joined_at, r.created_at) LIMIT 1000) u) AS unread_count,
    (SELECT max(e.created_at) FROM (SELECT created_at FROM events e WHERE e.tenant_id = r.tenant_id AND e.room_id = r.id
       AND e.type = 'swp.room.message' ORDER BY room_seq DESC NULLS FIRST LIMIT 1) e) AS last_event_at,
    r.missing_count + (SELECT count(*)::int FROM refused_places p WHERE p.tenant_id = r.tenant_id AND p.room_id = r.id) AS missing_events
  FROM ${MEMBERSHIPS} m JOIN rooms r ON r.tenant_id = m.tenant_id AND r.id = m.room_id`;

type RoomWithLanes = RoomRow & Pick<LockedRoom, 'lanes'>;

// Who is down is asked again when its time has come, whatever is said meanwhile; who is paused or blocked is not asked.
const IS_AWAKE = `EXISTS (SELECT 1 FROM peers p WHERE p.tenant_id = l.tenant_id AND p.server_name = l.server_name AND p.admin_state = 'active' AND p.verdict IS NULL)`;

export interface RoomHead {
  roomId: string;
  seq: number;
  chain: Buffer;
  /** the checkpoint among the new places, if there is one; `inSyncAt`: when it was found right */
  checkpoint?: { seq: number; inSyncAt: Date | null } | null;
}

// Ordered, so that two transactions never wait for each other's rooms.
async function lockRooms(tx: Tx, roomIds: readonly string[]): Promise<Array<RoomWithLanes | null>> {
  const rows = await tx.query<RoomWithLanes>(
    `SELECT ${COLUMNS}, ARRAY(SELECT CASE WHEN ${IS_AWAKE} THEN l.server_name END FROM lanes l WHERE l.tenant_id = rooms.tenant_id AND l.room_id = rooms.id
       AND (l.end_seq IS NULL OR l.acked_seq < l.end_seq) LIMIT $3) AS lanes
     FROM rooms WHERE tenant_id = $1 AND id = ANY($2::uuid[]) ORDER BY id FOR UPDATE`,
    [tx.tenantId, roomIds, MOST_LANES_NAMED],
  );
  const byId = new Map<string, RoomWithLanes>(rows.map((row) => [row.id, row]));
  return roomIds.map((roomId) => byId.get(roomId) ?? null);
}

async function markHeads(tx: Tx, heads: readonly RoomHead[]): Promise<void[]> {
  await tx.query(
    `UPDATE rooms SET last_seq = n.seq, chain = n.n_chain, checkpoint_seq = COALESCE(n.checkpoint, checkpoint_seq), in_sync_at = COALESCE(n.in_sync, in_sync_at)
     FROM unnest($2::uuid[], $3::bigint[], $4::bytea[], $5::bigint[], $6::timestamptz[]) AS n (n_id, seq, n_chain, checkpoint, in_sync)
     WHERE tenant_id = $1 AND id = n.n_id`,
    [
      tx.tenantId, heads.map(({ roomId }) => roomId), heads.map(({ seq }) => seq), heads.map(({ chain }) => chain),
      heads.map(({ checkpoint }) => checkpoint?.seq ?? null), heads.map(({ checkpoint }) => checkpoint?.inSyncAt ?? null),
    ],
  );
  return heads.map(() => undefined);
}

@Injectable()
export class RoomStore {
  async findRoom(db: Db, roomId: string): Promise<RoomRow | null> {
    const rows = await db.query<RoomRow>(`SELECT ${COLUMNS} FROM rooms WHERE tenant_id = $1 AND id = $2`, [db.tenantId, roomId]);
    return rows[0] ?? null;
  }

  /** Takes the row's lock until the transaction ends: places in the room's order are given under it. */
  lockRoom(tx: Tx, roomId: string): Promise<RoomWithLanes | null> {
    return tx.together(lockRooms, roomId);
  }

  /** Rooms this person is in or about to be in, newest activity first. */
  listMyRooms(db: Db, fqid: Fqid): Promise<MyRoomRow[]> {
    return db.query<MyRoomRow>(
      `${MINE} WHERE m.tenant_id = $1 AND m.fqid = $2 AND m.membership IN ('join', 'joining') ORDER BY last_event_at DESC NULLS LAST, r.created_at DESC`,
      [db.tenantId, fqid],
    );
  }

  async findMyRoom(db: Db, who: { fqid: Fqid; roomId: string }): Promise<MyRoomRow | null> {
    const rows = await db.query<MyRoomRow>(`${MINE} WHERE m.tenant_id = $1 AND m.fqid = $2 AND m.room_id = $3 ORDER BY m.membership = 'joining' DESC LIMIT 1`, [db.tenantId, who.fqid, who.roomId]);
    return rows[0] ?? null;
  }

  listPublicRooms(db: Db, search: { q: string; limit: number; offset: number }): Promise<RoomRow[]> {
    return db.query<RoomRow>(
      `SELECT ${COLUMNS} FROM rooms WHERE tenant_id = $1 AND is_public AND state = 'open' AND strpos(lower(COALESCE(name, '')), lower($2)) > 0
       ORDER BY name, id LIMIT $3 OFFSET $4`,
      [db.tenantId, search.q, search.limit, search.offset],
    );
  }

  async findDm(db: Db, dmKey: string): Promise<RoomRow | null> {
    const rows = await db.query<RoomRow>(`SELECT ${COLUMNS} FROM rooms WHERE tenant_id = $1 AND dm_key = $2 AND state = 'open'`, [db.tenantId, dmKey]);
    return rows[0] ?? null;
  }

  /** Returns false if the room, or an open DM of the same two people, exists. */
  async insertRoom(tx: Tx, room: NewRoom): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO rooms (tenant_id, id, host, room_type, scope_kind, name, topic, creator, is_public, hides_history, dm_key, chain, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING RETURNING id`,
      [tx.tenantId, room.id, room.host, room.room_type, room.scope_kind, room.name, room.topic, room.creator, room.is_public, room.hides_history, room.dm_key, room.chain, room.created_at],
    );
    return rows.length === 1;
  }

  async deleteRoom(tx: Tx, roomId: string): Promise<void> {
    await tx.query('DELETE FROM rooms WHERE tenant_id = $1 AND id = $2', [tx.tenantId, roomId]);
  }

  /** The host's head, or the member's position, after new places were given or taken. */
  markHead(tx: Tx, head: RoomHead): Promise<void> {
    return tx.together(markHeads, head);
  }

  async markOutSeq(tx: Tx, roomId: string, outSeq: number): Promise<void> {
    await tx.query('UPDATE rooms SET out_seq = $3 WHERE tenant_id = $1 AND id = $2', [tx.tenantId, roomId, outSeq]);
  }

  async markName(tx: Tx, roomId: string, name: string | null): Promise<void> {
    await tx.query('UPDATE rooms SET name = $3 WHERE tenant_id = $1 AND id = $2', [tx.tenantId, roomId, name]);
  }

  async markTopic(tx: Tx, roomId: string, topic: string | null): Promise<void> {
    await tx.query('UPDATE rooms SET topic = $3 WHERE tenant_id = $1 AND id = $2', [tx.tenantId, roomId, topic]);
  }

  async markState(tx: Tx, roomId: string, state: RoomState): Promise<void> {
    await tx.query('UPDATE rooms SET state = $3 WHERE tenant_id = $1 AND id = $2', [tx.tenantId, roomId, state]);
  }

  async markFederationEnabled(tx: Tx, roomId: string, enabled: boolean): Promise<void> {
    await tx.query('UPDATE rooms SET federation_enabled = $3 WHERE tenant_id = $1 AND id = $2', [tx.tenantId, roomId, enabled]);
  }

  /** Where the inbound lane of a foreign room began; what lies before it is wanted by backfill. */
  async markLaneStart(tx: Tx, start: { roomId: string; seq: number }): Promise<void> {
    await tx.query(
      `UPDATE rooms SET lane_start_seq = $3::bigint, lane_state = 'ok', lane_error = NULL, backfill_state = CASE WHEN $3::bigint > 1 THEN 'wanted' ELSE 'done' END
       WHERE tenant_id = $1 AND id = $2`,
      [tx.tenantId, start.roomId, start.seq],
    );
  }

  async markLaneStopped(tx: Tx, roomId: string, error: Record<string, unknown>): Promise<void> {
    await tx.query(`UPDATE rooms SET lane_state = 'stopped', lane_error = $3 WHERE tenant_id = $1 AND id = $2`, [tx.tenantId, roomId, JSON.stringify(error)]);
  }

  /** Counts the places of a room's lane that never came; refused ones did. */
  async recountMissing(tx: Tx, roomId: string): Promise<void> {
    await tx.execute(
      `UPDATE rooms r SET missing_count = r.last_seq - r.lane_start_seq + 1
         - (SELECT count(*) FROM events e WHERE e.tenant_id = $1 AND e.room_id = $2 AND e.room_seq BETWEEN r.lane_start_seq AND r.last_seq)
         - (SELECT count(*) FROM refused_places p WHERE p.tenant_id = $1 AND p.room_id = $2 AND p.room_seq BETWEEN r.lane_start_seq AND r.last_seq)
       WHERE r.tenant_id = $1 AND r.id = $2 AND r.lane_start_seq IS NOT NULL`,
      [tx.tenantId, roomId],
    );
  }

  /** Runs of places between two, both included, that never came; lowest first. */
  listMissing(db: Db, roomId: string, { from, to }: { from: number; to: number }): Promise<Array<{ from_seq: number; to_seq: number }>> {
    return db.query(
      `SELECT below + 1 AS from_seq, seq - 1 AS to_seq FROM (
         SELECT seq, lag(seq) OVER (ORDER BY seq) AS below FROM (
           SELECT room_seq AS seq FROM events WHERE tenant_id = $1 AND room_id = $2 AND room_seq BETWEEN $3 AND $4
           UNION ALL SELECT room_seq FROM refused_places WHERE tenant_id = $1 AND room_id = $2 AND room_seq BETWEEN $3 AND $4
           UNION ALL SELECT unnest(ARRAY[$3::bigint - 1, $4::bigint + 1])) held) neighbours
       WHERE seq > below + 1 ORDER BY seq`,
      [db.tenantId, roomId, from, to],
    );
  }

  /** An admin's wish for the holes includes everything else that may be wanted. */
  async markBackfill(tx: Tx, roomId: string, state: RoomRow['backfill_state']): Promise<void> {
    await tx.query(
      `UPDATE rooms SET backfill_state = CASE WHEN backfill_state = 'holes_wanted' AND $3 = 'wanted' THEN backfill_state ELSE $3 END WHERE tenant_id = $1 AND id = $2`,
      [tx.tenantId, roomId, state],
    );
  }
}

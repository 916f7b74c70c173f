import { Injectable } from '@nestjs/common';
import type { Db, FleetTx, Tx } from '@scaiwave/database';
import type { RoomId, ServerName, TenantId } from '@scaiwave/protocol';

/** A row of `lanes` with what the room says of how far there is to go. */
export interface LaneRow {
  server_name: ServerName;
  room_id: RoomId;
  /** host: the room's log to a member server, cursors are room_seq · member: our events to the room's host, cursors are out_seq */
  kind: 'host' | 'member';
  acked_seq: number;
  /** up to here everything was settled once; above `acked_seq` where the peer has lost what it had stored, and is brought it again */
  settled_seq: number;
  /** host: what the next entry names as prev_seq */
  prev_seq: number;
  start_seq: number;
  end_seq: number | null;
  state: 'ok' | 'paused' | 'stopped';
  stop_code: string | null;
  /** last place that belongs to the lane now */
  target_seq: number;
}

/** How far a lane has come; written only if nobody else has moved it. */
export interface LaneMove {
  roomId: RoomId;
  from: { ackedSeq: number; startSeq: number };
  to: { ackedSeq: number; prevSeq: number };
  /** up to here everything is settled, if that is more than `to` says */
  settledSeq?: number;
  /** room_seq of a checkpoint that the peer has stored now */
  inSyncSeq: number | null;
}

const TARGET = `CASE l.kind WHEN 'host' THEN COALESCE(l.end_seq, r.last_seq) ELSE r.out_seq END`;
/** Where the first event is that was never settled. */
export const SETTLED = 'GREATEST(l.settled_seq, l.acked_seq)';
const COLUMNS = `l.server_name, l.room_id, l.kind, l.acked_seq, ${SETTLED} AS settled_seq, l.prev_seq, l.start_seq, l.end_seq, l.state, l.stop_code, ${TARGET} AS target_seq`;
const FROM = 'FROM lanes l JOIN rooms r ON r.tenant_id = l.tenant_id AND r.id = l.room_id';

@Injectable()
export class LaneStore {
  /** Lanes of a peer on which something waits; those served longest ago come first. */
  listDue(db: Db, serverName: string, limit: number): Promise<LaneRow[]> {
    return db.query<LaneRow>(
      `SELECT ${COLUMNS} ${FROM} WHERE l.tenant_id = $1 AND l.server_name = $2 AND l.state = 'ok' AND l.acked_seq < ${TARGET}
       ORDER BY l.last_acked_at NULLS FIRST LIMIT $3`,
      [db.tenantId, serverName, limit],
    );
  }

  /** Is anything due to this peer, beside what is named? */
  async hasDue(db: Db, due: { serverName: string; skipRooms: readonly string[]; skipControl: boolean }): Promise<boolean> {
    const row = await db.queryOne<{ is_due: boolean }>(
      `SELECT EXISTS (SELECT 1 ${FROM} WHERE l.tenant_id = $1 AND l.server_name = $2 AND l.state = 'ok' AND l.acked_seq < ${TARGET} AND l.room_id <> ALL($3::uuid[]))
         OR (NOT $4 AND EXISTS (SELECT 1 FROM control_events WHERE tenant_id = $1 AND server_name = $2 AND state = 'queued')) AS is_due`,
      [db.tenantId, due.serverName, due.skipRooms, due.skipControl],
    );
    return row?.is_due === true;
  }

  /** Lanes of a peer with something unsettled, whatever their state. */
  listOpen(db: Db, serverName: string): Promise<LaneRow[]> {
    return db.query<LaneRow>(
      `SELECT ${COLUMNS} ${FROM} WHERE l.tenant_id = $1 AND l.server_name = $2 AND l.acked_seq < ${TARGET} ORDER BY l.room_id`,
      [db.tenantId, serverName],
    );
  }

  async findLane(db: Db, serverName: string, roomId: string): Promise<LaneRow | null> {
    return db.queryOne<LaneRow>(`SELECT ${COLUMNS} ${FROM} WHERE l.tenant_id = $1 AND l.server_name = $2 AND l.room_id = $3`, [db.tenantId, serverName, roomId]);
  }

  listByRoom(db: Db, roomId: string): Promise<LaneRow[]> {
    return db.query<LaneRow>(`SELECT ${COLUMNS} ${FROM} WHERE l.tenant_id = $1 AND l.room_id = $2 ORDER BY l.server_name`, [db.tenantId, roomId]);
  }

  /** Servers that take something and for which something waits in this room, and whether anything is unsigned from before a lane of ours began. */
  async findDue(db: Db, roomId: string): Promise<{ servers: ServerName[]; hasUnsigned: boolean }> {
    const rows = await db.query<{ server_name: ServerName; is_due: boolean; has_unsigned: boolean }>(
      `SELECT l.server_name, l.state = 'ok' AND l.acked_seq < ${TARGET} AND p.admin_state = 'active' AND p.verdict IS NULL AS is_due, l.kind = 'host'
         AND EXISTS (SELECT 1 FROM events e WHERE e.tenant_id = l.tenant_id AND e.room_id = l.room_id AND e.jws IS NULL AND e.room_seq < l.start_seq) AS has_unsigned
       ${FROM} JOIN peers p ON p.tenant_id = l.tenant_id AND p.server_name = l.server_name WHERE l.tenant_id = $1 AND l.room_id = $2`,
      [db.tenantId, roomId],
    );
    return { servers: rows.filter((row) => row.is_due).map((row) => row.server_name), hasUnsigned: rows.some((row) => row.has_unsigned) };
  }

  /** Moves cursors of one peer's lanes; returns the rooms of those that were not moved, restarted or removed meanwhile: only their cursors were ours to write. */
  async moveCursors(tx: Tx, { serverName, moves, at }: { serverName: string; moves: readonly LaneMove[]; at: Date }): Promise<Set<string>> {
    if (moves.length === 0) return new Set();
    const moved = await tx.query<{ room_id: string }>(
      `UPDATE lanes SET acked_seq = n.to_acked, prev_seq = n.to_prev, last_acked_at = $8, updated_at = $8, settled_seq = GREATEST(lanes.settled_seq, lanes.acked_seq, n.to_settled),
         in_sync_seq = COALESCE(n.in_sync, in_sync_seq), in_sync_at = CASE WHEN n.in_sync IS NULL THEN in_sync_at ELSE $8 END
       FROM unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $9::bigint[], $10::bigint[]) AS n (n_room_id, from_acked, from_start, to_acked, to_prev, in_sync, to_settled)
       WHERE lanes.tenant_id = $1 AND lanes.server_name = $2 AND lanes.room_id = n.n_room_id AND lanes.acked_seq = n.from_acked AND lanes.start_seq = n.from_start
       RETURNING lanes.room_id`,
      [
        tx.tenantId, serverName, moves.map(({ roomId }) => roomId), moves.map(({ from }) => from.ackedSeq), moves.map(({ from }) => from.startSeq),
        moves.map(({ to }) => to.ackedSeq), moves.map(({ to }) => to.prevSeq), at, moves.map(({ inSyncSeq }) => inSyncSeq),
        moves.map(({ to, settledSeq }) => settledSeq ?? to.ackedSeq),
      ],
    );
    return new Set(moved.map((row) => row.room_id));
  }

  /** These places left in a request, and it is not known how it ended. */
  async markSent(tx: Tx, serverName: string, places: ReadonlyArray<{ roomId: string; seq: number }>): Promise<void> {
    await tx.execute(
      `UPDATE lanes SET sent_seq = GREATEST(sent_seq, n.seq) FROM unnest($3::uuid[], $4::bigint[]) AS n (n_room_id, seq)
       WHERE lanes.tenant_id = $1 AND lanes.server_name = $2 AND lanes.room_id = n.n_room_id`,
      [tx.tenantId, serverName, places.map(({ roomId }) => roomId), places.map(({ seq }) => seq)],
    );
  }

  async markStopped(tx: Tx, lane: { serverName: string; roomId: string; code: string; at: Date }): Promise<boolean> {
    const count = await tx.execute(
      `UPDATE lanes SET state = 'stopped', stop_code = $4, updated_at = $5 WHERE tenant_id = $1 AND server_name = $2 AND room_id = $3 AND state = 'ok'`,
      [tx.tenantId, lane.serverName, lane.roomId, lane.code, lane.at],
    );
    return count === 1;
  }

  /** An admin lets stopped lanes of a peer go on. */
  async markResumed(tx: Tx, serverName: string, at: Date): Promise<void> {
    await tx.execute(`UPDATE lanes SET state = 'ok', stop_code = NULL, updated_at = $3 WHERE tenant_id = $1 AND server_name = $2 AND state <> 'ok'`, [tx.tenantId, serverName, at]);
  }

  async insertExceptions(
    tx: Tx,
    exceptions: ReadonlyArray<{ roomId: string; eventId: string; serverName: string; state: 'refused' | 'failed'; code: string | null }>,
    at: Date,
  ): Promise<void> {
    if (exceptions.length === 0) return;
    await tx.execute(
      `INSERT INTO delivery_exceptions (tenant_id, room_id, event_id, server_name, state, code, at)
       SELECT $1, n.room_id, n.event_id, n.server_name, n.state, n.code, $7
       FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[]) AS n (room_id, event_id, server_name, state, code)
       ON CONFLICT (tenant_id, room_id, event_id, server_name) DO UPDATE SET state = excluded.state, code = excluded.code, at = excluded.at`,
      [
        tx.tenantId, exceptions.map((e) => e.roomId), exceptions.map((e) => e.eventId), exceptions.map((e) => e.serverName), exceptions.map((e) => e.state),
        exceptions.map((e) => e.code), at,
      ],
    );
  }

  /** Of these places of a room, the events that were given up for this peer. */
  async listFailed(db: Db, where: { serverName: string; roomId: string; eventIds: readonly string[] }): Promise<Set<string>> {
    const rows = await db.query<{ event_id: string }>(
      `SELECT event_id FROM delivery_exceptions WHERE tenant_id = $1 AND room_id = $2 AND server_name = $3 AND event_id = ANY($4::uuid[]) AND state = 'failed'`,
      [db.tenantId, where.roomId, where.serverName, where.eventIds],
    );
    return new Set(rows.map((row) => row.event_id));
  }

  /** What was refused or given up once has been stored after all. */
  async deleteExceptions(tx: Tx, where: { roomId: string; serverName: string; eventIds: readonly string[] }): Promise<void> {
    await tx.execute('DELETE FROM delivery_exceptions WHERE tenant_id = $1 AND room_id = $2 AND server_name = $3 AND event_id = ANY($4::uuid[])', [
      tx.tenantId, where.roomId, where.serverName, where.eventIds,
    ]);
  }

  /**
   * Peers of one pool that are due: something waits, or they are failing and want a probe. Peers that another worker drains are left out.
   */
  listDuePeers(fleet: FleetTx, due: { pool: string; now: Date; limit: number }): Promise<Array<{ tenant_id: TenantId; server_name: ServerName }>> {
    return fleet.query(
      `SELECT p.tenant_id, p.server_name FROM peers p JOIN tenants t ON t.id = p.tenant_id
       WHERE t.state IN ('active', 'deleting') AND t.pool = $1 AND p.admin_state IN ('active', 'removed', 'removed_by_them')
         AND (p.next_attempt_at IS NULL OR p.next_attempt_at <= $2) AND (p.lease_until IS NULL OR p.lease_until <= $2)
         AND (EXISTS (SELECT 1 FROM control_events c WHERE c.tenant_id = p.tenant_id AND c.server_name = p.server_name AND c.state = 'queued')
           OR (p.admin_state = 'active' AND (p.verdict IS NOT NULL OR p.has_redelivery OR EXISTS (SELECT 1 ${FROM}
             WHERE l.tenant_id = p.tenant_id AND l.server_name = p.server_name AND l.state = 'ok' AND l.acked_seq < ${TARGET}))))
       ORDER BY p.next_attempt_at NULLS FIRST LIMIT $3`,
      [due.pool, due.now, due.limit],
    );
  }

  /**
   * Peers with something that has waited for longer than its tenant's patience, or than `patienceMs` where that is less; what has waited
   * longest comes first. Nothing grows old while tenant or peer is suspended: their drains do nothing, and would be in the way of all others.
   */
  listOverduePeers(fleet: FleetTx, due: { pool: string; now: Date; patienceMs: number; limit: number }): Promise<Array<{ tenant_id: TenantId; server_name: ServerName }>> {
    const cutoff = `$2::timestamptz - LEAST($3::bigint, (t.delivery->>'give_up_after_ms')::bigint) * interval '1 millisecond'`;
    return fleet.query(
      `SELECT waiting.tenant_id, waiting.server_name FROM tenants t JOIN (
         SELECT c.tenant_id, c.server_name, COALESCE(c.requeued_at, c.created_at) AS since FROM control_events c WHERE c.state = 'queued'
         UNION ALL
         SELECT x.tenant_id, x.server_name, x.requested_at FROM delivery_exceptions x WHERE x.requested_at IS NOT NULL
         UNION ALL
         SELECT l.tenant_id, l.server_name, e.created_at ${FROM}
           JOIN events e ON l.kind = 'host' AND e.tenant_id = l.tenant_id AND e.room_id = l.room_id AND e.room_seq = ${SETTLED} + 1
           WHERE l.acked_seq < ${TARGET}
         UNION ALL
         SELECT l.tenant_id, l.server_name, e.created_at ${FROM}
           JOIN events e ON l.kind = 'member' AND e.tenant_id = l.tenant_id AND e.room_id = l.room_id AND e.out_seq = l.acked_seq + 1
           WHERE l.acked_seq < ${TARGET}
       ) waiting ON waiting.tenant_id = t.id JOIN peers p ON p.tenant_id = t.id AND p.server_name = waiting.server_name
       WHERE t.pool = $1 AND t.state IN ('active', 'deleting') AND waiting.since <= ${cutoff} AND COALESCE(GREATEST(t.resumed_at, p.resumed_at) <= ${cutoff}, true)
         AND NOT COALESCE((p.declaration->'policy'->>'suspend')::boolean, false)
       GROUP BY 1, 2 ORDER BY min(waiting.since) LIMIT $4`,
      [due.pool, due.now, due.patienceMs, due.limit],
    );
  }
}

import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '@scaiwave/database';
import type { PeerKeyRow, PeerRow } from '../../peers/index.js';

const COLUMNS = `tenant_id, server_name, admin_state, declaration, declaration_resource, endpoint_url, trust_mode, pins, descriptor, descriptor_fetched_at, descriptor_valid_until,
  key_changed_at, last_seen_at, last_success_at, last_error_code, last_error_message, last_error_at, verdict, failing_since, attempts, next_attempt_at,
  lease_fence, has_redelivery, resumed_at, created_at`;

/** The lane from the room's host has begun, and the room was not cut since. */
const IS_SENT_TO_US = `r.lane_start_seq IS NOT NULL AND NOT EXISTS (SELECT 1 FROM lanes m WHERE m.tenant_id = r.tenant_id AND m.room_id = r.id AND m.kind = 'member' AND m.end_seq IS NOT NULL)`;

/** A room shared with a peer; `position`: how far the receiving side is, in room_seq. */
export interface PeerRoomRow {
  room_id: string;
  name: string | null;
  host: string;
  direction: 'out' | 'in';
  state: 'ok' | 'paused' | 'stopped';
  error: Record<string, unknown> | null;
  position: number;
  /** out: where the peer should be */
  target: number | null;
  in_sync_seq: number | null;
  in_sync_at: Date | null;
}

/** What an admin sees of all peers at once: a constant number of statements, however many peers there are. */
@Injectable()
export class PeerOverviewStore {
  /** By name; `serverName` null = all. */
  listPeers(db: Db, page: { serverName: string | null; limit: number; offset: number }): Promise<PeerRow[]> {
    return db.query<PeerRow & Record<string, unknown>>(
      `SELECT ${COLUMNS} FROM peers WHERE tenant_id = $1 AND ($2::text IS NULL OR server_name = $2) ORDER BY server_name LIMIT $3 OFFSET $4`,
      [db.tenantId, page.serverName, page.limit, page.offset],
    );
  }

  async countPeers(db: Db): Promise<number> {
    return (await db.queryOne<{ n: number }>('SELECT count(*)::int AS n FROM peers WHERE tenant_id = $1', [db.tenantId]))?.n ?? 0;
  }

  async listKeys(db: Db, serverNames: readonly string[]): Promise<Map<string, PeerKeyRow[]>> {
    const rows = await db.query<PeerKeyRow & { server_name: string }>(
      `SELECT server_name, kid, public_key, state, valid_from, valid_until, first_seen_at FROM peer_keys
       WHERE tenant_id = $1 AND server_name = ANY($2) ORDER BY first_seen_at, kid`,
      [db.tenantId, serverNames],
    );
    return Map.groupBy(rows, (row) => row.server_name);
  }

  /** Rooms with somebody of that server in them, which this one orders or in which it has somebody, too: of rooms that were left nothing more is heard. */
  async countSharedRooms(db: Db, serverNames: readonly string[]): Promise<Map<string, number>> {
    const rows = await db.query<{ server_name: string; n: number }>(
      `SELECT m.server_name, count(DISTINCT m.room_id)::int AS n FROM members m JOIN rooms r ON r.tenant_id = m.tenant_id AND r.id = m.room_id JOIN tenants t ON t.id = m.tenant_id
       WHERE m.tenant_id = $1 AND m.server_name = ANY($2) AND m.membership = 'join' AND (r.host = t.server_name
         OR EXISTS (SELECT 1 FROM members o WHERE o.tenant_id = m.tenant_id AND o.room_id = m.room_id AND o.server_name = t.server_name AND o.membership = 'join')) GROUP BY 1`,
      [db.tenantId, serverNames],
    );
    return new Map(rows.map((row) => [row.server_name, row.n]));
  }

  /** Rooms shared with this server, as far as a lane goes between the two: what each side has of it, and when it was last proven. */
  listRooms(db: Db, serverName: string, limit: number): Promise<PeerRoomRow[]> {
    return db.query<PeerRoomRow & Record<string, unknown>>(
      `SELECT r.id AS room_id, r.name, r.host, 'out' AS direction, l.state, NULL::jsonb AS error, l.acked_seq AS position, COALESCE(l.end_seq, r.last_seq) AS target,
         l.in_sync_seq, l.in_sync_at
       FROM lanes l JOIN rooms r ON r.tenant_id = l.tenant_id AND r.id = l.room_id
       WHERE l.tenant_id = $1 AND l.server_name = $2 AND l.kind = 'host' AND (l.end_seq IS NULL OR l.acked_seq < l.end_seq)
       UNION ALL
       SELECT r.id, r.name, r.host, 'in', r.lane_state, r.lane_error, r.last_seq, NULL, NULLIF(r.checkpoint_seq, 0), r.in_sync_at
       FROM rooms r WHERE r.tenant_id = $1 AND r.host = $2 AND ${IS_SENT_TO_US}
       ORDER BY 5 DESC, 2, 1 LIMIT $3`,
      [db.tenantId, serverName, limit],
    );
  }

  /** Since when each of these peers is proven to hold the same rooms: the oldest proof among its lanes; absent where one lacks it. */
  async listInSync(db: Db, serverNames: readonly string[]): Promise<Map<string, Date>> {
    const rows = await db.query<{ server_name: string; at: Date | null; n: number; proven: number }>(
      `SELECT server_name, min(in_sync_at) AS at, count(*)::int AS n, count(in_sync_at)::int AS proven FROM (
         SELECT server_name, in_sync_at FROM lanes WHERE tenant_id = $1 AND server_name = ANY($2) AND kind = 'host' AND end_seq IS NULL
         UNION ALL SELECT r.host, r.in_sync_at FROM rooms r WHERE r.tenant_id = $1 AND r.host = ANY($2) AND ${IS_SENT_TO_US}) shared
       GROUP BY server_name`,
      [db.tenantId, serverNames],
    );
    return new Map(rows.flatMap(({ server_name: name, at, n, proven }) => (at !== null && n === proven ? [[name, at] as const] : [])));
  }

  /** Rooms of this host whose lane to us had stopped go on. */
  async markRoomsResumed(tx: Tx, host: string): Promise<void> {
    await tx.execute(`UPDATE rooms SET lane_state = 'ok', lane_error = NULL WHERE tenant_id = $1 AND host = $2 AND lane_state = 'stopped'`, [tx.tenantId, host]);
  }
}

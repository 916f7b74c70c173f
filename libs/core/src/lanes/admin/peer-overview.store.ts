import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '@scaiwave/database';
import type { PeerKeyRow, PeerRow } from '../../peers/index.js';

const COLUMNS = `tenant_id, server_name, admin_state, declaration, endpoint_url, trust_mode, pins, descriptor, descriptor_fetched_at, descriptor_valid_until,
  key_changed_at, last_seen_at, last_success_at, last_error_code, last_error_message, last_error_at, verdict, failing_since, attempts, next_attempt_at,
  lease_fence, created_at`;

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

  /** Rooms with somebody of that server in them. */
  async countSharedRooms(db: Db, serverNames: readonly string[]): Promise<Map<string, number>> {
    const rows = await db.query<{ server_name: string; n: number }>(
      `SELECT server_name, count(DISTINCT room_id)::int AS n FROM members WHERE tenant_id = $1 AND server_name = ANY($2) AND membership = 'join' GROUP BY 1`,
      [db.tenantId, serverNames],
    );
    return new Map(rows.map((row) => [row.server_name, row.n]));
  }

  /** Rooms of this host whose lane to us had stopped go on. */
  async markRoomsResumed(tx: Tx, host: string): Promise<void> {
    await tx.execute(`UPDATE rooms SET lane_state = 'ok', lane_error = NULL WHERE tenant_id = $1 AND host = $2 AND lane_state = 'stopped'`, [tx.tenantId, host]);
  }
}

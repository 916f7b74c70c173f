import { Injectable } from '@nestjs/common';
import type { Db } from '@scaiwave/database';

export interface PeerStatusRow {
  [column: string]: unknown;
  admin_state: string;
  last_seen_at: Date | null;
  last_error_code: string | null;
  last_error_at: Date | null;
  failing_since: Date | null;
}

export interface LaneStatusRow {
  [column: string]: unknown;
  room_id: string;
  acked_seq: number;
  state: 'ok' | 'paused' | 'stopped';
}

const MOST_LANES = 1_000;

@Injectable()
export class StatusStore {
  findPeer(db: Db, server: string): Promise<PeerStatusRow | null> {
    return db.queryOne<PeerStatusRow>(
      'SELECT admin_state, last_seen_at, last_error_code, last_error_at, failing_since FROM peers WHERE tenant_id = $1 AND server_name = $2',
      [db.tenantId, server],
    );
  }

  /** Our lanes to the peer. */
  listOutbound(db: Db, server: string): Promise<LaneStatusRow[]> {
    return db.query<LaneStatusRow>(
      'SELECT room_id, acked_seq, state FROM lanes WHERE tenant_id = $1 AND server_name = $2 ORDER BY room_id LIMIT $3',
      [db.tenantId, server, MOST_LANES],
    );
  }

  /** Rooms of the peer: how far we have come in them. */
  listInbound(db: Db, host: string): Promise<LaneStatusRow[]> {
    return db.query<LaneStatusRow>(
      `SELECT id AS room_id, last_seq AS acked_seq, lane_state AS state FROM rooms
       WHERE tenant_id = $1 AND host = $2 AND lane_start_seq IS NOT NULL ORDER BY id LIMIT $3`,
      [db.tenantId, host, MOST_LANES],
    );
  }
}

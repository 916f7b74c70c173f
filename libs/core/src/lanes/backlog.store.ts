import { Injectable } from '@nestjs/common';
import type { Db, FleetTx } from '@scaiwave/database';

export interface BacklogRow {
  tenant: string;
  peer: string;
  events: number;
  oldest_at: Date | null;
}

const TARGET = `CASE l.kind WHEN 'host' THEN COALESCE(l.end_seq, r.last_seq) ELSE r.out_seq END`;
const OPEN_LANES = `SELECT l.tenant_id, l.server_name, ${TARGET} - l.acked_seq AS events,
    CASE l.kind WHEN 'host'
      THEN (SELECT e.created_at FROM events e WHERE e.tenant_id = l.tenant_id AND e.room_id = l.room_id AND e.room_seq = l.acked_seq + 1)
      ELSE (SELECT e.created_at FROM events e WHERE e.tenant_id = l.tenant_id AND e.room_id = l.room_id AND e.out_seq = l.acked_seq + 1) END AS oldest_at
  FROM lanes l JOIN rooms r ON r.tenant_id = l.tenant_id AND r.id = l.room_id WHERE l.acked_seq < ${TARGET}`;
const QUEUED_CONTROL = `SELECT tenant_id, server_name, 1 AS events, created_at AS oldest_at FROM control_events WHERE state = 'queued'`;

/** How much waits for which peer, counted from the cursors. */
@Injectable()
export class BacklogStore {
  /** Every peer of a pool with a backlog. */
  listAll(fleet: FleetTx, pool: string): Promise<Array<BacklogRow & Record<string, unknown>>> {
    return fleet.query(
      `SELECT t.server_name AS tenant, b.server_name AS peer, sum(b.events)::int AS events, min(b.oldest_at) AS oldest_at
       FROM (${OPEN_LANES} UNION ALL ${QUEUED_CONTROL}) b JOIN tenants t ON t.id = b.tenant_id WHERE t.pool = $1 GROUP BY 1, 2`,
      [pool],
    );
  }

  /** Of one tenant, by peer. */
  async listOfTenant(db: Db): Promise<Map<string, { events: number; oldestAt: Date | null }>> {
    const rows = await db.query<{ peer: string; events: number; oldest_at: Date | null }>(
      `SELECT b.server_name AS peer, sum(b.events)::int AS events, min(b.oldest_at) AS oldest_at
       FROM (${OPEN_LANES} AND l.tenant_id = $1 UNION ALL ${QUEUED_CONTROL} AND tenant_id = $1) b GROUP BY 1`,
      [db.tenantId],
    );
    return new Map(rows.map((row) => [row.peer, { events: row.events, oldestAt: row.oldest_at }]));
  }
}

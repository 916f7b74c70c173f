import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '@scaiwave/database';
import type { ServerName } from '@scaiwave/protocol';

/** A row of `control_events`: the control lane's own log, per peer. */
export interface ControlEventRow {
  server_name: ServerName;
  out_seq: number;
  id: string;
  type: string;
  room_id: string | null;
  /** milliseconds since the epoch */
  origin_ts: number;
  payload: string;
  content: string;
  jws: string | null;
  state: 'queued' | 'stored' | 'refused' | 'failed';
  code: string | null;
  created_at: Date;
  settled_at: Date | null;
  /** since when it waits: made, or asked for again */
  queued_at: Date;
}

export type NewControlEvent = Pick<ControlEventRow, 'server_name' | 'id' | 'type' | 'room_id' | 'origin_ts' | 'payload' | 'content' | 'jws' | 'created_at'>;

const COLUMNS = 'server_name, out_seq, id, type, room_id, origin_ts, payload, content, jws, state, code, created_at, settled_at, COALESCE(requeued_at, created_at) AS queued_at';

@Injectable()
export class ControlEventStore {
  /** Gives the next place on the peer's control lane and makes the peer known. The same id again keeps its first place. */
  async insertControlEvent(tx: Tx, event: NewControlEvent): Promise<number> {
    const known = await tx.queryOne<{ out_seq: number }>('SELECT out_seq FROM control_events WHERE tenant_id = $1 AND server_name = $2 AND id = $3', [
      tx.tenantId, event.server_name, event.id,
    ]);
    if (known) return known.out_seq;
    const peer = await tx.queryOne<{ control_seq: number }>(
      `INSERT INTO peers (tenant_id, server_name, created_at, control_seq) VALUES ($1, $2, $3, 1)
       ON CONFLICT (tenant_id, server_name) DO UPDATE SET control_seq = peers.control_seq + 1 RETURNING control_seq`,
      [tx.tenantId, event.server_name, event.created_at],
    );
    const outSeq = peer!.control_seq;
    await tx.execute(
      `INSERT INTO control_events (tenant_id, server_name, out_seq, id, type, room_id, origin_ts, payload, content, jws, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [tx.tenantId, event.server_name, outSeq, event.id, event.type, event.room_id, event.origin_ts, event.payload, event.content, event.jws, event.created_at],
    );
    return outSeq;
  }

  async findLatest(db: Db, id: string): Promise<ControlEventRow | null> {
    return db.queryOne<ControlEventRow>(`SELECT ${COLUMNS} FROM control_events WHERE tenant_id = $1 AND id = $2 ORDER BY created_at DESC LIMIT 1`, [db.tenantId, id]);
  }

  /** What waits for a peer, in order. */
  listQueued(db: Db, serverName: string, limit: number): Promise<ControlEventRow[]> {
    return db.query<ControlEventRow>(
      `SELECT ${COLUMNS} FROM control_events WHERE tenant_id = $1 AND server_name = $2 AND state = 'queued' ORDER BY out_seq LIMIT $3`,
      [db.tenantId, serverName, limit],
    );
  }

  /** Is this peer removed by now? */
  async isToRemoved(db: Db, serverName: string): Promise<boolean> {
    const row = await db.queryOne<{ admin_state: string }>('SELECT admin_state FROM peers WHERE tenant_id = $1 AND server_name = $2', [db.tenantId, serverName]);
    return row?.admin_state === 'removed';
  }

  /** Older than the cutoff and still not delivered. */
  listOverdue(db: Db, serverName: string, cutoff: Date): Promise<ControlEventRow[]> {
    return db.query<ControlEventRow>(
      `SELECT ${COLUMNS} FROM control_events WHERE tenant_id = $1 AND server_name = $2 AND state = 'queued' AND COALESCE(requeued_at, created_at) <= $3 ORDER BY out_seq LIMIT 500`,
      [db.tenantId, serverName, cutoff],
    );
  }

  async setJws(tx: Tx, serverName: string, signed: ReadonlyArray<{ id: string; jws: string }>): Promise<void> {
    await tx.execute(
      `UPDATE control_events SET jws = n.jws FROM unnest($3::uuid[], $4::text[]) AS n (n_id, jws)
       WHERE tenant_id = $1 AND server_name = $2 AND id = n.n_id AND control_events.jws IS NULL`,
      [tx.tenantId, serverName, signed.map((s) => s.id), signed.map((s) => s.jws)],
    );
  }

  /** Returns false if it was settled before. */
  async markSettled(tx: Tx, outcome: { serverName: string; id: string; state: ControlEventRow['state']; code: string | null; at: Date }): Promise<boolean> {
    const count = await tx.execute(
      `UPDATE control_events SET state = $4, code = $5, settled_at = $6 WHERE tenant_id = $1 AND server_name = $2 AND id = $3 AND state = 'queued'`,
      [tx.tenantId, outcome.serverName, outcome.id, outcome.state, outcome.code, outcome.at],
    );
    return count === 1;
  }
}

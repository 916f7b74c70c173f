import { Injectable } from '@nestjs/common';
import type { Db, FleetTx, Tx } from '@scaiwave/database';
import type { ServerName, TenantId } from '@scaiwave/protocol';
import type { SeveringRow, SharedRoom } from './severing-row.js';

const COLUMNS = 'id, server_name, is_theirs, actor, reason, since, undelivered, invitations, finished_at';

/** Severings and what they have cut. */
@Injectable()
export class SeveringStore {
  async insertSevering(tx: Tx, row: Omit<SeveringRow, 'invitations' | 'finished_at'> & { at: Date }): Promise<void> {
    await tx.execute(
      `INSERT INTO severings (tenant_id, id, server_name, is_theirs, actor, reason, since, undelivered, started_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [tx.tenantId, row.id, row.server_name, row.is_theirs, row.actor, row.reason, row.since, row.undelivered, row.at],
    );
  }

  async findUnfinished(db: Db, serverName: string): Promise<SeveringRow | null> {
    return db.queryOne<SeveringRow & Record<string, unknown>>(`SELECT ${COLUMNS} FROM severings WHERE tenant_id = $1 AND server_name = $2 AND finished_at IS NULL`, [db.tenantId, serverName]);
  }

  async findByRequest(db: Db, request: string): Promise<SeveringRow | null> {
    return db.queryOne<SeveringRow & Record<string, unknown>>(`SELECT ${COLUMNS} FROM severings WHERE tenant_id = $1 AND request = $2`, [db.tenantId, request]);
  }

  /** The words that asked for it; the first ones stay. */
  async markRequest(tx: Tx, id: string, request: string): Promise<void> {
    await tx.execute('UPDATE severings SET request = COALESCE(request, $3) WHERE tenant_id = $1 AND id = $2', [tx.tenantId, id, request]);
  }

  /** Null once it is finished. Held until the transaction ends. */
  async lockUnfinished(tx: Tx, id: string): Promise<SeveringRow | null> {
    return tx.queryOne<SeveringRow & Record<string, unknown>>(`SELECT ${COLUMNS} FROM severings WHERE tenant_id = $1 AND id = $2 AND finished_at IS NULL FOR UPDATE`, [tx.tenantId, id]);
  }

  async getSevering(db: Db, id: string): Promise<SeveringRow> {
    const row = await db.queryOne<SeveringRow & Record<string, unknown>>(`SELECT ${COLUMNS} FROM severings WHERE tenant_id = $1 AND id = $2`, [db.tenantId, id]);
    if (!row) throw new Error('a severing without a row');
    return row;
  }

  /** What a crash left, and what peers have ended: the sweep goes on with them. */
  listUnfinished(fleet: FleetTx, due: { pool: string; limit: number }): Promise<Array<{ tenant_id: TenantId; tenant_name: ServerName } & SeveringRow>> {
    return fleet.query(
      `SELECT s.tenant_id, t.server_name AS tenant_name, ${COLUMNS.split(', ').map((column) => `s.${column}`).join(', ')} FROM severings s JOIN tenants t ON t.id = s.tenant_id
       WHERE s.finished_at IS NULL AND t.pool = $1 AND t.state <> 'deleted' ORDER BY s.started_at LIMIT $2`,
      [due.pool, due.limit],
    );
  }

  async addInvitations(tx: Tx, id: string, count: number): Promise<void> {
    await tx.execute('UPDATE severings SET invitations = invitations + $3 WHERE tenant_id = $1 AND id = $2', [tx.tenantId, id, count]);
  }

  async insertRoom(tx: Tx, id: string, room: SharedRoom): Promise<void> {
    await tx.execute(
      'INSERT INTO severed_rooms (tenant_id, severing_id, room_id, name, host, ours, theirs) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING',
      [tx.tenantId, id, room.room_id, room.name, room.host, room.ours, room.theirs],
    );
  }

  listRooms(db: Db, id: string): Promise<SharedRoom[]> {
    return db.query<SharedRoom & Record<string, unknown>>(
      'SELECT room_id, name, host, ours, theirs FROM severed_rooms WHERE tenant_id = $1 AND severing_id = $2 ORDER BY room_id',
      [db.tenantId, id],
    );
  }

  async markFinished(tx: Tx, id: string, at: Date): Promise<void> {
    await tx.execute('UPDATE severings SET finished_at = $3 WHERE tenant_id = $1 AND id = $2', [tx.tenantId, id, at]);
  }

  /** A peer that removed us, longer ago than `before`, has come back. Returns whether that is news. */
  async markReturned(tx: Tx, serverName: string, before: Date): Promise<boolean> {
    const count = await tx.execute(
      `UPDATE peers SET admin_state = 'active' WHERE tenant_id = $1 AND server_name = $2 AND admin_state = 'removed_by_them'
         AND NOT EXISTS (SELECT 1 FROM severings s WHERE s.tenant_id = $1 AND s.server_name = $2 AND s.is_theirs AND (s.finished_at IS NULL OR s.started_at > $3))`,
      [tx.tenantId, serverName, before],
    );
    return count === 1;
  }
}

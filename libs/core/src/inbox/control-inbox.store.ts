import { Injectable } from '@nestjs/common';
import type { Db, FleetTx, Tx } from '@scaiwave/database';
import type { ServerName, TenantId } from '@scaiwave/protocol';

export interface ControlInboxRow {
  origin: ServerName;
  id: string;
  type: string;
  room_id: string | null;
  payload_sha256: Buffer;
  jws: string;
  content: string;
  received_at: Date;
  /** the host that brought a third server's event whose key could not be had; null once it is verified */
  handed_on_by: ServerName | null;
}

/** One that waits to be verified. */
export type WaitingControlRow = ControlInboxRow & { handed_on_by: ServerName };

@Injectable()
export class ControlInboxStore {
  /**
   * The dedupe by (origin, id): of two that come at once the second waits for the first's commit.
   * Returns null if the row is new, else the hash of the payload that was here before.
   */
  async insertOrFind(tx: Tx, row: ControlInboxRow): Promise<Buffer | null> {
    const inserted = await tx.query(
      `INSERT INTO control_inbox (tenant_id, origin, id, type, room_id, payload_sha256, jws, content, received_at, handed_on_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING RETURNING id`,
      [tx.tenantId, row.origin, row.id, row.type, row.room_id, row.payload_sha256, row.jws, row.content, row.received_at, row.handed_on_by],
    );
    if (inserted.length === 1) return null;
    const before = await tx.query<{ payload_sha256: Buffer }>(
      'SELECT payload_sha256 FROM control_inbox WHERE tenant_id = $1 AND origin = $2 AND id = $3',
      [tx.tenantId, row.origin, row.id],
    );
    return before[0]?.payload_sha256 ?? null;
  }

  /** Servers of whose events some wait for a key. */
  listUnverifiedOrigins(fleet: FleetTx, pool: string, limit: number): Promise<Array<{ tenant_id: TenantId; origin: ServerName }>> {
    return fleet.query(
      `SELECT DISTINCT c.tenant_id, c.origin FROM control_inbox c JOIN tenants t ON t.id = c.tenant_id
       WHERE c.handed_on_by IS NOT NULL AND t.pool = $1 AND t.state = 'active' LIMIT $2`,
      [pool, limit],
    );
  }

  listUnverified(db: Db, origin: string, limit: number): Promise<WaitingControlRow[]> {
    return db.query<WaitingControlRow>(
      `SELECT origin, id, type, room_id, payload_sha256, jws, content, received_at, handed_on_by FROM control_inbox
       WHERE tenant_id = $1 AND origin = $2 AND handed_on_by IS NOT NULL ORDER BY received_at, id LIMIT $3`,
      [db.tenantId, origin, limit],
    );
  }

  /** Returns false if it was verified before: whoever marks it gives it its effect, once. */
  async markVerified(tx: Tx, event: { origin: string; id: string }): Promise<boolean> {
    const count = await tx.execute('UPDATE control_inbox SET handed_on_by = NULL WHERE tenant_id = $1 AND origin = $2 AND id = $3 AND handed_on_by IS NOT NULL', [
      tx.tenantId, event.origin, event.id,
    ]);
    return count === 1;
  }

  /** What was refused is judged again if it comes again. */
  async deleteReceived(tx: Tx, event: { origin: string; id: string }): Promise<void> {
    await tx.query('DELETE FROM control_inbox WHERE tenant_id = $1 AND origin = $2 AND id = $3', [tx.tenantId, event.origin, event.id]);
  }
}

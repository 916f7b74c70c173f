import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';

export interface ControlInboxRow {
  origin: string;
  id: string;
  type: string;
  room_id: string | null;
  payload_sha256: Buffer;
  jws: string;
  content: string;
  received_at: Date;
}

@Injectable()
export class ControlInboxStore {
  /**
   * The dedupe by (origin, id): of two that come at once the second waits for the first's commit.
   * Returns null if the row is new, else the hash of the payload that was here before.
   */
  async insertOrFind(tx: Tx, row: ControlInboxRow): Promise<Buffer | null> {
    const inserted = await tx.query(
      `INSERT INTO control_inbox (tenant_id, origin, id, type, room_id, payload_sha256, jws, content, received_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING id`,
      [tx.tenantId, row.origin, row.id, row.type, row.room_id, row.payload_sha256, row.jws, row.content, row.received_at],
    );
    if (inserted.length === 1) return null;
    const before = await tx.query<{ payload_sha256: Buffer }>(
      'SELECT payload_sha256 FROM control_inbox WHERE tenant_id = $1 AND origin = $2 AND id = $3',
      [tx.tenantId, row.origin, row.id],
    );
    return before[0]?.payload_sha256 ?? null;
  }

  /** What was refused is judged again if it comes again. */
  async deleteReceived(tx: Tx, event: { origin: string; id: string }): Promise<void> {
    await tx.query('DELETE FROM control_inbox WHERE tenant_id = $1 AND origin = $2 AND id = $3', [tx.tenantId, event.origin, event.id]);
  }
}

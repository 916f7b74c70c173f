import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '@scaiwave/database';
import { EVENT_COLUMNS, type EventRow } from '../events/index.js';

/** An event on its way to a room's host, with what is known of the message that it is about. */
export interface OutgoingRow extends EventRow {
  target_jws: string | null;
  target_redacted_by: string | null;
}

@Injectable()
export class OutgoingStore {
  /** Stores signatures of a room's events, where another worker was not first; returns those that count, by event id. */
  async signOnce(tx: Tx, roomId: string, signed: ReadonlyArray<{ id: string; jws: string }>): Promise<Map<string, string>> {
    const stored = await tx.query<{ id: string; jws: string }>(
      `UPDATE events SET jws = n.jws FROM unnest($3::uuid[], $4::text[]) AS n (n_id, jws)
       WHERE events.tenant_id = $1 AND events.room_id = $2 AND events.id = n.n_id AND events.jws IS NULL RETURNING events.id, events.jws`,
      [tx.tenantId, roomId, signed.map((s) => s.id), signed.map((s) => s.jws)],
    );
    const byId = new Map(stored.map((row) => [row.id, row.jws]));
    const others = signed.filter((s) => !byId.has(s.id)).map((s) => s.id);
    if (others.length === 0) return byId;
    const before = await tx.query<{ id: string; jws: string }>('SELECT id, jws FROM events WHERE tenant_id = $1 AND room_id = $2 AND id = ANY($3::uuid[])', [tx.tenantId, roomId, others]);
    return new Map([...byId, ...before.map((row) => [row.id, row.jws] as const)]);
  }

  /** Our events of a foreign room in the order of their out_seq, after `afterSeq`. */
  listByOutSeq(db: Db, page: { roomId: string; afterSeq: number; limit: number }): Promise<OutgoingRow[]> {
    return db.query<OutgoingRow>(
      `SELECT ${EVENT_COLUMNS.split(',').map((column) => `e.${column.trim()}`).join(', ')}, t.jws AS target_jws, t.redacted_by AS target_redacted_by
       FROM events e LEFT JOIN events t ON t.tenant_id = e.tenant_id AND t.room_id = e.room_id AND t.id = e.target_id
       WHERE e.tenant_id = $1 AND e.room_id = $2 AND e.out_seq > $3 ORDER BY e.out_seq LIMIT $4`,
      [db.tenantId, page.roomId, page.afterSeq, page.limit],
    );
  }
}

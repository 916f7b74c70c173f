import { Injectable } from '@nestjs/common';
import type { Db } from '@scaiwave/database';
import { EVENT_COLUMNS, type EventRow } from '../events/index.js';

/** An event on its way to a room's host, with what is known of the message that it is about. */
export interface OutgoingRow extends EventRow {
  target_jws: string | null;
  target_redacted_by: string | null;
}

@Injectable()
export class OutgoingStore {
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

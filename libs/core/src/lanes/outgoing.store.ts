import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '@scaiwave/database';
import { EVENT_COLUMNS, type EventRow } from '../events/index.js';

/** An event on its way to a room's host, with what is known of the message that it is about. */
export interface OutgoingRow extends EventRow {
  target_jws: string | null;
  target_redacted_by: string | null;
}

interface EventKey {
  room_id: string;
  id: string;
}

/** Ids are chosen by whoever says something: only with their room they name one event. */
export function keyOf({ room_id: roomId, id }: EventKey): string {
  return `${roomId}/${id}`;
}

@Injectable()
export class OutgoingStore {
  /** Stores signatures where another worker was not first; returns those that count, by `keyOf`. */
  async signOnce(tx: Tx, signed: ReadonlyArray<{ roomId: string; id: string; jws: string }>): Promise<Map<string, string>> {
    const stored = await tx.query<EventKey>(
      `UPDATE events SET jws = n.jws FROM unnest($2::uuid[], $3::uuid[], $4::text[]) AS n (n_room_id, n_id, jws)
       WHERE events.tenant_id = $1 AND events.room_id = n.n_room_id AND events.id = n.n_id AND events.jws IS NULL RETURNING events.room_id, events.id`,
      [tx.tenantId, signed.map((s) => s.roomId), signed.map((s) => s.id), signed.map((s) => s.jws)],
    );
    const ours = new Set(stored.map(keyOf));
    const keyed = signed.map(({ roomId, id, jws }) => ({ key: keyOf({ room_id: roomId, id }), roomId, id, jws }));
    const counting = new Map(keyed.filter(({ key }) => ours.has(key)).map(({ key, jws }) => [key, jws]));
    const others = keyed.filter(({ key }) => !ours.has(key));
    if (others.length === 0) return counting;
    const before = await tx.query<EventKey & { jws: string }>(
      `SELECT room_id, id, jws FROM events JOIN unnest($2::uuid[], $3::uuid[]) AS n (n_room_id, n_id) ON room_id = n_room_id AND id = n_id WHERE tenant_id = $1`,
      [tx.tenantId, others.map((s) => s.roomId), others.map((s) => s.id)],
    );
    for (const row of before) counting.set(keyOf(row), row.jws);
    return counting;
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

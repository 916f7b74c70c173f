import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '@scaiwave/database';
import type { RoomId, ServerName, TenantId } from '@scaiwave/protocol';
import { EVENT_COLUMNS } from '../events/event.store.js';
import type { EventRow } from '../events/event-row.js';

/** A row of `snoozes`: one person is to be reminded of one message. */
export interface SnoozeRow {
  id: string;
  participant_id: string;
  room_id: RoomId;
  event_id: string;
  until: Date;
  created_at: Date;
}

const COLUMNS = 'id, participant_id, room_id, event_id, until, created_at';

@Injectable()
export class SnoozeStore {
  /** One at a time until the transaction ends: what somebody has is counted before there is more. */
  async lockPerson(tx: Tx, participantId: string): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('snoozes ' || $1 || ' ' || $2, 0))`, [tx.tenantId, participantId]);
  }

  /** A message is snoozed once for each person: a second time moves it. */
  async upsert(tx: Tx, row: SnoozeRow): Promise<SnoozeRow> {
    const [stored] = await tx.query<SnoozeRow & Record<string, unknown>>(
      `INSERT INTO snoozes (tenant_id, ${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (tenant_id, participant_id, room_id, event_id) DO UPDATE SET until = EXCLUDED.until RETURNING ${COLUMNS}`,
      [tx.tenantId, row.id, row.participant_id, row.room_id, row.event_id, row.until, row.created_at],
    );
    return stored!;
  }

  /** Soonest first. */
  list(db: Db, participantId: string, limit: number): Promise<SnoozeRow[]> {
    return db.query<SnoozeRow & Record<string, unknown>>(`SELECT ${COLUMNS} FROM snoozes WHERE tenant_id = $1 AND participant_id = $2 ORDER BY until, id LIMIT $3`, [db.tenantId, participantId, limit]);
  }

  async listEventIds(db: Db, { participantId, roomId }: { participantId: string; roomId: string }): Promise<string[]> {
    const rows = await db.query<{ event_id: string }>('SELECT event_id FROM snoozes WHERE tenant_id = $1 AND participant_id = $2 AND room_id = $3 ORDER BY until, id', [db.tenantId, participantId, roomId]);
    return rows.map(({ event_id: id }) => id);
  }

  /** @returns whether there was one of this person's */
  async remove(tx: Tx, { participantId, id }: { participantId: string; id: string }): Promise<boolean> {
    return (await tx.execute('DELETE FROM snoozes WHERE tenant_id = $1 AND participant_id = $2 AND id = $3', [tx.tenantId, participantId, id])) > 0;
  }

  async removeAll(tx: Tx, ids: readonly string[]): Promise<void> {
    await tx.execute('DELETE FROM snoozes WHERE tenant_id = $1 AND id = ANY($2::uuid[])', [tx.tenantId, ids]);
  }

  /** What is due in a suspended tenant waits: nobody could hear of it. */
  listTenantsWithDue(db: Pick<Db, 'query'>, now: Date): Promise<Array<{ id: TenantId; server_name: ServerName }>> {
    return db.query(
      `SELECT t.id, t.server_name FROM tenants t WHERE t.state = 'active' AND EXISTS (SELECT 1 FROM snoozes s WHERE s.tenant_id = t.id AND s.until <= $1) ORDER BY t.id`,
      [now],
    );
  }

  /** Takes what is due out of the table, for the transaction that tells of it. Rows that another sweep holds are left to it. */
  takeDue(tx: Tx, now: Date, limit: number): Promise<SnoozeRow[]> {
    return tx.query<SnoozeRow & Record<string, unknown>>(
      `DELETE FROM snoozes WHERE tenant_id = $1 AND id = ANY(ARRAY(SELECT id FROM snoozes WHERE tenant_id = $1 AND until <= $2 ORDER BY until, id LIMIT $3 FOR UPDATE SKIP LOCKED))
       RETURNING ${COLUMNS}`,
      [tx.tenantId, now, limit],
    );
  }

  /** Those of these messages that are there to be read: in these rooms, since the person may read them, and not removed. */
  findMessages(db: Db, { rooms, eventIds }: { rooms: ReadonlyArray<{ id: RoomId; since: Date | null }>; eventIds: readonly string[] }): Promise<EventRow[]> {
    return db.query<EventRow>(
      `SELECT ${EVENT_COLUMNS} FROM events JOIN unnest($2::uuid[], $3::timestamptz[]) AS r (r_id, r_since) ON r_id = room_id
       WHERE tenant_id = $1 AND id = ANY($4::uuid[]) AND type = 'swp.room.message' AND hidden IS NULL AND redacted_by IS NULL AND (r_since IS NULL OR created_at >= r_since) ORDER BY created_at`,
      [db.tenantId, rooms.map(({ id }) => id), rooms.map(({ since }) => since), eventIds],
    );
  }
}

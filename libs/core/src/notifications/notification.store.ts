import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '@scaiwave/database';

export const NOTIFICATION_KINDS = ['invitation', 'invitation_outcome', 'mention', 'keyword', 'message', 'reminder', 'severed', 'delivery_failed'] as const;
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

/** A row of `notifications`, for one person of this tenant. */
export interface NotificationRow {
  id: string;
  participant_id: string;
  kind: NotificationKind;
  data: Record<string, unknown>;
  stream_position: number;
  read_at: Date | null;
  created_at: Date;
}

export type NewNotification = Pick<NotificationRow, 'id' | 'participant_id' | 'kind' | 'data' | 'created_at'>;

export interface NotificationFilter {
  unreadOnly?: boolean;
  /** default 50 */
  limit?: number;
  offset?: number;
}

const COLUMNS = 'id, participant_id, kind, data, stream_position, read_at, created_at';

@Injectable()
export class NotificationStore {
  async insert(tx: Tx, rows: readonly NewNotification[]): Promise<void> {
    await tx.query(
      `INSERT INTO notifications (tenant_id, id, participant_id, kind, data, created_at)
       SELECT $1, n.* FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::jsonb[], $6::timestamptz[]) AS n`,
      [tx.tenantId, rows.map((row) => row.id), rows.map((row) => row.participant_id), rows.map((row) => row.kind), rows.map((row) => JSON.stringify(row.data)), rows.map((row) => row.created_at)],
    );
  }

  /** Messages of one room: what is still unread of it counts them too, and comes up again. */
  async upsertRoomNews(tx: Tx, rows: readonly NewNotification[]): Promise<void> {
    const newest = [...new Map(rows.map((row) => [row.participant_id, row])).values()];
    const counts = Map.groupBy(rows, (row) => row.participant_id);
    await tx.query(
      `WITH news AS (SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::jsonb[], $5::timestamptz[], $6::int[]) AS n (n_id, n_participant, n_data, n_at, n_count)),
         known AS (
           UPDATE notifications SET data = n_data || jsonb_build_object('count', n_count + COALESCE((data->>'count')::int, 1)), created_at = n_at,
             stream_position = nextval('stream_position_seq'), xid = pg_current_xact_id()
           FROM news WHERE tenant_id = $1 AND data ? 'room_id' AND data->>'room_id' = n_data->>'room_id' AND participant_id = n_participant AND kind = 'message' AND read_at IS NULL
           RETURNING participant_id)
       INSERT INTO notifications (tenant_id, id, participant_id, kind, data, created_at)
       SELECT $1, n_id, n_participant, 'message', n_data || jsonb_build_object('count', n_count), n_at FROM news WHERE n_participant NOT IN (SELECT participant_id FROM known)`,
      [
        tx.tenantId, newest.map((row) => row.id), newest.map((row) => row.participant_id), newest.map((row) => JSON.stringify(row.data)), newest.map((row) => row.created_at),
        newest.map((row) => counts.get(row.participant_id)!.length),
      ],
    );
  }

  /** Who has read a room up to a time needs no more telling of what was said until then. */
  async markRoomRead(tx: Tx, input: { participantId: string; roomId: string; until: Date; at: Date }): Promise<void> {
    await tx.query(
      `UPDATE notifications SET read_at = $5 WHERE tenant_id = $1 AND data ? 'room_id' AND data->>'room_id' = $2 AND participant_id = $3 AND read_at IS NULL
         AND kind IN ('mention', 'keyword', 'message') AND created_at <= $4`,
      [tx.tenantId, input.roomId, input.participantId, input.until, input.at],
    );
  }

  /** Newest first, with the numbers of all and of unread ones. */
  async list(db: Db, participantId: string, filter: NotificationFilter = {}): Promise<{ rows: NotificationRow[]; total: number; unread: number }> {
    const rows = await db.query<NotificationRow>(
      `SELECT ${COLUMNS} FROM notifications WHERE tenant_id = $1 AND participant_id = $2 AND (NOT $3 OR read_at IS NULL)
       ORDER BY stream_position DESC LIMIT $4 OFFSET $5`,
      [db.tenantId, participantId, filter.unreadOnly ?? false, filter.limit ?? 50, filter.offset ?? 0],
    );
    const [counted] = await db.query<{ total: number; unread: number }>(
      `SELECT count(*)::int AS total, (count(*) FILTER (WHERE read_at IS NULL))::int AS unread FROM notifications
       WHERE tenant_id = $1 AND participant_id = $2 AND (NOT $3 OR read_at IS NULL)`,
      [db.tenantId, participantId, filter.unreadOnly ?? false],
    );
    return { rows, total: counted?.total ?? 0, unread: counted?.unread ?? 0 };
  }

  /** What asks for this person: unread mentions and keywords in these rooms, newest first. */
  listPriority(db: Db, participantId: string, { roomIds, limit }: { roomIds: readonly string[]; limit: number }): Promise<NotificationRow[]> {
    return db.query<NotificationRow & Record<string, unknown>>(
      `SELECT ${COLUMNS} FROM notifications WHERE tenant_id = $1 AND participant_id = $2 AND read_at IS NULL AND kind IN ('mention', 'keyword') AND data->>'room_id' = ANY($3)
       ORDER BY stream_position DESC LIMIT $4`,
      [db.tenantId, participantId, roomIds, limit],
    );
  }

  /** Marks this person's notifications read: those named, or all. Ids of other people are not touched. */
  async markRead(tx: Tx, input: { participantId: string; ids?: readonly string[]; at: Date }): Promise<number> {
    const rows = await tx.query<{ id: string }>(
      `UPDATE notifications SET read_at = $4
       WHERE tenant_id = $1 AND participant_id = $2 AND read_at IS NULL AND ($3::uuid[] IS NULL OR id = ANY($3)) RETURNING id`,
      [tx.tenantId, input.participantId, input.ids ?? null, input.at],
    );
    return rows.length;
  }

  /** An answered invitation needs no attention any more. */
  async markInvitationRead(tx: Tx, input: { participantId: string; invitationId: string; at: Date }): Promise<void> {
    await tx.query(
      `UPDATE notifications SET read_at = $4
       WHERE tenant_id = $1 AND participant_id = $2 AND kind = 'invitation' AND data->>'id' = $3 AND read_at IS NULL`,
      [tx.tenantId, input.participantId, input.invitationId, input.at],
    );
  }
}

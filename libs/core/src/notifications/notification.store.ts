import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '@scaiwave/database';

export const NOTIFICATION_KINDS = ['invitation', 'invitation_outcome', 'mention', 'severed', 'delivery_failed'] as const;
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

export interface NotificationFilter {
  unreadOnly?: boolean;
  /** default 50 */
  limit?: number;
  offset?: number;
}

const COLUMNS = 'id, participant_id, kind, data, stream_position, read_at, created_at';

@Injectable()
export class NotificationStore {
  async insert(tx: Tx, row: Pick<NotificationRow, 'id' | 'participant_id' | 'kind' | 'data' | 'created_at'>): Promise<void> {
    await tx.query(
      'INSERT INTO notifications (tenant_id, id, participant_id, kind, data, created_at) VALUES ($1, $2, $3, $4, $5, $6)',
      [tx.tenantId, row.id, row.participant_id, row.kind, JSON.stringify(row.data), row.created_at],
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

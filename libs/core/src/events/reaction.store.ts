import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '@scaiwave/database';
import type { Fqid } from '@scaiwave/protocol';

export interface ReactionRow {
  event_id: string;
  sender: Fqid;
  emoji: string;
}

@Injectable()
export class ReactionStore {
  /** Reactions to events of these rooms, oldest first. */
  listReactions(db: Db, of: { roomIds: readonly string[]; eventIds: readonly string[] }): Promise<Array<ReactionRow & { room_id: string }>> {
    return db.query<ReactionRow & { room_id: string }>(
      `SELECT room_id, event_id, sender, emoji FROM reactions WHERE tenant_id = $1 AND room_id = ANY($2::uuid[]) AND event_id = ANY($3::uuid[]) ORDER BY created_at, sender`,
      [db.tenantId, of.roomIds, of.eventIds],
    );
  }

  async hasReaction(db: Db, roomId: string, reaction: ReactionRow): Promise<boolean> {
    const rows = await db.query('SELECT 1 FROM reactions WHERE tenant_id = $1 AND room_id = $2 AND event_id = $3 AND sender = $4 AND emoji = $5', [
      db.tenantId, roomId, reaction.event_id, reaction.sender, reaction.emoji,
    ]);
    return rows.length > 0;
  }

  /** What was redacted takes none, whichever of the two is heard of first. */
  async insertReaction(tx: Tx, roomId: string, { at, ...reaction }: ReactionRow & { at: Date }): Promise<void> {
    await tx.query(
      `INSERT INTO reactions (tenant_id, room_id, event_id, sender, emoji, created_at) SELECT $1, $2, $3, $4, $5, $6
       WHERE NOT EXISTS (SELECT 1 FROM events WHERE tenant_id = $1 AND room_id = $2 AND id = $3 AND redacted_by IS NOT NULL) ON CONFLICT DO NOTHING`,
      [tx.tenantId, roomId, reaction.event_id, reaction.sender, reaction.emoji, at],
    );
  }

  async deleteReaction(tx: Tx, roomId: string, reaction: ReactionRow): Promise<void> {
    await tx.query('DELETE FROM reactions WHERE tenant_id = $1 AND room_id = $2 AND event_id = $3 AND sender = $4 AND emoji = $5', [
      tx.tenantId, roomId, reaction.event_id, reaction.sender, reaction.emoji,
    ]);
  }

  async deleteReactionsOf(tx: Tx, roomId: string, eventId: string): Promise<void> {
    await tx.query('DELETE FROM reactions WHERE tenant_id = $1 AND room_id = $2 AND event_id = $3', [tx.tenantId, roomId, eventId]);
  }
}

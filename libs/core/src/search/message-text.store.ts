import { Injectable } from '@nestjs/common';
import type { Db, FleetTx, Tx } from '@scaiwave/database';
import type { Fqid, TenantId } from '@scaiwave/protocol';
import type { StreamCursor } from '../stream/index.js';
import type { Match } from './parse-query.js';

/** A message whose text may have changed, with the text's source as it stands now. */
export interface TextSource {
  room_id: string;
  id: string;
  sender: Fqid;
  origin_ts: number;
  created_at: Date;
  content: string;
}

/** A message's name. */
export interface MessageName {
  roomId: string;
  id: string;
}

export interface FoundText {
  room_id: string;
  event_id: string;
  said_at: Date;
  body: string;
}

/** A room that somebody may read; `since`: what came before is not for them. */
export interface ReadableRoom {
  id: string;
  since: Date | null;
}

export interface TextFilter {
  sender?: string | undefined;
  after?: string | undefined;
  before?: string | undefined;
  /** goes on below this place */
  from_at?: string | undefined;
  from_id?: string | undefined;
}

/** So many are looked through faster than a common word's matches are fetched by the index. */
const NEWEST = 5_000;
const SETTLED = 'xid < pg_snapshot_xmin(pg_current_snapshot())';

@Injectable()
export class MessageTextStore {
  /** Null: somebody else is at it, and `wait` is false. */
  async lockProgress(tx: Tx, { wait }: { wait: boolean }): Promise<StreamCursor | null> {
    await tx.query('INSERT INTO search_progress (tenant_id) VALUES ($1) ON CONFLICT DO NOTHING', [tx.tenantId]);
    return tx.queryOne<{ xid: string; position: number }>(
      `SELECT xid::text AS xid, position FROM search_progress WHERE tenant_id = $1 FOR UPDATE ${wait ? '' : 'SKIP LOCKED'}`,
      [tx.tenantId],
    );
  }

  async markProgress(tx: Tx, to: StreamCursor): Promise<void> {
    await tx.execute('UPDATE search_progress SET xid = $2::text::xid8, position = $3 WHERE tenant_id = $1', [tx.tenantId, to.xid, to.position]);
  }

  /**
   * What the tenant's stream holds after a place: for each entry the message that it is, changes or wipes, if it does. Before one that is
   * not settled others may still appear.
   */
  listNews(tx: Tx, after: StreamCursor, limit: number): Promise<Array<{ room_id: string; message_id: string | null; xid: string; stream_position: number; is_settled: boolean }>> {
    return tx.query(
      `SELECT room_id, xid::text AS xid, stream_position, ${SETTLED} AS is_settled, CASE type WHEN 'swp.room.message' THEN id WHEN 'swp.room.message.edit' THEN target_id WHEN 'swp.room.redaction' THEN target_id END AS message_id
       FROM events WHERE tenant_id = $1 AND (xid, stream_position) > ($2::text::xid8, $3::bigint) ORDER BY xid, stream_position LIMIT $4`,
      [tx.tenantId, after.xid, after.position, limit],
    );
  }

  /** Those of these messages that may be found. What is said in an incognito room is not for any index. */
  listSources(tx: Tx, named: readonly MessageName[]): Promise<TextSource[]> {
    return tx.query<TextSource>(
      `SELECT e.room_id, e.id, e.sender, e.origin_ts, e.created_at, COALESCE(e.edited_content, e.content) AS content
       FROM unnest($2::uuid[], $3::uuid[]) AS n (n_room_id, n_id) JOIN events e ON e.tenant_id = $1 AND e.room_id = n_room_id AND e.id = n_id
         JOIN rooms r ON r.tenant_id = e.tenant_id AND r.id = e.room_id
       WHERE e.type = 'swp.room.message' AND e.sender IS NOT NULL AND e.content IS NOT NULL AND e.redacted_by IS NULL AND e.hidden IS NULL AND e.state <> 'failed'
         AND r.room_type <> 'incognito' AND r.scope_kind IS DISTINCT FROM 'incognito'`,
      [tx.tenantId, named.map(({ roomId }) => roomId), named.map(({ id }) => id)],
    );
  }

  async deleteTexts(tx: Tx, named: readonly MessageName[]): Promise<void> {
    await tx.execute(
      `DELETE FROM message_texts t USING unnest($2::uuid[], $3::uuid[]) AS n (n_room_id, n_id) WHERE t.tenant_id = $1 AND t.room_id = n_room_id AND t.event_id = n_id`,
      [tx.tenantId, named.map(({ roomId }) => roomId), named.map(({ id }) => id)],
    );
  }

  /** A text that is as it was is not written again. */
  async upsertTexts(tx: Tx, texts: ReadonlyArray<TextSource & { body: string }>): Promise<void> {
    await tx.execute(
      `INSERT INTO message_texts (tenant_id, room_id, event_id, sender, said_at, created_at, body)
       SELECT $1, n.room_id, n.event_id, n.sender, to_timestamp(n.ms / 1000.0), n.created_at, n.body
       FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::timestamptz[], $7::text[]) AS n (room_id, event_id, sender, ms, created_at, body)
       ON CONFLICT (tenant_id, room_id, event_id) DO UPDATE SET body = EXCLUDED.body WHERE message_texts.body <> EXCLUDED.body`,
      [
        tx.tenantId, texts.map((t) => t.room_id), texts.map((t) => t.id), texts.map((t) => t.sender), texts.map((t) => t.origin_ts), texts.map((t) => t.created_at),
        texts.map((t) => t.body),
      ],
    );
  }

  /** Newest first. It may not take longer than `mostMs`: then Postgres ends it, and with it the transaction (SQLSTATE 57014). */
  async find(db: Db, asked: { rooms: readonly ReadableRoom[]; matches: readonly Match[]; filter: TextFilter; limit: number; mostMs: number }): Promise<FoundText[]> {
    const { rooms, matches, filter, limit } = asked;
    const find = (newest: number | null): Promise<FoundText[]> =>
      db.query<FoundText & Record<string, unknown>>('SELECT room_id, event_id, said_at, body FROM find_message_texts($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::jsonb, $7, $8)', [
        rooms.map(({ id }) => id), rooms.map(({ since }) => since), matches.map(({ word }) => word), matches.map(({ pattern }) => pattern), matches.map(({ similar }) => similar),
        JSON.stringify(filter), newest, limit,
      ]);
    await db.query(`SELECT set_config('statement_timeout', $1, true)`, [String(asked.mostMs)]);
    // What is common fills the page from among the newest; what does not is rare enough for the index.
    const common = await find(NEWEST);
    return common.length === limit ? common : find(null);
  }

  /** Tenants whose stream has gone on since. */
  async listBehind(fleet: FleetTx, pool: string, limit: number): Promise<TenantId[]> {
    const rows = await fleet.query<{ id: TenantId }>(
      `SELECT t.id FROM tenants t LEFT JOIN search_progress p ON p.tenant_id = t.id WHERE t.pool = $1 AND t.state = 'active'
         AND EXISTS (SELECT 1 FROM events e WHERE e.tenant_id = t.id AND (e.xid, e.stream_position) > (COALESCE(p.xid, '0'::xid8), COALESCE(p.position, 0)) AND ${SETTLED.replace('xid', 'e.xid')})
       LIMIT $2`,
      [pool, limit],
    );
    return rows.map(({ id }) => id);
  }
}

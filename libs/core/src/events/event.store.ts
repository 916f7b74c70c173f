import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '@scaiwave/database';
import type { EventDraft } from './event-draft.js';
import type { EventRow } from './event-row.js';
import { mediaIdOf } from './media-of-event.js';

export const EVENT_COLUMNS = `tenant_id, room_id, id, type, origin, sender, origin_ts, payload, payload_sha256, content, jws, room_seq, chain, state,
  failure_code, hidden, is_late, target_id, reply_to, redacted_by, redacted_at, edited_content, edited_at, edited_seq, out_seq, stream_position, created_at`;

/** What a new row carries beside its draft. */
export interface NewEventRow {
  draft: EventDraft;
  roomSeq: number | null;
  chain: Buffer | null;
  outSeq: number | null;
  hidden: EventRow['hidden'];
  isLate: boolean;
  redactedBy: string | null;
  targetId: string | null;
  replyTo: string | null;
}

export interface TimelinePage {
  roomId: string;
  limit: number;
  /** exclusive room_seq to go on from; null = from the end (back) or the beginning (forward) */
  from: number | null;
  direction: 'back' | 'forward';
}

const TIMELINE_TYPES = ['swp.room.message', 'swp.room.member', 'swp.room.name', 'swp.room.topic', 'swp.room.state'];
const TIMELINE = `SELECT ${EVENT_COLUMNS} FROM events WHERE tenant_id = $1 AND room_id = $2 AND type = ANY($4) AND hidden IS NULL`;
// One text for each way to go on: whatever plan Postgres keeps for it, a condition like "or there is no bound" would make it read the room from its end on.
const LATEST = `${TIMELINE} ORDER BY room_seq DESC NULLS FIRST, stream_position DESC LIMIT $3`;
const OLDER = `${TIMELINE} AND room_seq < $5 ORDER BY room_seq DESC LIMIT $3`;
const NEWER = `(${TIMELINE} AND room_seq > $5 ORDER BY room_seq LIMIT $3) UNION ALL (${TIMELINE} AND room_seq IS NULL ORDER BY stream_position LIMIT $3)
  ORDER BY room_seq ASC NULLS LAST, stream_position ASC LIMIT $3`;

@Injectable()
export class EventStore {
  async findEvent(db: Db, roomId: string, id: string): Promise<EventRow | null> {
    const rows = await this.findEvents(db, roomId, [id]);
    return rows[0] ?? null;
  }

  findEvents(db: Db, roomId: string, ids: readonly string[]): Promise<EventRow[]> {
    return db.together(findEventsOfRooms, { roomId, ids });
  }

  /** The log from a room_seq on (inclusive), ascending. */
  listBySeq(db: Db, page: { roomId: string; fromSeq: number; limit: number; toSeq?: number }): Promise<EventRow[]> {
    return db.query<EventRow>(
      `SELECT ${EVENT_COLUMNS} FROM events WHERE tenant_id = $1 AND room_id = $2 AND room_seq >= $3 AND room_seq <= $5 ORDER BY room_seq LIMIT $4`,
      [db.tenantId, page.roomId, page.fromSeq, page.limit, page.toSeq ?? Number.MAX_SAFE_INTEGER],
    );
  }

  /** Messages and room changes in the room's order, pending ones last; a page back begins with the newest. */
  listTimeline(db: Db, page: TimelinePage): Promise<EventRow[]> {
    const asked = [db.tenantId, page.roomId, page.limit, TIMELINE_TYPES];
    if (page.direction === 'forward') return db.query<EventRow>(NEWER, [...asked, page.from ?? 0]);
    return page.from === null ? db.query<EventRow>(LATEST, asked) : db.query<EventRow>(OLDER, [...asked, page.from]);
  }

  /** A message and the replies to it, in the room's order. */
  listThread(db: Db, roomId: string, rootId: string): Promise<EventRow[]> {
    return db.query<EventRow>(
      `SELECT ${EVENT_COLUMNS} FROM events WHERE tenant_id = $1 AND room_id = $2 AND (id = $3 OR reply_to = $3) AND hidden IS NULL
       ORDER BY room_seq ASC NULLS LAST, stream_position ASC LIMIT 1000`,
      [db.tenantId, roomId, rootId],
    );
  }

  /** Number of replies to these messages of these rooms, for those that have any. */
  countReplies(db: Db, of: { roomIds: readonly string[]; eventIds: readonly string[] }): Promise<Array<{ room_id: string; reply_to: string; n: number }>> {
    return db.query(
      `SELECT room_id, reply_to, count(*)::int AS n FROM events WHERE tenant_id = $1 AND room_id = ANY($2::uuid[]) AND reply_to = ANY($3::uuid[]) AND redacted_by IS NULL
       GROUP BY room_id, reply_to`,
      [db.tenantId, of.roomIds, of.eventIds],
    );
  }

  /** Which of these event ids a redaction in this room names: it wipes bytes that come later, too. */
  async findRedactions(db: Db, roomId: string, ids: readonly string[]): Promise<Map<string, string>> {
    return db.together(findRedactionsInRooms, { roomId, ids });
  }

  /** Rows come back in the order given, as they stand now. */
  insertEvents(tx: Tx, roomId: string, { events, now }: { events: readonly NewEventRow[]; now: Date }): Promise<EventRow[]> {
    return tx.together(insertEventsOfRooms, { roomId, events, now });
  }

  /** Gives pending events of ours their places, and a new stream position so that clients see the change. */
  async markSequenced(tx: Tx, roomId: string, places: ReadonlyArray<{ id: string; roomSeq: number; chain: Buffer }>): Promise<EventRow[]> {
    return tx.query<EventRow>(
      `UPDATE events SET room_seq = n.room_seq, chain = n.chain, state = 'sequenced', failure_code = NULL,
         stream_position = nextval('stream_position_seq'), xid = pg_current_xact_id()
       FROM unnest($3::uuid[], $4::bigint[], $5::bytea[]) AS n (n_id, room_seq, chain)
       WHERE events.tenant_id = $1 AND events.room_id = $2 AND events.id = n.n_id AND events.room_seq IS NULL
       RETURNING ${EVENT_COLUMNS.replaceAll(/\b(room_seq|chain)\b/g, 'events.$1')}`,
      [tx.tenantId, roomId, places.map((p) => p.id), places.map((p) => p.roomSeq), places.map((p) => p.chain)],
    );
  }

  markFailed(tx: Tx, roomId: string, failures: ReadonlyArray<{ id: string; code: string }>): Promise<EventRow[]> {
    return tx.query<EventRow>(
      `UPDATE events SET state = 'failed', failure_code = n.code, stream_position = nextval('stream_position_seq'), xid = pg_current_xact_id()
       FROM unnest($3::uuid[], $4::text[]) AS n (n_id, code)
       WHERE events.tenant_id = $1 AND events.room_id = $2 AND events.id = n.n_id AND events.room_seq IS NULL
       RETURNING ${EVENT_COLUMNS}`,
      [tx.tenantId, roomId, failures.map((f) => f.id), failures.map((f) => f.code)],
    );
  }

  /** The edit with the highest room_seq wins; one without a place yet (null) shows until a sequenced one comes. */
  async markEdited(tx: Tx, edit: { roomId: string; targetId: string; content: string; seq: number | null; at: Date }): Promise<void> {
    await tx.query(
      `UPDATE events SET edited_content = $4, edited_at = $6, edited_seq = COALESCE($5, edited_seq)
       WHERE tenant_id = $1 AND room_id = $2 AND id = $3 AND redacted_by IS NULL AND ($5::bigint IS NULL OR edited_seq IS NULL OR edited_seq < $5)`,
      [tx.tenantId, edit.roomId, edit.targetId, edit.content, edit.seq, edit.at],
    );
  }

  /** Shows the last edit that was not refused, or the message as it was said. */
  async markEditedByLast(tx: Tx, roomId: string, targetId: string): Promise<void> {
    await tx.query(
      `UPDATE events t SET (edited_content, edited_at, edited_seq) = (
         SELECT (e.content::jsonb->'new_content')::text, to_timestamp(e.origin_ts / 1000.0), e.room_seq FROM events e
         WHERE e.tenant_id = t.tenant_id AND e.room_id = t.room_id AND e.target_id = t.id AND e.type = 'swp.room.message.edit'
           AND e.state <> 'failed' AND e.hidden IS NULL AND e.content IS NOT NULL ORDER BY e.room_seq DESC NULLS FIRST LIMIT 1)
       WHERE t.tenant_id = $1 AND t.room_id = $2 AND t.id = $3 AND t.redacted_by IS NULL`,
      [tx.tenantId, roomId, targetId],
    );
  }

  /** Wipes the content of a message and of all its edits, and what search keeps of it; signature and chain still verify. */
  async markRedacted(tx: Tx, redaction: { roomId: string; targetId: string; redactedBy: string; at: Date }): Promise<void> {
    await tx.query(
      `WITH gone AS (DELETE FROM message_texts WHERE tenant_id = $1 AND room_id = $2 AND event_id = $3)
       UPDATE events SET content = NULL, edited_content = NULL, redacted_by = $4, redacted_at = $5
       WHERE tenant_id = $1 AND room_id = $2 AND (id = $3 OR (target_id = $3 AND type = 'swp.room.message.edit')) AND redacted_by IS NULL`,
      [tx.tenantId, redaction.roomId, redaction.targetId, redaction.redactedBy, redaction.at],
    );
  }

  /** Unsigned events of a room, newest first. */
  listUnsigned(db: Db, roomId: string, limit: number): Promise<EventRow[]> {
    return db.query<EventRow>(
      `SELECT ${EVENT_COLUMNS} FROM events WHERE tenant_id = $1 AND room_id = $2 AND jws IS NULL ORDER BY room_seq DESC NULLS FIRST LIMIT $3`,
      [db.tenantId, roomId, limit],
    );
  }
}

interface NamedEvents {
  roomId: string;
  ids: readonly string[];
}

async function findEventsOfRooms(db: Db, asked: readonly NamedEvents[]): Promise<EventRow[][]> {
  const rows = await db.query<EventRow>(
    `SELECT ${EVENT_COLUMNS} FROM unnest($2::uuid[], $3::uuid[]) AS n (n_room_id, n_id) JOIN events ON tenant_id = $1 AND room_id = n_room_id AND id = n_id`,
    [db.tenantId, ...columnsOf(asked)],
  );
  const byRoom = Map.groupBy(rows, (row) => row.room_id as string);
  return asked.map(({ roomId, ids }) => byRoom.get(roomId)?.filter((row) => ids.includes(row.id)) ?? []);
}

async function findRedactionsInRooms(db: Db, asked: readonly NamedEvents[]): Promise<Map<string, string>[]> {
  const rows = await db.query<{ room_id: string; target_id: string; id: string }>(
    `SELECT room_id, target_id, id FROM unnest($2::uuid[], $3::uuid[]) AS n (n_room_id, n_id)
     JOIN events ON tenant_id = $1 AND room_id = n_room_id AND target_id = n_id AND type = 'swp.room.redaction'
     WHERE state <> 'failed' AND hidden IS NULL ORDER BY room_seq NULLS LAST`,
    [db.tenantId, ...columnsOf(asked)],
  );
  const latestFirst = rows.toReversed();
  return asked.map(({ roomId }) => new Map(latestFirst.filter((row) => row.room_id === roomId).map((row) => [row.target_id, row.id])));
}

function columnsOf(asked: readonly NamedEvents[]): [string[], string[]] {
  return [asked.flatMap(({ roomId, ids }) => ids.map(() => roomId)), asked.flatMap(({ ids }) => [...ids])];
}

interface NewEvents {
  roomId: string;
  events: readonly NewEventRow[];
  now: Date;
}

/** One statement, however many events of however many rooms. */
async function insertEventsOfRooms(tx: Tx, asked: readonly NewEvents[]): Promise<EventRow[][]> {
  const rows = asked.flatMap(({ roomId, events, now }) => events.map((event) => rowOf(tx, event, { roomId, now })));
  const column = <T>(pick: (row: EventRow) => T) => rows.map(pick);
  const stored = await tx.query<{ room_id: string; id: string; stream_position: number }>(
    `INSERT INTO events (tenant_id, room_id, id, type, origin, sender, origin_ts, payload, payload_sha256, content, jws, room_seq, chain, state,
       hidden, is_late, target_id, reply_to, redacted_by, out_seq, created_at, media_id)
     SELECT $1, room_id, id, type, origin, sender, origin_ts, payload, payload_sha256, content, jws, room_seq, chain, state,
       hidden, is_late, target_id, reply_to, redacted_by, out_seq, created_at, media_id
     FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[], $9::bytea[], $10::text[], $11::text[], $12::bigint[],
       $13::bytea[], $14::text[], $15::text[], $16::bool[], $17::uuid[], $18::uuid[], $19::uuid[], $20::bigint[], $21::timestamptz[], $22::text[])
       WITH ORDINALITY AS n (room_id, id, type, origin, sender, origin_ts, payload, payload_sha256, content, jws, room_seq, chain, state,
         hidden, is_late, target_id, reply_to, redacted_by, out_seq, created_at, media_id, place)
     ORDER BY place RETURNING room_id, id, stream_position`,
    [
      tx.tenantId, column((e) => e.room_id), column((e) => e.id), column((e) => e.type), column((e) => e.origin), column((e) => e.sender), column((e) => e.origin_ts),
      column((e) => e.payload), column((e) => e.payload_sha256), column((e) => e.content), column((e) => e.jws), column((e) => e.room_seq), column((e) => e.chain),
      column((e) => e.state), column((e) => e.hidden), column((e) => e.is_late), column((e) => e.target_id), column((e) => e.reply_to),
      column((e) => e.redacted_by), column((e) => e.out_seq), column((e) => e.created_at), column(mediaIdOf),
    ],
  );
  const positions = new Map(stored.map((row) => [`${row.room_id}/${row.id}`, row.stream_position]));
  for (const row of rows) row.stream_position = positions.get(`${row.room_id}/${row.id}`)!;
  return asked.map(({ events }) => rows.splice(0, events.length));
}

/** As it will stand in the table; its place in the stream is given there. */
function rowOf(tx: Tx, event: NewEventRow, { roomId, now }: { roomId: string; now: Date }): EventRow {
  const { draft, roomSeq, chain, outSeq, hidden, isLate, redactedBy, targetId, replyTo } = event;
  return {
    tenant_id: tx.tenantId as EventRow['tenant_id'], room_id: roomId as EventRow['room_id'], id: draft.id, type: draft.type, origin: draft.origin, sender: draft.sender ?? null,
    origin_ts: draft.originTs, payload: draft.payloadText, payload_sha256: draft.payloadSha256, content: redactedBy === null ? draft.contentText : null, jws: draft.jws ?? null,
    room_seq: roomSeq, chain, state: roomSeq === null ? 'pending' : 'sequenced', failure_code: null, hidden, is_late: isLate, target_id: targetId, reply_to: replyTo,
    redacted_by: redactedBy, redacted_at: null, edited_content: null, edited_at: null, edited_seq: null, out_seq: outSeq, stream_position: 0, created_at: now,
  };
}

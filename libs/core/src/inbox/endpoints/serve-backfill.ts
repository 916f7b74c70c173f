import { Injectable } from '@nestjs/common';
import { Database, type Db } from '@scaiwave/database';
import { encodeBase64url, LIMITS, roomIdSchema, type BackfillEntry, type ServerName } from '@scaiwave/protocol';
import { EventStore, type EventRow } from '../../events/index.js';
import { MemberStore } from '../../members/member.store.js';
import { RoomStore, type RoomRow } from '../../rooms/index.js';
import type { InboundRequest } from '../inbound-request.js';
import { LaneFactsStore } from '../lane-facts.store.js';
import { buildAnswer, buildRefusal, type RawResponse } from '../raw-request.js';

interface Page {
  fromSeq: number;
  limit: number;
}
interface Asked {
  origin: ServerName;
  page: Page;
  /** by policy */
  most: number;
}

const NOTHING = buildAnswer([], { has_more: false });
const INTEGER = /^[0-9]{1,15}$/;

@Injectable()
export class BackfillStores {
  constructor(
    readonly rooms: RoomStore,
    readonly events: EventStore,
    readonly members: MemberStore,
  ) {}
}

/** `GET rooms/{room_id}/backfill`: the signed log of a room that this server orders. Strangers get 200 with no events. */
@Injectable()
export class ServeBackfill {
  constructor(
    private readonly db: Database,
    private readonly stores: BackfillStores,
    private readonly facts: LaneFactsStore,
  ) {}

  async run({ tenant, origin, endpoint, policy }: InboundRequest): Promise<RawResponse> {
    const page = parsePage(endpoint.query);
    if (!page) return buildRefusal({ code: 'SW_FED_REQUEST_INVALID', reason: 'from_seq and limit are integers' });
    const roomId = roomIdSchema.safeParse(endpoint.values.room_id);
    if (!roomId.success) return NOTHING;
    return this.db.readTenant(tenant.id, async (db) => {
      const room = await this.stores.rooms.findRoom(db, roomId.data);
      if (!room || room.host !== tenant.serverName) return NOTHING;
      return this.read(db, room, { origin, page, most: policy.max_backfill_events_per_request });
    });
  }

  private async read(db: Db, room: RoomRow, { origin, page, most }: Asked): Promise<RawResponse> {
    const isIn = (await this.stores.members.countJoined(db, { roomId: room.id, server: origin })) > 0;
    const limit = Math.min(page.limit, LIMITS.backfillMax, most);
    if (!isIn || limit === 0) return NOTHING;
    const start = room.hides_history ? await this.facts.findLaneStart(db, { roomId: room.id, server: origin }) : 1;
    if (start === null) return NOTHING;
    const fromSeq = Math.max(page.fromSeq, start);
    const rows = await this.stores.events.listBySeq(db, { roomId: room.id, fromSeq, limit });
    const entries = cutToPage(rows);
    // A worker signs history newest first when the room first goes abroad: until it has come this far there is nothing to serve.
    if (entries.length === 0 && rows.length > 0) return buildRefusal({ code: 'SW_FED_TRY_LATER', reason: 'not signed yet', retryAfterSeconds: 1 });
    const last = entries.at(-1)?.room_seq ?? room.last_seq;
    return buildAnswer(entries, { has_more: last < room.last_seq });
  }
}

function parsePage(query: URLSearchParams): Page | null {
  const fromSeq = query.get('from_seq') ?? '1';
  const limit = query.get('limit') ?? String(LIMITS.backfillDefault);
  return INTEGER.test(fromSeq) && INTEGER.test(limit) ? { fromSeq: Math.max(1, Number(fromSeq)), limit: Number(limit) } : null;
}

/** Up to the first event without a signature, and not over 4 MiB. */
function cutToPage(rows: readonly EventRow[]): BackfillEntry[] {
  const entries: BackfillEntry[] = [];
  let bytes = 0;
  for (const row of rows) {
    const entry = presentEntry(row);
    if (!entry) break;
    bytes += Buffer.byteLength(JSON.stringify(entry)) + 1;
    if (bytes > LIMITS.backfillBytes && entries.length > 0) break;
    entries.push(entry);
  }
  return entries;
}

function presentEntry(row: EventRow): BackfillEntry | null {
  if (row.jws === null || row.room_seq === null || row.chain === null) return null;
  const said = row.content === null ? { redacted_by: row.redacted_by as BackfillEntry['redacted_by'] } : { content: row.content };
  return { jws: row.jws, ...said, room_seq: row.room_seq, prev_seq: row.room_seq - 1, chain: encodeBase64url(row.chain) };
}

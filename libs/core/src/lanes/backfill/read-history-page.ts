import { backfillEntrySchema, backfillResponseSchema, decodeBase64url, decodeCompactJws, EVENT_JWS_TYPE, type BackfillEntry, type RoomId } from '@scaiwave/protocol';
import { chainNext, chainStart, readEvent, sha256, type ReadEvent } from '@scaiwave/protocol/node';

/** One place of a room's history, taken apart; nothing of it is verified. */
export interface HistoryEntry {
  roomSeq: number;
  chain: Buffer;
  payloadSha256: Buffer;
  jws: string;
  contentText: string | null;
  redactedBy: string | null;
  read: ReadEvent;
}

export type HistoryPage = { ok: true; entries: HistoryEntry[]; hasMore: boolean } | { ok: false; reason: string };

/** Takes a backfill answer apart: places one after the other, each with bytes that can at least be hashed. */
export function readHistoryPage(json: unknown, roomId: RoomId): HistoryPage {
  const page = backfillResponseSchema.safeParse(json);
  if (!page.success) return { ok: false, reason: 'it is no backfill answer' };
  const entries: HistoryEntry[] = [];
  for (const raw of page.data.data) {
    const parsed = backfillEntrySchema.safeParse(raw);
    const entry = parsed.success ? readEntry(parsed.data, roomId) : null;
    if (!entry) return { ok: false, reason: 'an entry has not the documented form' };
    const before = entries.at(-1);
    if (before && entry.roomSeq !== before.roomSeq + 1) return { ok: false, reason: `room_seq ${entry.roomSeq} follows ${before.roomSeq}` };
    entries.push(entry);
  }
  return { ok: true, entries, hasMore: page.data.meta.has_more };
}

function readEntry(entry: BackfillEntry, roomId: RoomId): HistoryEntry | null {
  const compact = decodeCompactJws(entry.jws, EVENT_JWS_TYPE);
  const chain = decodeBase64url(entry.chain);
  const isRedacted = entry.content === undefined;
  if (!compact.ok || !chain || isRedacted !== (entry.redacted_by !== undefined)) return null;
  return {
    roomSeq: entry.room_seq,
    chain: Buffer.from(chain),
    payloadSha256: sha256(compact.jws.payloadBytes),
    jws: entry.jws,
    contentText: entry.content ?? null,
    redactedBy: entry.redacted_by ?? null,
    read: readEvent({ jws: entry.jws, content: entry.content, room_id: roomId }),
  };
}

/** What is held right above and below a run of places. */
export interface Neighbours {
  below: { chain: Buffer } | null;
  above: { chain: Buffer; payload_sha256: Buffer | null } | null;
}

/** Does the run hang together, and on to what is held here? Returns the room_seq at which it breaks, or null. */
export function findChainBreak(roomId: RoomId, entries: readonly HistoryEntry[], { below, above }: Neighbours): number | null {
  const [first] = entries;
  const last = entries.at(-1);
  if (!first || !last) return null;
  let chain = first.roomSeq === 1 ? chainStart(roomId) : (below?.chain ?? null);
  for (const entry of entries) {
    if (chain && !chainNext(chain, entry.payloadSha256).equals(entry.chain)) return entry.roomSeq;
    chain = entry.chain;
  }
  const leadsOn = !above?.payload_sha256 || chainNext(last.chain, above.payload_sha256).equals(above.chain);
  return leadsOn ? null : last.roomSeq + 1;
}

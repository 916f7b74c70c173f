import {
  decodeBase64url, decodeCompactJws, EVENT_JWS_TYPE, EVENT_TYPES, hashSchema, parseEntry, roomIdSchema, type DecodedEvent, type ErrorCode, type RoomId,
} from '@scaiwave/protocol';
import { readEvent, sha256 } from '@scaiwave/protocol/node';
import { z } from 'zod';
import type { EventDraft } from '../events/index.js';

/** Where the room's host says that the event stands. */
export interface LanePlace {
  roomId: RoomId;
  roomSeq: number;
  prevSeq: number;
  chain: Buffer;
}

/** An event whose form is right; nothing of it is verified yet. */
export interface ReceivedEvent {
  kind: 'event';
  event: DecodedEvent;
  jws: string;
  payloadSha256: Buffer;
  /** null: wiped by the redaction `redactedBy` before it came here */
  contentText: string | null;
  content: Record<string, unknown> | null;
  redactedBy: string | null;
}

export interface RefusedEntry {
  kind: 'refused';
  code: ErrorCode;
  reason: string;
  /** null where not even the payload's bytes could be read */
  payloadSha256: Buffer | null;
}

/** One entry of a batch, taken apart. */
export interface Entry {
  /** null if unreadable */
  id: string | null;
  /** null: not on a lane from a host, or its place could not be read */
  place: LanePlace | null;
  what: ReceivedEvent | { kind: 'own'; id: string } | RefusedEntry;
}

/** An entry with its bytes, on a lane from a host or not. */
interface Sent {
  jws: string;
  content?: string;
  redacted_by?: string;
}

const REDACTABLE: readonly string[] = [EVENT_TYPES.message, EVENT_TYPES.messageEdit];
/** The end of the year 9999: what every part of this server can still write as a date. */
const LAST_TIMESTAMP = 253_402_300_799_999;
const placeSchema = z.looseObject({ room_id: roomIdSchema, room_seq: z.int().min(1), prev_seq: z.int().min(0), chain: hashSchema });

/** Takes one entry apart. Whatever is wrong inside it is its own refusal; its place is kept wherever it can be read. */
export function readEntry(raw: Record<string, unknown>): Entry {
  const place = placeOf(raw);
  const parsed = parseEntry(raw);
  if (parsed.ok && parsed.entry.kind === 'own') return { id: parsed.entry.id, place, what: { kind: 'own', id: parsed.entry.id } };
  const read = readEvent({ jws: raw.jws, content: typeof raw.content === 'string' ? raw.content : undefined, room_id: place?.roomId });
  const id = read.ok ? read.event.payload.id : read.id;
  const refuse = (code: ErrorCode, reason: string): Entry => ({ id, place, what: { kind: 'refused', code, reason, payloadSha256: payloadHash(raw.jws) } });
  if (!parsed.ok) return refuse(parsed.code, parsed.reason);
  if (!read.ok) return refuse(read.code, read.reason);
  const wrong = decideForm(read);
  if (wrong !== null) return refuse('SW_FED_EVENT_INVALID', wrong);
  return { id, place, what: receivedOf(parsed.entry as Sent, read) };
}

type Read = Extract<ReturnType<typeof readEvent>, { ok: true }>;

/** What the schemas of single fields do not say. */
function decideForm({ event: { payload }, content }: Read): string | null {
  if (payload.origin_ts > LAST_TIMESTAMP) return 'origin_ts is no date';
  return content === null && !REDACTABLE.includes(payload.type) ? `a ${payload.type} is never redacted` : null;
}

function receivedOf(entry: Sent, { event, content }: Read): ReceivedEvent {
  const bytes = { event, jws: entry.jws, payloadSha256: sha256(event.payloadBytes) };
  return { kind: 'event', ...bytes, contentText: entry.content ?? null, content, redactedBy: entry.redacted_by ?? null };
}

function placeOf(raw: Record<string, unknown>): LanePlace | null {
  const place = placeSchema.safeParse(raw);
  if (!place.success || place.data.prev_seq >= place.data.room_seq) return null;
  const { room_id: roomId, room_seq: roomSeq, prev_seq: prevSeq, chain } = place.data;
  return { roomId, roomSeq, prevSeq, chain: Buffer.from(decodeBase64url(chain) ?? []) };
}

/** The chain goes on through a refused event as long as the bytes of its payload can be read. */
function payloadHash(jws: unknown): Buffer | null {
  const compact = decodeCompactJws(jws, EVENT_JWS_TYPE);
  return compact.ok ? sha256(compact.jws.payloadBytes) : null;
}

/** The row to be of a room event that came from another server. */
export function draftOf(received: ReceivedEvent): EventDraft {
  const { payload, payloadText } = received.event;
  if (!payload.room_id) throw new Error('a room event has a room');
  return {
    id: payload.id,
    type: payload.type,
    roomId: payload.room_id,
    origin: payload.origin,
    sender: payload.sender,
    originTs: payload.origin_ts,
    contentText: received.contentText,
    payloadText,
    payloadSha256: received.payloadSha256,
    jws: received.jws,
  };
}

import { z } from 'zod';
import { EVENT_TABLE, isKnownType } from './events.js';
import { firstIssue } from './event-content.js';
import { eventIdSchema, fqidSchema, hashSchema, roomIdSchema, serverNameSchema, timestampSchema } from './ids.js';
import { isJsonObject, parseStrictJson } from './strict-json.js';

/** What an event's signature covers. Unknown members are kept and ignored. */
export const eventPayloadSchema = z.looseObject({
  id: eventIdSchema,
  type: z.string().min(1).max(128),
  room_id: roomIdSchema.optional(),
  origin: serverNameSchema,
  sender: fqidSchema.optional(),
  origin_ts: timestampSchema,
  content_sha256: hashSchema,
});
export type EventPayload = z.infer<typeof eventPayloadSchema>;

export interface PayloadFields {
  readonly id: string;
  readonly type: string;
  readonly room_id?: string | null;
  readonly origin: string;
  readonly sender?: string | null;
  readonly origin_ts: number;
  readonly content_sha256: string;
}

/** The payload text as we write it: this key order, no spaces, absent members left out. Made once, never re-serialised. */
export function buildPayloadText(fields: PayloadFields): string {
  const { id, type, room_id, origin, sender, origin_ts, content_sha256 } = fields;
  return JSON.stringify({ id, type, ...(room_id && { room_id }), origin, ...(sender && { sender }), origin_ts, content_sha256 });
}

export type ParsedPayload = { ok: true; payload: EventPayload } | { ok: false; code: 'SW_FED_EVENT_INVALID'; reason: string; id: string | null };

/** Parses a payload text: strict JSON, its form, and whether its type must or must not name a room. */
export function parsePayload(text: string): ParsedPayload {
  const json = parseStrictJson(text);
  if (!json.ok) return { ok: false, code: 'SW_FED_EVENT_INVALID', reason: `payload: ${json.reason}`, id: null };
  const result = eventPayloadSchema.safeParse(json.value);
  if (!result.success) return refuse(json.value, `payload: ${firstIssue(result.error)}`);
  const payload = result.data;
  if (isKnownType(payload.type)) {
    const rule = EVENT_TABLE[payload.type].room;
    if (rule === 'required' && payload.room_id === undefined) return refuse(payload, `${payload.type} needs a room_id`);
    if (rule === 'none' && payload.room_id !== undefined) return refuse(payload, `${payload.type} has no room_id`);
  }
  return { ok: true, payload };
}

function refuse(value: unknown, reason: string): ParsedPayload {
  const id = isJsonObject(value) ? eventIdSchema.safeParse(value['id']) : null;
  return { ok: false, code: 'SW_FED_EVENT_INVALID', reason, id: id?.success ? id.data : null };
}

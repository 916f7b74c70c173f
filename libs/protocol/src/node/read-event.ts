import { parseContent } from '../event-content.js';
import { decodeJws, type DecodedEvent } from '../event-jws.js';
import { decideInviteForm } from '../invitation.js';
import { EVENT_TYPES, isRedactable } from '../events.js';
import type { ErrorCode } from '../errors.js';
import type { InviteContent } from '../event-content.js';
import { decideSenderField } from '../sender.js';
import { matchesContent } from './event-signature.js';

export interface EventToRead {
  readonly jws: unknown;
  /** Absent only where a redaction stands in its place. */
  readonly content?: string;
  /** The room that a lane entry or a backfill path names; the payload must name the same one. */
  readonly room_id?: string;
}
/** An event of the right form, with its content (null where redacted). Its signature and authority have still to be looked at. */
export type ReadEvent =
  | { ok: true; event: DecodedEvent; content: Record<string, unknown> | null }
  | { ok: false; code: ErrorCode; reason: string; id: string | null };

/** All checks of one event that need neither a key nor a database, in order. */
export function readEvent({ jws, content, room_id }: EventToRead): ReadEvent {
  const decoded = decodeJws(jws);
  if (!decoded.ok) return decoded; // header, payload
  const { ok: _, ...event } = decoded;
  const { payload } = event;
  const refuse = (code: ErrorCode, reason: string): ReadEvent => ({ ok: false, code, reason, id: payload.id });
  if (room_id !== undefined && payload.room_id !== room_id) return refuse('SW_FED_EVENT_INVALID', 'the event is of another room');
  const sender = decideSenderField({ type: payload.type, origin: payload.origin, sender: payload.sender ?? null });
  if (!sender.allowed) return refuse(sender.code, sender.reason); // present exactly where it belongs, of the origin
  if (content === undefined) return isRedactable(payload.type) ? { ok: true, event, content: null } : refuse('SW_FED_EVENT_INVALID', `a ${payload.type} is never redacted`);
  const read = readContent(event, content);
  return read.ok ? { ok: true, event, content: read.content } : refuse(read.code, read.reason);
}

type ReadContent = { ok: true; content: Record<string, unknown> } | { ok: false; code: ErrorCode; reason: string };
function readContent(event: DecodedEvent, text: string): ReadContent {
  const parsed = parseContent(event.payload.type, text);
  if (!parsed.ok && parsed.code === 'SW_CONTENT_TOO_LARGE') return parsed; // 65,536 bytes
  if (!matchesContent(event, text)) return { ok: false, code: 'SW_FED_EVENT_INVALID', reason: 'content does not match content_sha256' }; // exactly these bytes
  if (!parsed.ok || event.payload.type !== EVENT_TYPES.invite) return parsed; // strict JSON, form of its type
  const form = decideInviteForm(event.payload, parsed.content as InviteContent);
  return form.allowed ? parsed : { ok: false, code: form.code, reason: form.reason }; // room, host, expiry, kind of room
}

import { z } from 'zod';
import { firstIssue } from './event-content.js';
import { eventIdSchema, hashSchema, roomIdSchema } from './ids.js';

const position = { room_id: roomIdSchema, room_seq: z.int().min(1), prev_seq: z.int().min(0), chain: hashSchema };

/** A room event in the host's order. `content` is left out exactly when `redacted_by` names the redaction. */
export const sequencedEntrySchema = z.looseObject({ ...position, jws: z.string(), content: z.string().optional(), redacted_by: eventIdSchema.optional() });
export type SequencedEntry = z.infer<typeof sequencedEntrySchema>;

/** Host to member: the receiver's own event has got its place; no bytes travel. */
export const ownEntrySchema = z.looseObject({ ...position, id: eventIdSchema });
export type OwnEntry = z.infer<typeof ownEntrySchema>;

/** Member to host, and everything of the control lane. */
export const plainEntrySchema = z.looseObject({ jws: z.string(), content: z.string() });
export type PlainEntry = z.infer<typeof plainEntrySchema>;

export type LaneEntry =
  ({ kind: 'sequenced' } & SequencedEntry) | ({ kind: 'own' } & OwnEntry) | ({ kind: 'plain' } & PlainEntry);
export type ParsedEntry = { ok: true; entry: LaneEntry } | { ok: false; code: 'SW_FED_EVENT_INVALID'; reason: string; id: string | null };

/** Tells the forms of a lane entry apart and checks one. The event inside is looked at by decodeJws and parseContent. */
export function parseEntry(entry: Readonly<Record<string, unknown>>): ParsedEntry {
  if ('jws' in entry) return 'room_seq' in entry ? parseSequenced(entry) : parsePlain(entry);
  const result = ownEntrySchema.safeParse(entry);
  if (!result.success) return refuse(entry, result.error);
  return precedes(result.data) ? { ok: true, entry: { kind: 'own', ...result.data } } : invalid(entry, 'prev_seq is not below room_seq');
}

function parseSequenced(entry: Readonly<Record<string, unknown>>): ParsedEntry {
  const result = sequencedEntrySchema.safeParse(entry);
  if (!result.success) return refuse(entry, result.error);
  const { content, redacted_by } = result.data;
  if (content === undefined && redacted_by === undefined) return invalid(entry, 'content is missing without redacted_by');
  if (content !== undefined && redacted_by !== undefined) return invalid(entry, 'content stands beside redacted_by');
  return precedes(result.data) ? { ok: true, entry: { kind: 'sequenced', ...result.data } } : invalid(entry, 'prev_seq is not below room_seq');
}

function parsePlain(entry: Readonly<Record<string, unknown>>): ParsedEntry {
  const result = plainEntrySchema.safeParse(entry);
  return result.success ? { ok: true, entry: { kind: 'plain', ...result.data } } : refuse(entry, result.error);
}

function precedes({ prev_seq, room_seq }: { prev_seq: number; room_seq: number }): boolean {
  return prev_seq < room_seq;
}

function refuse(entry: Readonly<Record<string, unknown>>, error: z.ZodError): ParsedEntry {
  return invalid(entry, firstIssue(error));
}

function invalid(entry: Readonly<Record<string, unknown>>, reason: string): ParsedEntry {
  const id = eventIdSchema.safeParse(entry['id']);
  return { ok: false, code: 'SW_FED_EVENT_INVALID', reason, id: id.success ? id.data : null };
}

import { encodeBase64url, EVENT_TYPES, type ServerName } from '@scaiwave/protocol';
import type { EventRow } from '../events/index.js';
import type { OutgoingRow } from './outgoing.store.js';

/** One place of a lane in a batch. */
export interface BatchEntry {
  eventId: string;
  /** where the lane's cursor stands once this is settled: room_seq to a member, out_seq to the host */
  seq: number;
  roomSeq: number | null;
  /** JSON text as sent; null: dropped, because it was redacted before it left */
  wire: string | null;
  /** a redaction whose message may never have left: refusing it harms nobody */
  mayBeUnknown: boolean;
  /** once it is stored there, both servers hold one history up to it */
  isCheckpoint: boolean;
}

/** An entry of the room's log for a member server; its own events go back without their bytes. */
export function buildHostEntry(event: EventRow, to: ServerName, prevSeq: number): BatchEntry {
  if (event.room_seq === null || event.chain === null) throw new Error('an event without a place is on no lane');
  const place = { room_id: event.room_id, room_seq: event.room_seq, prev_seq: prevSeq, chain: encodeBase64url(event.chain) };
  const wire = event.origin === to ? { ...place, id: event.id } : { ...place, jws: event.jws, ...contentOrRedaction(event) };
  return { eventId: event.id, seq: event.room_seq, roomSeq: event.room_seq, wire: JSON.stringify(wire), mayBeUnknown: false, isCheckpoint: event.type === EVENT_TYPES.checkpoint };
}

/** `content`, or exactly where it was redacted the id of the redaction. */
export function contentOrRedaction(event: Pick<EventRow, 'content' | 'redacted_by' | 'id'>): { content: string } | { redacted_by: string } {
  if (event.content !== null) return { content: event.content };
  if (event.redacted_by === null) throw new Error(`the content of ${event.id} is missing without a redaction`);
  return { redacted_by: event.redacted_by };
}

/** An event of ours for the room's host. */
export function buildMemberEntry(event: OutgoingRow): BatchEntry {
  if (event.out_seq === null) throw new Error('an event without an out_seq is on no lane');
  const isDropped = isNeverSent(event);
  return {
    eventId: event.id,
    seq: event.out_seq,
    roomSeq: null,
    wire: isDropped ? null : JSON.stringify({ jws: event.jws, content: event.content }),
    mayBeUnknown: event.type === EVENT_TYPES.redaction,
    isCheckpoint: false,
  };
}

const ABOUT_A_MESSAGE: ReadonlySet<string> = new Set([EVENT_TYPES.messageEdit, EVENT_TYPES.reaction, EVENT_TYPES.reactionRemoved, EVENT_TYPES.redaction]);

/**
 * What is redacted before it left this server is dropped with all that is about it. A signature is made right before the first send, so
 * a message without one has certainly never left; of one with a signature the redaction goes out, as the host may hold the message.
 */
function isNeverSent(event: OutgoingRow): boolean {
  if (event.content === null) return true;
  return ABOUT_A_MESSAGE.has(event.type) && event.target_redacted_by !== null && event.target_jws === null;
}

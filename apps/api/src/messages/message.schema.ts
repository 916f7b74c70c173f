import { eventIdSchema, roomIdSchema } from '@scaiwave/protocol';
import { z } from 'zod';
import { defineEndpoint } from '../http/endpoint.js';
import { participantSchema } from '../members/participant.presenter.js';
import { roomParams } from '../rooms/room.schema.js';

const tag = 'messages';
const eventParams = z.strictObject({ room_id: roomIdSchema, event_id: eventIdSchema });
const content = z.record(z.string(), z.unknown()).describe('msgtype and body, and whatever the message type adds; at most 64 KB');
const emoji = z.string().trim().min(1).max(64);

export const eventSchema = z.object({
  id: z.string(), room_id: z.string(), sender_id: z.string().nullable(), sender: participantSchema.nullable(), event_type: z.string(),
  content: z.record(z.string(), z.unknown()).nullable(), original_content: z.record(z.string(), z.unknown()).optional(),
  stream_position: z.int(), room_seq: z.int().nullable().describe('place in the room’s order; null while pending'),
  state: z.enum(['pending', 'sequenced', 'failed']), failure_code: z.string().nullable(), origin: z.string(), origin_ts: z.int().describe('seconds since the epoch'),
  created_at: z.iso.datetime(), edited_at: z.iso.datetime().nullable(), redacted_at: z.iso.datetime().nullable(), redacted_by: z.string().nullable(),
  unavailable: z.boolean(), is_late: z.boolean(), reply_to_event_id: z.string().nullable(), subject: participantSchema.optional(), thread_count: z.int(),
  reactions: z.array(z.object({ emoji: z.string(), count: z.int(), me: z.boolean(), participants: z.array(z.string()) })),
}).meta({ id: 'Event' });

export const listMessages = defineEndpoint({
  method: 'GET', path: '/v1/rooms/:room_id/messages', summary: 'The timeline, by the room’s order; `from` is the next_cursor of the page before; `around` a message instead gives it with what was said before and after it; `meta.missing` says which places never came', tag, params: roomParams, response: z.array(eventSchema),
  query: z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(50), from: z.string().regex(/^[0-9]{1,16}$/).optional(), direction: z.enum(['back', 'forward']).default('back'), around: eventIdSchema.optional() }),
});
export const sendMessage = defineEndpoint({
  method: 'POST', path: '/v1/rooms/:room_id/send', summary: 'Posts a message; the same event_uuid again gives the message of then', tag, params: roomParams, status: 201, response: eventSchema,
  body: z.strictObject({ content, event_uuid: eventIdSchema.optional() }),
});
export const editMessage = defineEndpoint({ method: 'POST', path: '/v1/rooms/:room_id/events/:event_id/edit', summary: 'Edits one’s own message within 24 hours', tag, params: eventParams, body: z.strictObject({ content }), response: eventSchema });
export const redactMessage = defineEndpoint({
  method: 'POST', path: '/v1/rooms/:room_id/events/:event_id/redact', summary: 'Removes a message’s content everywhere', tag, params: eventParams,
  body: z.strictObject({ reason: z.string().max(500).optional() }), response: eventSchema,
});
export const addReaction = defineEndpoint({ method: 'POST', path: '/v1/rooms/:room_id/events/:event_id/reaction', summary: 'Reacts', tag, params: eventParams, body: z.strictObject({ emoji }), response: eventSchema });
export const removeReaction = defineEndpoint({ method: 'DELETE', path: '/v1/rooms/:room_id/events/:event_id/reaction', summary: 'Takes a reaction back', tag, params: eventParams, body: z.strictObject({ emoji }), response: eventSchema });
export const getThread = defineEndpoint({ method: 'GET', path: '/v1/rooms/:room_id/events/:event_id/thread', summary: 'A message and its replies', tag, params: eventParams, response: z.array(eventSchema) });

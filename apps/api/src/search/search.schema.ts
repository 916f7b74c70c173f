import { roomIdSchema, uuidSchema } from '@scaiwave/protocol';
import { z } from 'zod';
import { defineEndpoint } from '../http/endpoint.js';
import { participantSchema } from '../members/participant.presenter.js';

const hitSchema = z.object({
  event_id: z.string(), room_id: z.string(), room_seq: z.int().nullable(), sender: participantSchema.nullable(), origin: z.string().describe('the server of its author'),
  said_at: z.iso.datetime(), edited_at: z.iso.datetime().nullable(), reply_to_event_id: z.string().nullable(),
  snippet: z.array(z.object({ text: z.string(), hit: z.boolean() })).describe('plain text in pieces; never markup'),
}).meta({ id: 'SearchHit' });

export const search = defineEndpoint({
  method: 'POST', path: '/v1/search', tag: 'search', response: z.array(hitSchema),
  summary: 'Messages in my rooms that hold all words, newest first; `meta.is_similar`: no word begins so, these hold parts of words or something like them',
  body: z.strictObject({
    query: z.string().trim().min(1).max(200).describe('words, and phrases in double quotes'), room_id: roomIdSchema.optional(), from: uuidSchema.optional().describe('participant id of the author'),
    before: z.iso.datetime({ offset: true }).optional(), after: z.iso.datetime({ offset: true }).optional(), limit: z.int().min(1).max(50).default(20),
    cursor: z.string().max(100).optional().describe('next_cursor of the page before'),
  }),
});

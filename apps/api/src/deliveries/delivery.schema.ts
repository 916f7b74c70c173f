import { eventIdSchema, inviteIdSchema, roomIdSchema, serverNameSchema } from '@scaiwave/protocol';
import { z } from 'zod';
import { defineEndpoint } from '../http/endpoint.js';

export const getEventDeliveries = defineEndpoint({
  method: 'GET', path: '/v1/rooms/:room_id/events/:event_id/deliveries', summary: 'What became of the event at each server', tag: 'messages',
  params: z.strictObject({ room_id: roomIdSchema, event_id: eventIdSchema }),
  response: z.array(z.object({ server_name: z.string(), state: z.enum(['queued', 'sent', 'stored', 'refused', 'failed']), code: z.string().nullable(), updated_at: z.iso.datetime().nullable() })),
});
export const getRoomDeliveries = defineEndpoint({
  method: 'GET', path: '/v1/rooms/:room_id/deliveries', summary: 'How far the room is at each server that it goes to, and which of one’s own messages did not arrive', tag: 'messages',
  params: z.strictObject({ room_id: roomIdSchema }),
  response: z.object({
    servers: z.array(z.object({
      server_name: z.string(), is_waiting: z.boolean().describe('nothing goes to it now: it does not answer, or somebody has stopped it'),
      stored: z.object({ from: z.int(), up_to: z.int(), until: z.int().nullable() }).nullable()
        .describe('the room_seq from which, up to which and, once it left the room, until which it has the room; null where it hosts the room'),
    })),
    trouble: z.array(z.object({ event_id: z.string(), server_name: z.string(), state: z.enum(['refused', 'failed']), code: z.string().nullable() })).describe('the newest 200'),
  }).meta({ id: 'RoomDeliveries' }),
});
export const listDeliveries = defineEndpoint({
  method: 'GET', path: '/v1/admin/federation/deliveries', summary: 'Deliveries that have not ended as stored, newest first', tag: 'admin: federation', access: 'admin',
  query: z.strictObject({
    state: z.enum(['queued', 'refused', 'failed']).optional(), peer: z.string().max(261).optional(), room: roomIdSchema.optional(),
    from: z.iso.datetime().optional(), to: z.iso.datetime().optional(),
    limit: z.coerce.number().int().min(1).max(500).default(100), offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
  }),
  response: z.array(z.object({
    event_id: z.string(), room_id: z.string().nullable(), room_name: z.string().nullable(), server_name: z.string(), type: z.string(), sender: z.string().nullable(),
    state: z.enum(['queued', 'refused', 'failed']), code: z.string().nullable(), at: z.iso.datetime(),
  })),
});
export const redeliver = defineEndpoint({
  method: 'POST', path: '/v1/admin/federation/deliveries/redeliver', tag: 'admin: federation', access: 'admin', status: 202,
  summary: 'Sends again what was given up: events, a room, a peer, a time range, or what all of them name together',
  body: z.strictObject({
    event_id: eventIdSchema.optional().describe('by id also what was refused'), event_ids: z.array(eventIdSchema).min(1).max(500).optional().describe('more of them'),
    room_id: roomIdSchema.optional(), peer: serverNameSchema.optional(),
    from: z.iso.datetime().optional().describe('made from then on'), to: z.iso.datetime().optional().describe('made up to then'),
  }),
  response: z.object({ events: z.int(), control_events: z.int() }),
});
export const explain = defineEndpoint({
  method: 'GET', path: '/v1/admin/federation/explain', tag: 'admin: federation', access: 'admin',
  summary: 'Why an event did not reach a peer, or what became of an invitation, with the facts that the answer rests on',
  query: z.strictObject({ event_id: eventIdSchema.optional(), peer: serverNameSchema.optional().describe('may be left out where the event goes to one server'), invite_id: inviteIdSchema.optional() }),
  response: z.object({
    verdict: z.string().describe('of an event: stored, waiting, refused, failed or not_sent; of an invitation: its state'),
    peer: z.string().nullable(), because: z.string(), next: z.string().nullable().describe('what happens next, or what can be done'),
    facts: z.array(z.object({ what: z.string(), value: z.union([z.string(), z.number(), z.boolean()]).nullable(), at: z.iso.datetime().nullable() })),
  }).meta({ id: 'Explanation' }),
});

import { eventIdSchema, roomIdSchema } from '@scaiwave/protocol';
import { z } from 'zod';
import { defineEndpoint } from '../http/endpoint.js';

export const getEventDeliveries = defineEndpoint({
  method: 'GET', path: '/v1/rooms/:room_id/events/:event_id/deliveries', summary: 'What became of the event at each server', tag: 'messages',
  params: z.strictObject({ room_id: roomIdSchema, event_id: eventIdSchema }),
  response: z.array(z.object({ server_name: z.string(), state: z.enum(['queued', 'sent', 'stored', 'refused', 'failed']), code: z.string().nullable(), updated_at: z.iso.datetime().nullable() })),
});
export const listDeliveries = defineEndpoint({
  method: 'GET', path: '/v1/admin/federation/deliveries', summary: 'Deliveries that have not ended as stored, newest first', tag: 'admin: federation', access: 'admin',
  query: z.strictObject({
    state: z.enum(['queued', 'refused', 'failed']).optional(), peer: z.string().max(261).optional(),
    limit: z.coerce.number().int().min(1).max(500).default(100), offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
  }),
  response: z.array(z.object({
    event_id: z.string(), room_id: z.string().nullable(), room_name: z.string().nullable(), server_name: z.string(), type: z.string(), sender: z.string().nullable(),
    state: z.enum(['queued', 'refused', 'failed']), code: z.string().nullable(), at: z.iso.datetime(),
  })),
});

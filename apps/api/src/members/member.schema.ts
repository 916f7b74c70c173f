import { eventIdSchema, roomIdSchema, uuidSchema } from '@scaiwave/protocol';
import { z } from 'zod';
import { defineEndpoint } from '../http/endpoint.js';
import { roomParams } from '../rooms/room.schema.js';
import { memberSchema } from './member.presenter.js';

const tag = 'members';
const page = z.strictObject({ limit: z.coerce.number().int().min(1).max(1_000).default(500), offset: z.coerce.number().int().min(0).max(100_000).default(0) });
const target = z.strictObject({ participant_id: uuidSchema, reason: z.string().max(500).optional() });

export const listMembers = defineEndpoint({ method: 'GET', path: '/v1/rooms/:room_id/members', summary: 'Who is in the room, joined ones first', tag, params: roomParams, query: page, response: z.array(memberSchema) });
export const addMember = defineEndpoint({
  method: 'POST', path: '/v1/rooms/:room_id/invite', summary: 'Brings in a person of this server: 200 in the room; 202 in a room of another server, which is asked to invite them (`meta.invitation`)', tag, params: roomParams, body: z.strictObject({ participant_id: uuidSchema }), response: z.array(memberSchema),
});
export const leaveRoom = defineEndpoint({ method: 'POST', path: '/v1/rooms/:room_id/leave', summary: 'Leaves the room', tag, params: roomParams, status: 204 });
export const kickMember = defineEndpoint({ method: 'POST', path: '/v1/rooms/:room_id/kick', summary: 'Removes a member (power 50)', tag, params: roomParams, body: target, response: z.array(memberSchema) });
export const banMember = defineEndpoint({ method: 'POST', path: '/v1/rooms/:room_id/ban', summary: 'Removes a person and keeps them out (power 50)', tag, params: roomParams, body: target, response: z.array(memberSchema) });
export const unbanMember = defineEndpoint({ method: 'POST', path: '/v1/rooms/:room_id/unban', summary: 'Lifts a ban (power 50)', tag, params: roomParams, body: target, response: z.array(memberSchema) });
export const setPower = defineEndpoint({
  method: 'PUT', path: '/v1/rooms/:room_id/members/:participant_id/power', summary: 'Gives a member another power level', tag,
  params: z.strictObject({ room_id: roomIdSchema, participant_id: uuidSchema }), body: z.strictObject({ power_level: z.int().min(0).max(100) }), response: z.array(memberSchema),
});
export const setNotificationMode = defineEndpoint({
  method: 'PUT', path: '/v1/rooms/:room_id/notification-mode', summary: 'What notifies me in this room', tag, params: roomParams, status: 204,
  body: z.strictObject({ mode: z.enum(['all', 'mentions', 'none', 'inherit']) }),
});
export const muteRoom = defineEndpoint({
  method: 'PUT', path: '/v1/rooms/:room_id/mute', summary: 'Mutes the room until a time; null unmutes', tag, params: roomParams, status: 204,
  body: z.strictObject({ until: z.iso.datetime().nullable() }),
});
export const readRoom = defineEndpoint({
  method: 'POST', path: '/v1/rooms/:room_id/read', summary: 'I have read up to this message', tag, params: roomParams, status: 204, body: z.strictObject({ event_id: eventIdSchema }),
});

import { roomIdSchema, uuidSchema } from '@scaiwave/protocol';
import { z } from 'zod';
import { defineEndpoint } from '../http/endpoint.js';
import { notificationModeSchema } from '../members/member.presenter.js';
import { participantSchema } from '../members/participant.presenter.js';

const tag = 'rooms';
const page = z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(200), offset: z.coerce.number().int().min(0).max(100_000).default(0) });
export const roomParams = z.strictObject({ room_id: roomIdSchema });

export const roomTypeSchema = z.enum(['group', 'public', 'dm', 'incognito', 'bridge', 'sidekick']);

export const roomSchema = z.object({
  id: z.string(), name: z.string().nullable(), topic: z.string().nullable(),
  room_type: roomTypeSchema, scope_kind: z.string().nullable(),
  state: z.enum(['open', 'archived', 'closed']), creator_id: z.string().nullable(), created_at: z.iso.datetime(), is_public: z.boolean(),
  room_alias: z.null(), workspace_id: z.null(), is_federated: z.boolean().describe('has, or may have, members of other servers'),
  host: z.string().describe('the server that orders the room'), servers: z.array(z.string()).describe('servers with somebody in the room'),
  hides_history: z.boolean(),
  my: z.object({
    membership: z.enum(['join', 'leave', 'ban', 'joining']).describe('joining: an invitation was accepted, and the room’s host has not answered yet'),
    power_level: z.int(), notification_mode: notificationModeSchema, muted_until: z.iso.datetime().nullable(),
  }),
  unread_count: z.int(), last_read_event_id: z.string().nullable(), last_event_at: z.iso.datetime().nullable(), dm_with: participantSchema.nullable(), dm_fqid: z.string().nullable().describe('the other person’s address, also while dm_with is not known here yet'),
  missing_events: z.int(), lane_state: z.enum(['ok', 'stopped']),
  can: z.object({ invite: z.boolean(), invite_federated: z.boolean(), invite_federated_reason: z.string().nullable(), kick: z.boolean(), rename: z.boolean(), close: z.boolean() }),
}).meta({ id: 'Room' });

const name = z.string().trim().min(1).max(200);
const topic = z.string().trim().max(2_000);

export const listRooms = defineEndpoint({ method: 'GET', path: '/v1/rooms', summary: 'My rooms, newest activity first', tag, query: page, response: z.array(roomSchema) });
export const createRoom = defineEndpoint({
  method: 'POST', path: '/v1/rooms', summary: 'Makes a room that this server hosts', tag, status: 201, response: roomSchema,
  body: z.strictObject({
    room_type: z.enum(['group', 'public', 'incognito', 'bridge']), name, topic: topic.optional(), is_public: z.boolean().optional(),
    scope_kind: z.literal('incognito').nullish(), workspace_id: z.null().optional(), hides_history: z.boolean().optional().describe('later members do not see what was said before they came'),
  }),
});
export const openDm = defineEndpoint({
  method: 'POST', path: '/v1/rooms/dm', summary: 'Opens the DM with a person of this server', tag, status: 200, response: roomSchema,
  body: z.strictObject({ participant_id: uuidSchema }),
});
export const getRoom = defineEndpoint({ method: 'GET', path: '/v1/rooms/:room_id', summary: 'One room', tag, params: roomParams, response: roomSchema });
export const getRoomState = defineEndpoint({
  method: 'GET', path: '/v1/rooms/:room_id/state', summary: 'Room, members and unread count at once', tag, params: roomParams,
  response: z.looseObject({ room: roomSchema }),
});
export const setName = defineEndpoint({ method: 'PUT', path: '/v1/rooms/:room_id/name', summary: 'Renames the room', tag, params: roomParams, body: z.strictObject({ name }), response: roomSchema });
export const setTopic = defineEndpoint({ method: 'PUT', path: '/v1/rooms/:room_id/topic', summary: 'Changes the topic', tag, params: roomParams, body: z.strictObject({ topic }), response: roomSchema });
export const closeRoom = defineEndpoint({ method: 'POST', path: '/v1/rooms/:room_id/close', summary: 'Closes the room for good', tag, params: roomParams, response: roomSchema });
export const archiveRoom = defineEndpoint({ method: 'POST', path: '/v1/rooms/:room_id/archive', summary: 'Archives the room', tag, params: roomParams, response: roomSchema });
export const joinRoom = defineEndpoint({ method: 'POST', path: '/v1/rooms/:room_id/join', summary: 'Joins a public room of this server', tag, params: roomParams, response: roomSchema });
export const listPublicRooms = defineEndpoint({
  method: 'GET', path: '/v1/directory/rooms', summary: 'Public rooms of this server', tag: 'directory',
  query: z.strictObject({ q: z.string().max(200).default(''), limit: z.coerce.number().int().min(1).max(100).default(50), offset: z.coerce.number().int().min(0).max(100_000).default(0) }),
  response: z.array(z.looseObject({ id: z.string(), name: z.string().nullable() })),
});

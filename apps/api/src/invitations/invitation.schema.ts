import { inviteIdSchema, roomIdSchema, serverNameSchema } from '@scaiwave/protocol';
import { z } from 'zod';
import { defineEndpoint } from '../http/endpoint.js';
import { roomParams, roomSchema } from '../rooms/room.schema.js';
import { invitationSchema } from './invitation.presenter.js';

const tag = 'invitations';
// Its form is the use case's to judge: a wrong one is SW_FED_FQID_INVALID, not a form error.
const fqid = z.strictObject({ fqid: z.string().max(400) });
const mine = z.strictObject({ invite_id: inviteIdSchema });
const page = z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(50), offset: z.coerce.number().int().min(0).max(100_000).default(0) });

export const invite = defineEndpoint({
  method: 'POST', path: '/v1/rooms/:room_id/invitations', tag, params: roomParams, body: fqid, status: 201, response: invitationSchema,
  summary: 'Invites a person of another server: 201 pending there, 202 still being sent, or the refusal with its code',
});
export const listRoomInvitations = defineEndpoint({ method: 'GET', path: '/v1/rooms/:room_id/invitations', summary: 'The room’s invitations', tag, params: roomParams, query: page, response: z.array(invitationSchema) });
export const revokeInvitation = defineEndpoint({
  method: 'DELETE', path: '/v1/rooms/:room_id/invitations/:invite_id', summary: 'Withdraws an invitation', tag,
  params: z.strictObject({ room_id: roomIdSchema, invite_id: inviteIdSchema }), response: invitationSchema,
});
export const listMyInvitations = defineEndpoint({ method: 'GET', path: '/v1/me/invitations', summary: 'Invitations for me', tag, query: page, response: z.array(invitationSchema) });
export const acceptInvitation = defineEndpoint({ method: 'POST', path: '/v1/me/invitations/:invite_id/accept', summary: 'Accepts', tag, params: mine, response: invitationSchema });
export const declineInvitation = defineEndpoint({ method: 'POST', path: '/v1/me/invitations/:invite_id/decline', summary: 'Declines', tag, params: mine, response: invitationSchema });
export const openFederatedDm = defineEndpoint({
  method: 'POST', path: '/v1/me/federated-dms', summary: 'Opens the DM with a person of another server; the same two always get the same room', tag, body: fqid, status: 201,
  response: z.object({ room: roomSchema, invitation: invitationSchema.nullable() }),
});
export const checkServer = defineEndpoint({
  method: 'GET', path: '/v1/federation/servers/:server_name', summary: 'Can somebody of that server be invited?', tag, params: z.strictObject({ server_name: serverNameSchema }),
  response: z.object({ server_name: z.string(), known: z.boolean(), reachable: z.boolean().nullable(), accepted: z.boolean(), code: z.string().nullable(), fingerprint: z.string().nullable() }),
});

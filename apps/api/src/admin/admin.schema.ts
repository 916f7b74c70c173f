import { partialPolicySchema, policySchema, roomIdSchema, uuidSchema } from '@scaiwave/protocol';
import { z } from 'zod';
import { defineEndpoint } from '../http/endpoint.js';
import { invitationSchema } from '../invitations/invitation.presenter.js';
import { participantSchema } from '../members/participant.presenter.js';

const tag = 'admin: federation';
const access = 'admin';
const roomParams = z.strictObject({ room_id: roomIdSchema });
const page = { limit: z.coerce.number().int().min(1).max(500).default(100), offset: z.coerce.number().int().min(0).max(1_000_000).default(0) };

const auditFilter = { actor: z.string().max(400).optional(), action: z.string().max(100).optional(), from: z.iso.datetime().optional(), to: z.iso.datetime().optional() };
const auditLine = z.object({ id: z.string(), at: z.iso.datetime(), actor: z.string(), action: z.string(), subject: z.string(), details: z.record(z.string(), z.unknown()), request_id: z.string().nullable() });

const identitySchema = z.object({ server_name: z.string(), public_key: z.string().nullable(), kid: z.string().nullable(), fingerprint: z.string().nullable(), protocol_versions: z.array(z.string()) });
const policyAnswer = z.object({ admin: partialPolicySchema, provider: partialPolicySchema, effective: policySchema, decided_by: z.record(z.string(), z.enum(['provider', 'admin', 'both', 'default'])), provider_resource: z.string().nullable().describe('namespace/name of the Tenant in which the provider has said so') }).meta({ id: 'Policy' });

export const getIdentity = defineEndpoint({ method: 'GET', path: '/v1/admin/federation/identity', summary: 'Our name and key', tag, access, response: identitySchema });
export const getPolicy = defineEndpoint({ method: 'GET', path: '/v1/admin/federation/policy', summary: 'Peering policy: ours, the provider’s, and what is in force', tag, access, response: policyAnswer });
export const setPolicy = defineEndpoint({ method: 'PUT', path: '/v1/admin/federation/policy', summary: 'Changes the fields that are named', tag, access, body: partialPolicySchema, response: policyAnswer });
export const listRejected = defineEndpoint({
  method: 'GET', path: '/v1/admin/federation/rejected', summary: 'What other servers sent and we refused', tag, access, query: z.strictObject({ origin: z.string().max(255).optional(), code: z.string().max(100).optional(), ...page }),
  response: z.array(z.object({ id: z.string(), origin: z.string(), code: z.string(), reason: z.string(), details: z.record(z.string(), z.unknown()), at: z.iso.datetime() })),
});
export const listAudit = defineEndpoint({
  method: 'GET', path: '/v1/admin/audit', summary: 'Who did what, newest first', tag: 'admin', access,
  query: z.strictObject({ ...auditFilter, ...page }), response: z.array(auditLine),
});
export const exportAudit = defineEndpoint({
  method: 'GET', path: '/v1/admin/audit/export', summary: 'Who did what, newest first, all of it as JSON lines', tag: 'admin', access,
  query: z.strictObject(auditFilter), line: auditLine,
});
export const getStats = defineEndpoint({
  method: 'GET', path: '/v1/admin/stats', summary: 'How many people, rooms, events and peers there are', tag: 'admin', access,
  response: z.object({
    people: z.object({ local: z.int(), foreign: z.int() }), rooms: z.object({ open: z.int(), federated: z.int() }),
    events: z.object({ total: z.int(), last_24_hours: z.int() }), peers: z.object({ known: z.int(), failing: z.int() }),
  }),
});
export const setFederate = defineEndpoint({
  method: 'PUT', path: '/v1/admin/rooms/:room_id/federate', summary: 'Allows or forbids federation of a room that this server hosts', tag, access, params: roomParams,
  body: z.strictObject({ enabled: z.boolean() }), response: z.object({ room_id: z.string(), enabled: z.boolean() }),
});
export const adminInvite = defineEndpoint({
  method: 'POST', path: '/v1/admin/rooms/:room_id/federation/invite', summary: 'Invites a person of another server into a room that one is in', tag, access, params: roomParams,
  body: z.strictObject({ fqid: z.string().max(400) }), status: 201, response: invitationSchema,
});
export const adminBackfill = defineEndpoint({
  method: 'POST', path: '/v1/admin/rooms/:room_id/federation/backfill', summary: 'Fetches what is missing here of a room that another server hosts, also what its lane left out', tag, access, params: roomParams, status: 202,
  response: z.object({ room_id: z.string(), state: z.string() }),
});
export const refreshForeign = defineEndpoint({
  method: 'POST', path: '/v1/admin/federation/foreign/:participant_id/refresh', summary: 'Fetches a foreign person’s profile and their server’s keys again', tag, access,
  params: z.strictObject({ participant_id: uuidSchema }), response: participantSchema,
});

import { serverNameSchema } from '@scaiwave/protocol';
import { z } from 'zod';
import { defineEndpoint } from '../http/endpoint.js';

const tag = 'admin: federation';
const access = 'admin';
const base = '/v1/admin/federation/peers';
const params = z.strictObject({ server_name: serverNameSchema });

export const peerSchema = z.object({
  server_name: z.string(),
  state: z.enum(['ok', 'retrying', 'down', 'paused', 'blocked', 'removed', 'removed_by_them', 'refused', 'unknown']),
  last_seen: z.iso.datetime().nullable().describe('last valid request from it'),
  last_success: z.iso.datetime().nullable().describe('last request of ours that it took'),
  last_error: z.object({ code: z.string(), message: z.string(), at: z.iso.datetime() }).nullable(),
  failing_since: z.iso.datetime().nullable(),
  next_attempt_at: z.iso.datetime().nullable(),
  attempts: z.int(),
  backlog: z.int().describe('events that it has not stored yet'),
  oldest_pending_at: z.iso.datetime().nullable(),
  shared_rooms: z.int(),
  in_sync_at: z.iso.datetime().nullable().describe('every shared room was proven to be the same on both servers, the first of them at this time; null: not all are yet'),
  rooms: z.array(z.object({
    room_id: z.string(), name: z.string().nullable(), host: z.string(),
    direction: z.enum(['out', 'in']).describe('out: this server orders the room and sends it; in: the peer does'),
    state: z.enum(['ok', 'paused', 'stopped']),
    position: z.int().describe('room_seq up to which the receiving side has it'),
    behind: z.int().nullable().describe('out: places that it lacks'),
    in_sync_seq: z.int().nullable().describe('room_seq of the last checkpoint that was found right'),
    in_sync_at: z.iso.datetime().nullable(),
    error: z.object({ code: z.string(), reason: z.string(), room_seq: z.int().nullable(), first_differing_seq: z.int().nullable(), compared_at: z.iso.datetime().nullable() }).nullable(),
  })).describe('of one peer; empty in the list'),
  trust: z.object({
    mode: z.enum(['discovered', 'trust_on_first_use', 'pinned']),
    fingerprint: z.string().nullable(),
    key_changed_at: z.iso.datetime().nullable().describe('an unannounced key was seen and waits for an admin'),
    kids: z.array(z.object({ kid: z.string(), state: z.string(), fingerprint: z.string(), valid_until: z.iso.datetime().nullable() })),
  }),
  theirs: z.discriminatedUnion('is_answered', [
    z.object({
      is_answered: z.literal(true),
      last_seen: z.iso.datetime().nullable().describe('when it last heard from this server'),
      last_error: z.object({ code: z.string(), message: z.string(), at: z.iso.datetime().nullable() }).nullable().describe('why it could not send to this server'),
      clock_ahead_ms: z.int().describe('how far its clock is ahead of ours, the way of the answer included'),
      rooms: z.array(z.object({ room_id: z.string().nullable(), direction: z.enum(['out', 'in']).describe('as that server sees it'), state: z.enum(['ok', 'retry', 'paused', 'gap', 'stopped']), position: z.int() })).describe('the first 500'),
    }),
    z.object({ is_answered: z.literal(false), code: z.string(), by: z.string().describe('`us`: it could not be reached; else the server that refused') }),
  ]).nullable().describe('how that server sees this one; only with with_status=true, which asks it now'),
  declared_by: z.enum(['provider', 'admin']).nullable(),
  declared_in: z.string().nullable().describe('namespace/name of the Peer in which the provider has declared it'),
  policy: z.object({ accepted: z.boolean(), rule: z.string().nullable() }),
}).meta({ id: 'Peer' });

export const listPeers = defineEndpoint({
  method: 'GET', path: base, summary: 'Other servers that this one has met or is told of', tag, access, response: z.array(peerSchema),
  query: z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(200), offset: z.coerce.number().int().min(0).max(1_000_000).default(0) }),
});
export const getPeer = defineEndpoint({
  method: 'GET', path: `${base}/:server_name`, summary: 'One peer; with with_status=true as seen from both sides', tag, access, params, response: peerSchema,
  query: z.strictObject({ with_status: z.enum(['true', 'false']).default('false') }),
});
export const getPeerHistory = defineEndpoint({
  method: 'GET', path: `${base}/:server_name/history`, summary: 'What was sent to one peer in the last 24 hours, in buckets of five minutes; up to the last seconds', tag, access, params,
  response: z.object({
    bucket_seconds: z.int(), from: z.iso.datetime(), to: z.iso.datetime().describe('end of the newest bucket'),
    buckets: z.array(z.object({
      at: z.iso.datetime().describe('begin of the bucket'),
      sent: z.int().describe('events that it took'),
      retried: z.int().describe('requests that it did not take'),
      failed: z.int().describe('events that it refused, or that were given up'),
      latency_ms: z.int().nullable().describe('mean of the requests that it took'),
      latency_max_ms: z.int().nullable(),
    })).describe('oldest first; without those in which nothing was sent'),
  }).meta({ id: 'PeerHistory' }),
});
export const addPeer = defineEndpoint({
  method: 'POST', path: base, tag, access, response: peerSchema,
  summary: 'Fetches a server’s descriptor and shows its fingerprint; with accept, trusts it and names it in the policy where that is needed',
  body: z.strictObject({ server_name: serverNameSchema, accept: z.boolean().default(false), fingerprint: z.string().max(100).optional().describe('the one that was shown; another one is refused') }),
});
export const changePeer = defineEndpoint({
  method: 'PATCH', path: `${base}/:server_name`, summary: 'Pauses, resumes, blocks, unblocks, or pins the key', tag, access, params, response: peerSchema,
  body: z.strictObject({ action: z.enum(['pause', 'resume', 'block', 'unblock', 'pin']) }),
});
export const retryNow = defineEndpoint({ method: 'POST', path: `${base}/:server_name/retry-now`, summary: 'Tries again at once', tag, access, params, response: peerSchema });

const peopleSchema = z.object({ ours: z.int(), theirs: z.int() });
export const severanceSchema = z.object({
  server_name: z.string(),
  dry_run: z.boolean(),
  room_count: z.int(),
  rooms: z.array(z.object({ room_id: z.string(), name: z.string().nullable(), host: z.string(), people: peopleSchema })).describe('the first 500'),
  people: peopleSchema.describe('different people in these rooms, of this server and of the peer'),
  undelivered_events: z.int().describe('what the peer has not stored, and will not get'),
  open_invitations: z.int().describe('invitations that end with it, in both directions'),
}).meta({ id: 'Severance' });

export const severPeer = defineEndpoint({
  method: 'DELETE', path: `${base}/:server_name`, tag, access, params, response: severanceSchema,
  summary: 'Removes a peer: every shared room is cut, and it is refused until it is added again; with dry_run=true only says what would be cut',
  query: z.strictObject({
    dry_run: z.enum(['true', 'false']).default('false'),
    reason: z.string().trim().min(1).max(200).optional().describe('people of both servers see it'),
  }),
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Actor } from '@scaiwave/core';
import { backfillResponseSchema, directoryResponseSchema, expandTemplate, ENDPOINTS, memberEntrySchema, membersResponseSchema, profileResponseSchema, statusResponseSchema } from '@scaiwave/protocol';
import { keyFromName, PeerSigner } from '@scaiwave/testing';
import { signJws } from '@scaiwave/protocol/node';
import { newId } from '@scaiwave/telemetry';
import { InboxWorld, type Answer } from './inbox-world.js';

let world: InboxWorld;
let beta: PeerSigner;
let gamma: PeerSigner;
let alice: Actor;
let roomId: string;
const ALPHA = 'alpha.test';
const BOB = '@bob:beta.test';

beforeAll(async () => {
  world = await InboxWorld.create();
  beta = await world.peer('beta');
  gamma = await world.peer('gamma');
  alice = await world.person('alice');
  roomId = (await world.hostedRoom(alice, [BOB])).id;
});
afterAll(() => world.close());

const get = (target: string, by = beta): Promise<Answer> => world.receive(by.request({ to: ALPHA, target }));
const profile = (localId: string, by?: PeerSigner) => get(expandTemplate(ENDPOINTS.profile, { local_id: localId }), by);
const members = (id: string, by?: PeerSigner) => get(expandTemplate(ENDPOINTS.members, { room_id: id }), by);
const backfill = (id: string, query = '', by?: PeerSigner) => get(`${expandTemplate(ENDPOINTS.backfill, { room_id: id })}${query}`, by);
const seqsOf = (answer: Answer): number[] => answer.body.data.map((entry) => entry.room_seq as number);

/** What a worker does: signs what is unsigned, as far as `upTo`. */
async function sign(id: string, upTo = Number.MAX_SAFE_INTEGER): Promise<void> {
  const rows = await world.database.rows<{ id: string; payload: string }>('SELECT id, payload FROM events WHERE room_id = $1 AND room_seq <= $2 AND jws IS NULL', [id, upTo]);
  for (const row of rows) await world.database.rows('UPDATE events SET jws = $2 WHERE id = $1', [row.id, signJws(row.payload, keyFromName('alpha.test'))]);
}

describe('profile', () => {
  test('of one of our people', async () => {
    const answer = await profile('alice');
    expect(profileResponseSchema.parse(answer.body).data).toEqual({
      local_id: 'alice', server_name: ALPHA, fqid: '@alice:alpha.test', display_name: 'ALICE', participant_type: 'human', avatar_url: null,
    });
  });

  test.each(['nobody', 'Alice', '..', '%2e%2e'])('of %s is unknown', async (localId) => {
    const answer = await get(`/_scaiwave/federation/v1/profile/${localId}`);
    expect([answer.status, answer.code]).toEqual([404, 'SW_FED_USER_UNKNOWN']);
  });

  test('is given to a server that shares a room, though policy does not accept it, and to no other', async () => {
    await world.setPolicy({ default_mode: 'invite_only' });
    expect([(await profile('alice')).status, (await profile('alice', gamma)).code, (await members(roomId)).code]).toEqual([200, 'SW_FED_PEER_UNKNOWN', 'SW_FED_PEER_UNKNOWN']);
    await world.setPolicy({ default_mode: 'open' });
  });
});

describe('members', () => {
  test('of a room in which the asking server has somebody', async () => {
    const answer = await members(roomId);
    const { data, meta } = membersResponseSchema.parse(answer.body);
    expect(data.map((entry) => memberEntrySchema.parse(entry).fqid)).toEqual(['@alice:alpha.test', BOB]);
    expect(data[0]).toMatchObject({ membership: 'join', power_level: 100, joined_at: world.clock.now(), participant: { display_name: 'ALICE' } });
    expect(meta).toMatchObject({ room_seq: 3, name: 'Launch', topic: null, room_type: 'group' });
  });

  test('are nobody else’s business', async () => {
    for (const answer of [await members(roomId, gamma), await members(newId(world.clock)), await members('no-uuid')]) {
      expect([answer.status, answer.code]).toEqual([404, 'SW_ROOM_NOT_FOUND']);
    }
  });
});

describe('backfill', () => {
  test('gives the signed log in order, each event with its place and chain', async () => {
    await sign(roomId);
    const answer = await backfill(roomId);
    const { data, meta } = backfillResponseSchema.parse(answer.body);
    expect(data.map((entry) => [entry.room_seq, entry.prev_seq, typeof entry.jws, typeof entry.content])).toEqual([1, 2, 3].map((seq) => [seq, seq - 1, 'string', 'string']));
    expect(meta.has_more).toBe(false);
    expect(seqsOf(await backfill(roomId, '?from_seq=2&limit=1'))).toEqual([2]);
    expect((await backfill(roomId, '?from_seq=2&limit=1')).body.meta.has_more).toBe(true);
  });

  test('strangers, unknown rooms and a policy of 0 get 200 with no events', async () => {
    const nothing = { data: [], meta: { has_more: false } };
    expect((await backfill(roomId, '', gamma)).body).toEqual(nothing);
    expect((await backfill(newId(world.clock))).body).toEqual(nothing);
    expect((await backfill('no-uuid')).body).toEqual(nothing);
    await world.setPolicy({ default_mode: 'open', max_backfill_events_per_request: 0 });
    expect((await backfill(roomId)).body).toEqual(nothing);
    await world.setPolicy({ default_mode: 'open', max_backfill_events_per_request: 2 });
    expect(seqsOf(await backfill(roomId, '?limit=5000'))).toEqual([1, 2]);
    await world.setPolicy({ default_mode: 'open' });
  });

  test.each(['?limit=ten', '?from_seq=-1', '?from_seq=1.5', '?limit='])('%s is refused', async (query) => {
    expect((await backfill(roomId, query)).code).toBe('SW_FED_REQUEST_INVALID');
  });

  test('ends before the first unsigned event, and comes later when there is nothing to give', async () => {
    const room = await world.hostedRoom(alice, [BOB]);
    const later = await backfill(room.id);
    expect([later.status, later.code, later.headers['retry-after']]).toEqual([503, 'SW_FED_TRY_LATER', '1']);
    await sign(room.id, 2);
    const answer = await backfill(room.id);
    expect([seqsOf(answer), answer.body.meta.has_more]).toEqual([[1, 2], true]);
  });

  test('leaves out what was redacted and names the redaction', async () => {
    const room = await world.hostedRoom(alice, [BOB]);
    const id = await world.say(room.id, { type: 'swp.room.message', content: { msgtype: 'swp.text', body: 'gone' }, sender: alice.fqid });
    const redaction = await world.say(room.id, { type: 'swp.room.redaction', content: { event_id: id }, sender: alice.fqid });
    await sign(room.id);
    const [entry] = (await backfill(room.id, '?from_seq=4&limit=1')).body.data;
    expect([entry?.content, entry?.redacted_by]).toEqual([undefined, redaction]);
  });

  test('begins at the join where the room hides its history', async () => {
    const room = await world.hostedRoom(alice, [], { hidesHistory: true });
    await world.say(room.id, { type: 'swp.room.message', content: { msgtype: 'swp.text', body: 'before' }, sender: alice.fqid });
    await world.say(room.id, { type: 'swp.room.member', content: { fqid: BOB, membership: 'join' } });
    await world.say(room.id, { type: 'swp.room.message', content: { msgtype: 'swp.text', body: 'after' }, sender: alice.fqid });
    await sign(room.id);
    expect(seqsOf(await backfill(room.id))).toEqual([4, 5]);
  });
});

describe('directory', () => {
  test('finds our people by name for whom policy lets look', async () => {
    const answer = await get(`${ENDPOINTS.directory}?q=ALI`);
    expect(directoryResponseSchema.parse(answer.body).data.map((person) => person.fqid)).toEqual(['@alice:alpha.test']);
    expect((await get(ENDPOINTS.directory, gamma)).code).toBe('SW_FED_FORBIDDEN');
    await world.setPolicy({ default_mode: 'open', directory: 'open' });
    expect((await get(`${ENDPOINTS.directory}?q=nobody`, gamma)).body.data).toEqual([]);
    await world.setPolicy({ default_mode: 'open', directory: 'nobody' });
    const off = await get(ENDPOINTS.directory);
    expect([off.status, off.code]).toEqual([403, 'SW_FED_FORBIDDEN']);
    await world.setPolicy({ default_mode: 'open' });
  });
});

test('status says how we see the caller', async () => {
  const { data } = statusResponseSchema.parse((await get(ENDPOINTS.status)).body);
  expect(data).toMatchObject({ server_name: ALPHA, last_seen: world.clock.now(), last_error: null, clock: world.clock.now() });
  expect(data.lanes).toContainEqual({ room_id: roomId, direction: 'out', acked_seq: expect.any(Number), state: 'ok' });
});

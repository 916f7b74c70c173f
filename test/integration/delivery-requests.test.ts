import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { GreetPeers, PeerRequests, type Actor, type PeerQuestion } from '@scaiwave/core';
import type { ServerName } from '@scaiwave/protocol';
import { parseRequestSignature, verifyRequestSignature } from '@scaiwave/protocol/node';
import type { FakePeer } from '@scaiwave/testing';
import { DeliveryWorld } from './delivery-world.js';

let world: DeliveryWorld;
let alice: Actor;
let beta: FakePeer;
let count = 0;

beforeAll(async () => {
  world = await DeliveryWorld.create(['alpha', 'zeta']);
  alice = await world.person('alice');
});
afterAll(() => world?.close());
beforeEach(async () => {
  beta = await world.peer(`beta${(count += 1)}`);
});

const ask = (kind: PeerQuestion['kind'], params: object = {}, serverName: string = beta.serverName) =>
  world.get(PeerRequests).ask(world.tenant.id, { kind, serverName: serverName as ServerName, params: { ...params }, timeoutMs: 5_000 });
const answers = (body: unknown, status = 200) => {
  beta.answer = () => ({ status, body });
};
const profile = (localId: string, server = beta.serverName) => ({ local_id: localId, server_name: server, fqid: `@${localId}:${server}`, display_name: 'Bob', participant_type: 'human', avatar_url: null });

describe('what the API asks of a worker', () => {
  test('is fetched by a signed request, and the answer is kept', async () => {
    answers({ data: profile('bob') });
    expect(await ask('profile', { local_id: 'bob' })).toEqual({ ok: true, answer: profile('bob') });
    const request = beta.received.at(-1)!;
    expect([request.method, request.target, request.headers['scaiwave-origin'], request.headers['scaiwave-destination'], request.headers.host])
      .toEqual(['GET', '/_scaiwave/federation/v1/profile/bob', 'alpha.localhost', beta.serverName, beta.serverName]);
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
    const signature = parseRequestSignature({ ...request, headers });
    const { publicKey } = (await world.ownKey())!;
    expect(signature.ok && verifyRequestSignature(signature, publicKey)).toBe(true);
    expect(await world.database.rows(`SELECT state FROM peer_requests WHERE kind = 'profile'`)).toEqual([{ state: 'done' }]);
  });

  test('of a person is not answered with another person', async () => {
    answers({ data: profile('mallory') });
    expect(await ask('profile', { local_id: 'bob' })).toEqual({ ok: false, code: 'SW_FED_PEER_UNREACHABLE', by: 'us' });
    answers({ data: profile('bob', 'bank.example') });
    expect(await ask('profile', { local_id: 'bob' })).toMatchObject({ ok: false });
  });

  test('of a directory is cut to the server’s own people', async () => {
    answers({ data: [profile('bob'), profile('alice', 'alpha.localhost'), profile('carol')] });
    const answer = await ask('directory', { q: 'x', limit: 5 });
    expect(answer.ok && (answer.answer as Array<{ local_id: string }>).map((person) => person.local_id)).toEqual(['bob', 'carol']);
    expect(beta.received.at(-1)?.target).toBe('/_scaiwave/federation/v1/directory?q=x&limit=5');
  });

  test('of a status is what the peer knows of us', async () => {
    const data = { server_name: 'alpha.localhost', last_seen: 1, last_error: null, clock: world.clock.now(), lanes: [] };
    answers({ data });
    expect(await ask('status')).toEqual({ ok: true, answer: data });
  });

  test.each<[string, () => void, object]>([
    ['refused by the peer, with its code', () => answers({ error: { code: 'SW_FED_USER_UNKNOWN', message: '' } }, 404), { code: 'SW_FED_USER_UNKNOWN', by: 'peer' }],
    ['refused with a code of a later version', () => answers({ error: { code: 'SW_OF_LATER', message: '' } }, 400), { code: 'SW_FED_PEER_UNREACHABLE', by: 'peer' }],
    ['put off', () => answers({ error: { code: 'SW_RATE_LIMIT_EXCEEDED', message: '' } }, 429), { code: 'SW_FED_TRY_LATER', by: 'peer' }],
    ['answered by no JSON', () => (beta.behaviour = { kind: 'notJson' }), { code: 'SW_FED_PEER_UNREACHABLE', by: 'us' }],
    ['not answered', () => (beta.behaviour = { kind: 'closesEarly' }), { code: 'SW_FED_PEER_UNREACHABLE', by: 'us' }],
    ['asked of a server without a descriptor', () => (beta.descriptorBehaviour = { kind: 'notJson' }), { code: 'SW_FED_PEER_UNREACHABLE', by: 'us' }],
  ])('can be %s', async (_, prepare, expected) => {
    prepare();
    const by = 'by' in expected && expected.by === 'peer' ? beta.serverName : 'us';
    expect(await ask('profile', { local_id: 'bob' })).toEqual({ ok: false, ...expected, by });
  });

  test('is not asked of a server that our policy refuses', async () => {
    await world.setPolicy({ default_mode: 'closed' });
    expect(await ask('profile', { local_id: 'bob' })).toEqual({ ok: false, code: 'SW_FED_PEER_UNKNOWN', by: 'us' });
    expect(beta.received).toEqual([]);
    await world.setPolicy({ default_mode: 'open' });
  });

  test('is found by the sweep when its wake-up was lost, and by nobody after its deadline', async () => {
    answers({ data: profile('bob') });
    const [inTime, late] = await world.leaveUntold([
      { kind: 'profile', serverName: beta.serverName, deadlineMs: 60_000 },
      { kind: 'profile', serverName: beta.serverName, deadlineMs: 1_000 },
    ]);
    world.clock.advance({ seconds: 2 });
    await world.sweep();
    const states = await world.database.rows<{ id: string; state: string }>('SELECT id, state FROM peer_requests WHERE id = ANY($1::uuid[])', [[inTime, late]]);
    expect(new Map(states.map((row) => [row.id, row.state]))).toEqual(new Map([[inTime, 'done'], [late, 'waiting']]));
  });
});

describe('a start', () => {
  test('says hello to every peer with which a room is shared, and sends what waits there', async () => {
    const stranger = await world.peer(`stranger${count}`);
    const room = await world.hostedRoom(alice, [beta]);
    expect(await world.get(GreetPeers).run()).toBeGreaterThanOrEqual(1);
    await world.untilRequestsAreDone();
    expect(beta.batches[0]?.events).toEqual([]);
    expect(await world.lane(beta, room.id)).toBe('3/3 ok');
    expect(stranger.received).toEqual([]);
  });
});

describe('a tenant of the same installation', () => {
  test('is asked in process, with the same checks, and its own policy', async () => {
    const zeta = world.tenants.get('zeta')!;
    await world.person('zoe', zeta);
    await world.sweep();
    expect(await ask('profile', { local_id: 'zoe' }, zeta.serverName)).toMatchObject({ ok: true, answer: { fqid: '@zoe:zeta.localhost' } });
    expect(await ask('profile', { local_id: 'nobody' }, zeta.serverName)).toEqual({ ok: false, code: 'SW_FED_USER_UNKNOWN', by: zeta.serverName });
    await world.setPolicy({ default_mode: 'closed' }, zeta);
    expect(await ask('profile', { local_id: 'zoe' }, zeta.serverName)).toEqual({ ok: false, code: 'SW_FED_PEER_UNKNOWN', by: zeta.serverName });
    const rejected = await world.database.rows('SELECT code FROM rejected_inbound WHERE tenant_id = $1', [zeta.id]);
    expect(rejected).toEqual([{ code: 'SW_FED_PEER_UNKNOWN' }]);
    await world.setPolicy({ default_mode: 'open' }, zeta);
  });

  test('has its keys also while it is suspended, and answers nothing else', async () => {
    const zeta = world.tenants.get('zeta')!;
    await world.sweep();
    await world.database.rows(`UPDATE tenants SET state = 'suspended' WHERE id = $1`, [zeta.id]);
    world.clock.advance({ seconds: 11 });
    expect(await ask('descriptor', { refetch: true }, zeta.serverName)).toMatchObject({ ok: true, answer: { state: 'ready' } });
    expect(await ask('profile', { local_id: 'zoe' }, zeta.serverName)).toMatchObject({ ok: false, code: 'SW_FED_TRY_LATER' });
    await world.database.rows(`UPDATE tenants SET state = 'active' WHERE id = $1`, [zeta.id]);
    world.clock.advance({ seconds: 11 });
  });

  test('gets events in process, and nothing is sent outside', async () => {
    const zeta = world.tenants.get('zeta')!;
    const controlId = await world.control(zeta.serverName);
    await world.drain(zeta);
    expect(await world.database.rows('SELECT state FROM control_events WHERE id = $1', [controlId])).toEqual([{ state: 'stored' }]);
    expect(await world.database.rows('SELECT origin FROM control_inbox WHERE tenant_id = $1 AND id = $2', [zeta.id, controlId])).toEqual([{ origin: 'alpha.localhost' }]);
  });
});

import { newId } from '@scaiwave/telemetry';
import { ENDPOINTS } from '../../apps/api/src/http/endpoint.js';
import { ApiWorld, type Caller } from './api-world.js';

let world: ApiWorld;
let alice: Caller;
let bob: Caller;
let eve: Caller;
let ids: Record<'room_id' | 'event_id' | 'participant_id' | 'invite_id' | 'task_id', string>;
let evesRoom: string;

beforeAll(async () => {
  world = await ApiWorld.create({ tenants: ['alpha', 'beta'] });
  [alice, bob, eve] = [await world.person('alice', 'alpha', 'admin'), await world.person('bob'), await world.person('eve', 'beta', 'admin')];
  const room = await alice.room();
  await alice.add(room.id, bob);
  const event = await alice.say(room.id, 'private');
  const reminder = await alice.must<{ task_id: string }>('POST', `/v1/messages/${event.id}/snooze`, { until: soon() });
  ids = { room_id: room.id, event_id: event.id, participant_id: bob.participantId, invite_id: newId(world.clock), task_id: reminder.task_id };
  await world.database.rows(
    `INSERT INTO invitations (tenant_id, id, room_id, direction, host, inviter, inviter_name, invitee, state, room, created_at, expires_at, updated_at)
     SELECT tenant_id, $2, id, 'out', host, creator, 'Alice', '@dave:gamma.test', 'pending', '{}', created_at, created_at + interval '7 days', created_at FROM rooms WHERE id = $1`,
    [ids.room_id, ids.invite_id],
  );
  evesRoom = (await eve.room()).id;
});
afterAll(() => world.close());

const soon = () => new Date(world.clock.now() + 3_600_000).toISOString();
const text = { content: { msgtype: 'swp.text', body: 'x' } };
/** What a valid call of each route says that names something of a tenant. A new route is missing here until its answer is known. */
const bodies: Record<string, () => unknown> = {
  'GET /v1/rooms/:room_id': () => undefined,
  'GET /v1/rooms/:room_id/members': () => undefined,
  'GET /v1/rooms/:room_id/state': () => undefined,
  'GET /v1/rooms/:room_id/messages': () => undefined,
  'GET /v1/rooms/:room_id/deliveries': () => undefined,
  'GET /v1/rooms/:room_id/invitations': () => undefined,
  'GET /v1/rooms/:room_id/events/:event_id/thread': () => undefined,
  'GET /v1/rooms/:room_id/events/:event_id/deliveries': () => undefined,
  'PUT /v1/rooms/:room_id/name': () => ({ name: 'x' }),
  'PUT /v1/rooms/:room_id/topic': () => ({ topic: 'x' }),
  'PUT /v1/rooms/:room_id/notification-mode': () => ({ mode: 'all' }),
  'PUT /v1/rooms/:room_id/mute': () => ({ until: '2030-01-01T00:00:00Z' }),
  'PUT /v1/rooms/:room_id/members/:participant_id/power': () => ({ power_level: 50 }),
  'POST /v1/rooms/:room_id/read': () => ({ event_id: ids.event_id }),
  'POST /v1/rooms/:room_id/join': () => undefined,
  'POST /v1/rooms/:room_id/leave': () => undefined,
  'POST /v1/rooms/:room_id/close': () => undefined,
  'POST /v1/rooms/:room_id/archive': () => undefined,
  'POST /v1/rooms/:room_id/invite': () => ({ participant_id: ids.participant_id }),
  'POST /v1/rooms/:room_id/kick': () => ({ participant_id: ids.participant_id }),
  'POST /v1/rooms/:room_id/ban': () => ({ participant_id: ids.participant_id }),
  'POST /v1/rooms/:room_id/unban': () => ({ participant_id: ids.participant_id }),
  'POST /v1/rooms/:room_id/send': () => text,
  'POST /v1/rooms/:room_id/invitations': () => ({ fqid: '@dave:gamma.test' }),
  'DELETE /v1/rooms/:room_id/invitations/:invite_id': () => undefined,
  'POST /v1/rooms/:room_id/events/:event_id/edit': () => text,
  'POST /v1/rooms/:room_id/events/:event_id/redact': () => ({}),
  'POST /v1/rooms/:room_id/events/:event_id/reaction': () => ({ emoji: '👍' }),
  'DELETE /v1/rooms/:room_id/events/:event_id/reaction': () => ({ emoji: '👍' }),
  'POST /v1/me/invitations/:invite_id/accept': () => undefined,
  'POST /v1/me/invitations/:invite_id/decline': () => undefined,
  'POST /v1/messages/:event_id/snooze': () => ({ until: soon() }),
  'DELETE /v1/me/snoozes/:task_id': () => undefined,
  'PUT /v1/admin/rooms/:room_id/federate': () => ({ enabled: true }),
  'POST /v1/admin/rooms/:room_id/federation/invite': () => ({ fqid: '@dave:gamma.test' }),
  'POST /v1/admin/rooms/:room_id/federation/backfill': () => undefined,
  'POST /v1/admin/federation/foreign/:participant_id/refresh': () => undefined,
};
const routes = () => ENDPOINTS.filter(({ path }) => /:(room|event|participant|invite|task)_id/.test(path)).map(({ method, path }) => ({ method, path, name: `${method} ${path}` }));
const fill = (path: string, more: Partial<typeof ids> = {}) => path.replaceAll(/:([a-z_]+)/g, (_, name: keyof typeof ids) => ({ ...ids, ...more })[name]);
const rowsOf = async () => {
  const tables = await world.database.rows<{ name: string }>(`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_name NOT IN ('_prisma_migrations')`);
  return Promise.all(tables.map(async ({ name }) => [name, await world.database.rows(`SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) AS content FROM "${name}" t`)]));
};

test('every route that names a room, an event, a person, an invitation or a reminder is looked at here', () => {
  expect(routes().map(({ name }) => name).toSorted()).toEqual(Object.keys(bodies).toSorted());
});

test('to another tenant, even to its admin, they do not exist: 404 on every route, and nothing changes', async () => {
  const before = await rowsOf();
  for (const { method, path, name } of routes()) expect([name, (await eve.call(method, fill(path), bodies[name]?.())).status]).toEqual([name, 404]);
  expect(await rowsOf()).toEqual(before);
});

test('nor do they in a room of one’s own', async () => {
  const before = await rowsOf();
  const mixed = routes().filter(({ path }) => path.startsWith('/v1/rooms/:room_id/') && /:(event|participant|invite)_id/.test(path));
  for (const { method, path, name } of mixed) expect([name, (await eve.call(method, fill(path, { room_id: evesRoom }), bodies[name]?.())).status]).toEqual([name, 404]);
  for (const verb of ['invite', 'kick', 'ban', 'unban']) expect([verb, (await eve.call('POST', `/v1/rooms/${evesRoom}/${verb}`, { participant_id: ids.participant_id })).status]).toEqual([verb, 404]);
  expect((await eve.call('POST', `/v1/rooms/${evesRoom}/read`, { event_id: ids.event_id })).status).toBe(404);
  expect((await eve.call('POST', '/v1/rooms/dm', { participant_id: ids.participant_id })).status).toBe(404);
  expect(await rowsOf()).toEqual(before);
});

test('to a person of the same tenant who is not in the room neither: no route tells a room from one that does not exist', async () => {
  const carol = await world.person('carol');
  const before = await rowsOf();
  for (const { method, path, name } of routes().filter((route) => route.path.startsWith('/v1/rooms/'))) {
    const answer = await carol.call(method, fill(path), bodies[name]?.());
    expect([name, answer.status, answer.code]).toEqual([name, 404, 'SW_ROOM_NOT_FOUND']);
    expect([name, (await carol.call(method, fill(path, { room_id: evesRoom }), bodies[name]?.())).text]).toEqual([name, answer.text]);
  }
  const mine = routes().filter((route) => /^\/v1\/(messages|me)\//.test(route.path));
  for (const { method, path, name } of mine) expect([name, (await carol.call(method, fill(path), bodies[name]?.())).status]).toEqual([name, 404]);
  expect(await rowsOf()).toEqual(before);
});

test('what an admin counts is their own', async () => {
  expect(await eve.must('GET', '/v1/admin/stats')).toEqual({ people: { local: 1, foreign: 0 }, rooms: { open: 1, federated: 0 }, events: { total: expect.any(Number), last_24_hours: expect.any(Number) }, peers: { known: 0, failing: 0 } });
  expect(await alice.must('GET', '/v1/admin/stats')).toMatchObject({ people: { local: 3 }, rooms: { open: 1 } });
});

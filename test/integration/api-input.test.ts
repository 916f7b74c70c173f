import { ApiWorld, type Caller } from './api-world.js';

let world: ApiWorld;
let alice: Caller;
let roomId: string;
beforeAll(async () => {
  world = await ApiWorld.create();
  alice = await world.person('alice');
  roomId = (await alice.room()).id;
});
afterAll(() => world.close());

const raw = (path: string, body: string, more: Record<string, string> = {}) =>
  world.client.call({ path, host: 'alpha.test', body, headers: { authorization: `Bearer ${alice.token}`, ...more } });
const countEvents = async () => Number((await world.database.rows<{ n: string }>('SELECT count(*) AS n FROM events'))[0]?.n);
const text = (body: string) => ({ content: { msgtype: 'swp.text', body } });

describe('what is wrong with a request is said, and nothing is stored', () => {
  const deep = (depth: number) => `{"content":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`;
  test.each<[string, string, number, string, string | undefined]>([
    ['malformed JSON', '{"content":', 400, 'SW_REQUEST_INVALID', 'body'],
    ['no JSON', 'hello', 400, 'SW_REQUEST_INVALID', 'body'],
    ['a list', '[]', 400, 'SW_REQUEST_INVALID', 'body'],
    ['nothing', '', 400, 'SW_REQUEST_INVALID', 'content'],
    ['an unknown field', '{"content":{"msgtype":"swp.text","body":"x"},"colour":"red"}', 400, 'SW_REQUEST_INVALID', 'colour'],
    ['a field twice', '{"content":{},"content":{}}', 400, 'SW_REQUEST_INVALID', 'body'],
    ['a wrong type', '{"content":"x"}', 400, 'SW_REQUEST_INVALID', 'content'],
    ['content without a msgtype', '{"content":{"body":"x"}}', 400, 'SW_REQUEST_INVALID', 'content'],
    ['an id that is none', '{"content":{"msgtype":"swp.text","body":"x"},"event_uuid":"1"}', 400, 'SW_REQUEST_INVALID', 'event_uuid'],
    ['JSON 33 deep', deep(32), 400, 'SW_REQUEST_INVALID', 'body'],
    ['JSON 10,000 deep', deep(10_000), 400, 'SW_REQUEST_INVALID', 'body'],
    ['content of 65 KB', JSON.stringify(text('x'.repeat(65 * 1024))), 413, 'SW_CONTENT_TOO_LARGE', undefined],
    ['a body of 2 MB', JSON.stringify(text('x'.repeat(2 * 1024 * 1024))), 413, 'SW_CONTENT_TOO_LARGE', undefined],
  ])('%s', async (_what, body, status, code, field) => {
    const before = await countEvents();
    const answer = await raw(`/v1/rooms/${roomId}/send`, body);
    expect([answer.status, answer.code, answer.details?.field]).toEqual([status, code, field]);
    expect(await countEvents()).toBe(before);
  });

  test('who it is for, and who it is from, comes before how long it is', async () => {
    const body = JSON.stringify(text('x'.repeat(2 * 1024 * 1024)));
    const call = async (host: string, headers: Record<string, string> = {}) => (await world.client.call({ path: `/v1/rooms/${roomId}/send`, host, body, headers })).code;
    expect([await call('nobody.test'), await call('alpha.test'), await call('alpha.test', { authorization: `Bearer ${alice.token}` })])
      .toEqual(['SW_TENANT_NOT_FOUND', 'SW_AUTH_INVALID_TOKEN', 'SW_CONTENT_TOO_LARGE']);
  });

  test('64 KB less the rest of the content is taken', async () => {
    const body = 'x'.repeat(65_536 - JSON.stringify({ msgtype: 'swp.text', body: '' }).length);
    expect((await alice.say(roomId, body)).content.body).toHaveLength(body.length);
  });

  test.each<[string, string, string]>([
    ['GET', '/v1/rooms?colour=red', 'colour'],
    ['GET', '/v1/directory/participants?limit=many', 'limit'],
    ['GET', '/v1/directory/participants?limit=101', 'limit'],
    ['GET', '/v1/notifications?offset=-1', 'offset'],
    ['GET', '/v1/sync?since=yesterday', 'since'],
    ['GET', '/v1/presence?ids=1,2', 'ids.0'],
  ])('%s %s', async (method, path, field) => {
    const answer = await alice.call(method, path);
    expect([answer.status, answer.code, answer.details?.field]).toEqual([400, 'SW_REQUEST_INVALID', field]);
  });

  test('a sync cursor of another time is refused', async () => {
    const answer = await alice.call('GET', '/v1/sync?since=999999999999-1');
    expect([answer.status, answer.details?.field]).toEqual([400, 'since']);
  });

  test.each<[string, string, number, string]>([
    ['GET', '/v1/nothing', 404, 'SW_NOT_FOUND'],
    ['GET', '/v1/rooms/nonsense', 404, 'SW_NOT_FOUND'],
    ['GET', '/v1/rooms/%ff', 400, 'SW_REQUEST_INVALID'],
    ['GET', '/v1/rooms/019a2b3c-0000-7000-8000-000000000000', 404, 'SW_ROOM_NOT_FOUND'],
    ['POST', '/v1/me', 404, 'SW_NOT_FOUND'],
    ['GET', `/v1/rooms/${'x'.repeat(500)}`, 404, 'SW_NOT_FOUND'],
  ])('%s %s', async (method, path, status, code) => {
    const answer = await alice.call(method, path);
    expect([answer.status, answer.code]).toEqual([status, code]);
  });

  test.each(['@Bob:gamma.test', '@bob gamma.test', 'bob@gamma.test', '@bob:gamma.test.', '@bob:gamma.test:0', '@bob:gamma.test:65536', '@bob:gämma.test', ''])('inviting %s', async (fqid) => {
    const answer = await alice.call('POST', `/v1/rooms/${roomId}/invitations`, { fqid });
    expect([answer.status, answer.code]).toEqual([400, 'SW_FED_FQID_INVALID']);
  });

  test('an unexpected failure says nothing of the inside', async () => {
    const [constraint] = ['ALTER TABLE reactions ADD CONSTRAINT no_reactions CHECK (false) NOT VALID'];
    const message = await alice.say(roomId, 'hello');
    await world.database.rows(constraint!);
    const answer = await alice.call('POST', `/v1/rooms/${roomId}/events/${message.id}/reaction`, { emoji: '👍' });
    await world.database.rows('ALTER TABLE reactions DROP CONSTRAINT no_reactions');
    expect([answer.status, answer.code, Object.keys(answer.details ?? {})]).toEqual([500, 'SW_INTERNAL', ['request_id']]);
    expect(answer.text).not.toMatch(/no_reactions|constraint|at .*\.ts/);
    expect(answer.headers['x-request-id']).toBe(answer.details?.request_id);
  });
});

describe('Idempotency-Key', () => {
  const send = (key: string, body: unknown, as = alice) => as.call('POST', `/v1/rooms/${roomId}/send`, body, { headers: { 'idempotency-key': key } });

  test('a write happens once, and its repeat gets the same answer', async () => {
    const first = await send('k1', text('once'));
    const before = await countEvents();
    const again = await send('k1', text('once'));
    expect([again.status, again.data]).toEqual([201, first.data]);
    expect(await countEvents()).toBe(before);
  });

  test('another request under the same key is refused', async () => {
    await send('k2', text('this'));
    const other = await send('k2', text('that'));
    expect([other.status, other.code]).toEqual([409, 'SW_IDEMPOTENCY_CONFLICT']);
  });

  test('what was refused may be tried again under its key', async () => {
    expect((await send('k3', { content: {} })).status).toBe(400);
    expect((await send('k3', text('better'))).status).toBe(201);
  });

  test('two at once: one of them happens', async () => {
    const before = await countEvents();
    const answers = await Promise.all([send('k4', text('race')), send('k4', text('race'))]);
    expect(await countEvents()).toBe(before + 1);
    expect(answers.map((answer) => answer.status).toSorted()[0]).toBe(201);
  });

  test('keys are personal, and forgotten after a day', async () => {
    const bob = await world.person('bob');
    await alice.add(roomId, bob);
    await send('k5', text('mine'));
    expect((await send('k5', text('his'), bob)).status).toBe(201);
    await world.advance({ hours: 25 });
    expect((await send('k5', text('new day'))).status).toBe(201);
  });

  test('a key that a dead process left behind is free after a minute', async () => {
    await world.database.rows(`INSERT INTO idempotency_keys (tenant_id, participant_id, key, request_hash, created_at) SELECT tenant_id, id, 'k6', '\\x00', $2 FROM participants WHERE id = $1`, [alice.participantId, world.clock.date()]);
    expect((await send('k6', text('later'))).code).toBe('SW_IDEMPOTENCY_CONFLICT');
    await world.advance({ minutes: 2 });
    expect((await send('k6', text('later'))).status).toBe(201);
  });

  test('a key that is none is refused', async () => {
    expect((await send('has a space', text('x'))).details?.field).toBe('Idempotency-Key');
  });
});

test('who asks too much waits: 429 with Retry-After, and nobody else does', async () => {
  const [eager, other] = [await world.person('eager'), await world.person('other')];
  const answers = await Promise.all(Array.from({ length: 60 }, () => eager.call('GET', '/v1/federation/servers/alpha.test')));
  const refused = answers.filter((answer) => answer.status === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]?.code).toBe('SW_RATE_LIMIT_EXCEEDED');
  expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  expect((await other.call('GET', '/v1/federation/servers/alpha.test')).status).toBe(200);
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ENDPOINTS, LIMITS } from '@scaiwave/protocol';
import { keyFromName, plain, PeerSigner, type SignedRequest } from '@scaiwave/testing';
import { InboxWorld } from './inbox-world.js';

let world: InboxWorld;
let beta: PeerSigner;
let roomId: string;
const ALPHA = 'alpha.test';
const BOB = '@bob:beta.test';

beforeAll(async () => {
  world = await InboxWorld.create();
  beta = await world.peer('beta');
  await world.peer('gamma');
  roomId = (await world.hostedRoom(await world.person('alice'), [BOB])).id;
});
afterAll(() => world.close());

function hello(change: Parameters<PeerSigner['send']>[2] = {}): SignedRequest {
  return beta.send(ALPHA, [], change);
}

/** The same request with a header changed, taken away (null) or added a second time. */
function withHeader(request: SignedRequest, name: string, value: string | string[] | null): SignedRequest {
  const others = request.headers.filter(([key]) => key.toLowerCase() !== name.toLowerCase());
  const values = value === null ? [] : [value].flat();
  return { ...request, headers: [...others, ...values.map((one) => [name, one] as [string, string])] };
}

async function refusal(request: SignedRequest): Promise<string> {
  const before = await world.stored();
  const answer = await world.receive(request);
  expect(await world.stored()).toEqual(before);
  return `${answer.status} ${answer.code}`;
}

const body = (value: unknown): Partial<Parameters<PeerSigner['send']>[2]> => ({ body: value as string });
const message = () => plain(beta.message(roomId, BOB));

describe('a request that is refused stores nothing and has its exact code', () => {
  test('a good one is taken', async () => {
    const answer = await world.receive(beta.send(ALPHA, [message()]));
    expect([answer.status, answer.headers['content-type'], answer.body.data.results[0]?.status]).toEqual([200, 'application/json', 'stored']);
  });

  test('a hello is answered with no results, and with how much is taken now', async () => {
    world.clock.advance({ seconds: 1 });
    expect((await world.receive(hello())).body).toEqual({ data: { results: [], credit: 20_000 } });
  });

  test.each<[string, () => SignedRequest, string]>([
    ['Host of no tenant', () => ({ ...hello(), host: 'nobody.test' }), '404 SW_TENANT_NOT_FOUND'],
    ['unknown path', () => beta.request({ to: ALPHA, target: '/_scaiwave/federation/v1/nothing' }), '404 SW_NOT_FOUND'],
    ['wrong method', () => beta.request({ to: ALPHA, method: 'GET' }), '405 SW_METHOD_NOT_ALLOWED'],
    ['over 1 MiB on the wire', () => hello({ body: Buffer.alloc(LIMITS.bodyBytes + 1, 0x20) }), '413 SW_CONTENT_TOO_LARGE'],
    ['over 1 MiB by its length', () => withHeader(hello(), 'Content-Length', String(LIMITS.bodyBytes + 1)), '413 SW_CONTENT_TOO_LARGE'],
    ['not JSON by its type', () => withHeader(hello(), 'Content-Type', 'text/plain'), '415 SW_UNSUPPORTED_MEDIA_TYPE'],
    ['no type', () => withHeader(hello(), 'Content-Type', null), '415 SW_UNSUPPORTED_MEDIA_TYPE'],
    ['a coding other than gzip', () => withHeader(hello(), 'Content-Encoding', 'br'), '415 SW_UNSUPPORTED_MEDIA_TYPE'],
    ['no signature', () => withHeader(hello(), 'Signature', null), '401 SW_FED_SIGNATURE_MISMATCH'],
    ['no origin', () => withHeader(hello(), 'ScaiWave-Origin', null), '401 SW_FED_SIGNATURE_MISMATCH'],
    ['two origins', () => withHeader(hello(), 'ScaiWave-Origin', ['beta.test', 'beta.test']), '401 SW_FED_SIGNATURE_MISMATCH'],
    ['the key of another server', () => hello({ key: { ...keyFromName('gamma.test'), kid: beta.key.kid } }), '401 SW_FED_SIGNATURE_MISMATCH'],
    ['a wrong destination', () => hello({ destination: 'gamma.test' }), '401 SW_FED_SIGNATURE_MISMATCH'],
    ['signed 61 s ago', () => hello({ skewMs: -61_000 }), '401 SW_FED_SIGNATURE_MISMATCH'],
    ['signed 61 s ahead', () => hello({ skewMs: 61_000 }), '401 SW_FED_SIGNATURE_MISMATCH'],
    ['another body than signed', () => ({ ...hello(), body: Buffer.from('{"batch_id":"x","events":[]}') }), '401 SW_FED_SIGNATURE_MISMATCH'],
    ['another path than signed', () => ({ ...beta.request({ to: ALPHA, target: '/_scaiwave/federation/v1/status' }), target: '/_scaiwave/federation/v1/directory' }), '401 SW_FED_SIGNATURE_MISMATCH'],
    ['a nonce of 15 characters', () => hello({ nonce: 'a'.repeat(15) }), '401 SW_FED_SIGNATURE_MISMATCH'],
    ['not gzip as it says', () => withHeader(hello(), 'Content-Encoding', 'gzip'), '400 SW_FED_REQUEST_INVALID'],
    ['more than 1 MiB after gunzip', () => hello({ body: Buffer.alloc(LIMITS.bodyBytes + 1, 0x20), gzip: true }), '413 SW_CONTENT_TOO_LARGE'],
    ['malformed JSON', () => hello(body('{"batch_id":')), '400 SW_FED_REQUEST_INVALID'],
    ['no UTF-8', () => hello({ body: Buffer.from([0x7b, 0xff, 0x7d]) }), '400 SW_FED_REQUEST_INVALID'],
    ['10,000 deep JSON', () => hello(body('['.repeat(10_000) + ']'.repeat(10_000))), '400 SW_FED_REQUEST_INVALID'],
    ['33 deep JSON', () => hello(body(`{"batch_id":"x","events":[],"x":${'['.repeat(32)}${']'.repeat(32)}}`)), '400 SW_FED_REQUEST_INVALID'],
    ['a body that is a list', () => hello(body('[]')), '400 SW_FED_REQUEST_INVALID'],
    ['events that are no list', () => hello(body({ batch_id: 'x', events: {} })), '400 SW_FED_REQUEST_INVALID'],
    ['an entry that is no object', () => hello(body({ batch_id: 'x', events: [message(), 7] })), '400 SW_FED_REQUEST_INVALID'],
    ['101 events', () => beta.send(ALPHA, Array.from({ length: 101 }, () => ({}))), '413 SW_CONTENT_TOO_LARGE'],
  ])('%s', async (_, make, expected) => {
    expect(await refusal(make())).toBe(expected);
  });

  test('a key that is not known is asked for once, and is no key when the origin does not publish it', async () => {
    const answer = refusal(withHeader(hello(), 'ScaiWave-Origin', 'gamma.test'));
    await world.failRequests('SW_FED_PEER_UNREACHABLE');
    expect(await answer).toBe('503 SW_FED_TRY_LATER');
    expect(await refusal(withHeader(hello(), 'ScaiWave-Origin', 'gamma.test'))).toBe('401 SW_FED_SIGNATURE_MISMATCH');
  });

  test('a server never seen before whose descriptor cannot be had now is asked to come again', async () => {
    const answer = world.receive(new PeerSigner('unheard-of.test', world.clock).send(ALPHA, []));
    await world.failRequests('SW_FED_PEER_UNREACHABLE');
    expect(await answer).toMatchObject({ status: 503, code: 'SW_FED_TRY_LATER', headers: { 'retry-after': '1' } });
  });

  test('a request at 60 s of drift is still taken', async () => {
    expect((await world.receive(hello({ skewMs: -60_000 }))).status).toBe(200);
    expect((await world.receive(hello({ skewMs: 60_000 }))).status).toBe(200);
  });

  test('a repeated request is a replay, also in another batch', async () => {
    const request = beta.send(ALPHA, [message()]);
    expect((await world.receive(request)).status).toBe(200);
    expect(await refusal(request)).toBe('401 SW_FED_SIGNATURE_MISMATCH');
  });

  test('a nonce is taken only by a request whose signature holds', async () => {
    const good = hello({ nonce: 'the-nonce-of-a-good-one' });
    const forged = withHeader(good, 'Signature', `sw=:${Buffer.alloc(64, 1).toString('base64')}:`);
    expect(await refusal(forged)).toBe('401 SW_FED_SIGNATURE_MISMATCH');
    expect((await world.receive(good)).status).toBe(200);
  });

  test('gzip, unknown members and parameters of the type are taken', async () => {
    const request = hello({ body: { batch_id: 'x', events: [], ephemeral: [], extra: { a: 1 } }, gzip: true });
    expect((await world.receive(withHeader(request, 'Content-Type', 'application/json; charset=utf-8'))).status).toBe(200);
  });

  test('a wrong method names the right one', async () => {
    expect((await world.receive(beta.request({ to: ALPHA, method: 'GET' }))).headers.allow).toBe('POST');
  });

  test('our admin reads the rule, the peer only the code', async () => {
    await world.receive(hello({ skewMs: -61_000 }));
    expect(await world.rejections()).toContainEqual({ origin: 'beta.test', code: 'SW_FED_SIGNATURE_MISMATCH', reason: 'skew of -61 s' });
  });
});

test('of what was refused the newest 10,000 rows are kept', async () => {
  await world.database.rows(
    `INSERT INTO rejected_inbound (tenant_id, id, origin, code, reason, at) SELECT $1, gen_random_uuid(), 'x', 'x', 'x', $2::timestamptz - n * interval '1 s' FROM generate_series(1, 10050) n`,
    [world.tenant.id, world.clock.date()],
  );
  for (let n = 0; n < 500; n++) await world.receive(withHeader(hello(), 'Signature', null));
  const [row] = await world.database.rows<{ n: number; code: string }>(`SELECT count(*)::int AS n, (array_agg(code ORDER BY at DESC))[1] AS code FROM rejected_inbound`);
  expect(row).toEqual({ n: expect.any(Number), code: 'SW_FED_SIGNATURE_MISMATCH' });
  expect(row!.n).toBeLessThanOrEqual(10_500);
  await world.database.rows('DELETE FROM rejected_inbound');
});

describe('the order of the checks', () => {
  test('each refusal comes before all that follow it', async () => {
    const all = { skewMs: -61_000, body: Buffer.alloc(LIMITS.bodyBytes + 1, 0x5b) };
    const everythingWrong = withHeader({ ...hello(all), host: 'nobody.test' }, 'Content-Type', 'text/plain');
    expect(await refusal(everythingWrong)).toBe('404 SW_TENANT_NOT_FOUND');
    const atAlpha = { ...everythingWrong, host: ALPHA };
    expect(await refusal({ ...atAlpha, target: '/nothing' })).toBe('404 SW_NOT_FOUND');
    expect(await refusal(atAlpha)).toBe('413 SW_CONTENT_TOO_LARGE');
    const short = { ...atAlpha, body: Buffer.from('[') };
    expect(await refusal(short)).toBe('415 SW_UNSUPPORTED_MEDIA_TYPE');
    await world.setPolicy({ default_mode: 'closed' });
    const json = withHeader(short, 'Content-Type', 'application/json');
    expect(await refusal(json)).toBe('403 SW_FED_PEER_UNKNOWN');
    await world.setPolicy({ default_mode: 'open', blocked_peers: ['beta.test'] });
    expect(await refusal(json)).toBe('403 SW_FED_PEER_UNKNOWN');
    await world.setPolicy({ default_mode: 'invite_only' });
    expect(await refusal(json)).toBe('401 SW_FED_SIGNATURE_MISMATCH');
    expect(await refusal(hello(body('[')))).toBe('403 SW_FED_PEER_UNKNOWN');
    await world.setPolicy({ default_mode: 'open' });
    expect(await refusal(hello(body('[')))).toBe('400 SW_FED_REQUEST_INVALID');
  });

  test('a suspended tenant answers 503 with Retry-After', async () => {
    await world.addTenant('sleepy', 'suspended');
    const answer = await world.receive(beta.send('sleepy.test', []));
    expect([answer.status, Number(answer.headers['retry-after']) > 0]).toEqual([503, true]);
  });

  test('a peer that does not speak v1 is refused after policy and before its body is read', async () => {
    const epsilon = await world.peer('epsilon', { versions: ['v7'] });
    expect(await refusal(epsilon.send(ALPHA, [], body('[')))).toBe('400 SW_FED_PROTOCOL_VERSION');
    await world.setPolicy({ default_mode: 'open', allowed_peers: ['beta.test'] });
    expect(await refusal(epsilon.send(ALPHA, []))).toBe('403 SW_FED_PEER_UNKNOWN');
    await world.setPolicy({ default_mode: 'open' });
  });
});

describe('policy', () => {
  test.each<[string, object, string]>([
    ['open', { default_mode: 'open' }, '200 undefined'],
    ['open, with a list that does not name it', { default_mode: 'open', allowed_peers: ['other.test'] }, '403 SW_FED_PEER_UNKNOWN'],
    ['invite_only without a list', { default_mode: 'invite_only' }, '403 SW_FED_PEER_UNKNOWN'],
    ['invite_only, named', { default_mode: 'invite_only', allowed_peers: ['beta.test'] }, '200 undefined'],
    ['invite_only, named by suffix', { default_mode: 'invite_only', allowed_peers: ['*.test'] }, '200 undefined'],
    ['named and blocked', { default_mode: 'open', allowed_peers: ['beta.test'], blocked_peers: ['*.test'] }, '403 SW_FED_PEER_UNKNOWN'],
    ['closed', { default_mode: 'closed', allowed_peers: ['beta.test'] }, '403 SW_FED_PEER_UNKNOWN'],
  ])('%s', async (_, policy, expected) => {
    await world.setPolicy(policy);
    const answer = await world.receive(hello());
    await world.setPolicy({ default_mode: 'open' });
    expect(`${answer.status} ${answer.code}`).toBe(expected);
  });

  test('a blocked peer and a closed tenant are refused without a signature', async () => {
    const unsigned = withHeader(withHeader(hello(), 'Signature', null), 'Signature-Input', null);
    const blocked = await world.peer('blocked', { state: 'blocked' });
    const request = withHeader(blocked.send(ALPHA, []), 'Signature', null);
    expect(await refusal(request)).toBe('403 SW_FED_PEER_UNKNOWN');
    await world.setPolicy({ default_mode: 'closed' });
    expect(await refusal(unsigned)).toBe('403 SW_FED_PEER_UNKNOWN');
    await world.setPolicy({ default_mode: 'open' });
  });

  test('a removed peer may say nothing but that it has removed us', async () => {
    const removed = await world.peer('removed', { state: 'removed' });
    expect(await refusal(removed.send(ALPHA, []))).toBe('403 SW_FED_PEER_UNKNOWN');
    expect(await refusal(removed.send(ALPHA, [plain(removed.message(roomId, '@zoe:removed.test'))]))).toBe('403 SW_FED_PEER_UNKNOWN');
    const farewell = removed.event({ type: 'swp.peer.severed', content: {} });
    const [result] = await world.results(removed.send(ALPHA, [plain(farewell)]));
    expect(result).toEqual({ id: farewell.id, status: 'stored' });
  });
});

test('the other endpoints pass the same checks', async () => {
  const target = ENDPOINTS.status;
  expect((await world.receive(beta.request({ to: ALPHA, target }))).status).toBe(200);
  expect(await refusal(withHeader(beta.request({ to: ALPHA, target }), 'Signature', null))).toBe('401 SW_FED_SIGNATURE_MISMATCH');
  const repeated = beta.request({ to: ALPHA, target });
  await world.receive(repeated);
  expect(await refusal(repeated)).toBe('401 SW_FED_SIGNATURE_MISMATCH');
});

import { createHash, randomBytes } from 'node:crypto';
import { PeerRequests, PostMessage, RedactMessage, Sweep, UploadMedia } from '@scaiwave/core';
import type { ServerName } from '@scaiwave/protocol';
import { until, type FakePeer } from '@scaiwave/testing';
import { DeliveryWorld } from './delivery-world.js';
import { png } from './media-world.js';

// What a worker does with files of other servers, which may send anything.
let world: DeliveryWorld;
let beta: FakePeer;
let count = 0;

beforeAll(async () => {
  world = await DeliveryWorld.create(['alpha']);
});
afterAll(() => world?.close());
beforeEach(async () => {
  beta = await world.peer(`media${(count += 1)}`);
});

const ask = (id: string, serverName: string = beta.serverName) =>
  world.get(PeerRequests).ask(world.tenant.id, { kind: 'media', serverName: serverName as ServerName, params: { media_id: id }, timeoutMs: 10_000 });
const digest = (bytes: Buffer) => `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`;
const stored = () => world.database.rows<{ id: string; mime_type: string; size: number; chunks: number }>(
  `SELECT m.id, m.mime_type, m.size::int, (SELECT count(*)::int FROM media_chunks c WHERE c.tenant_id = m.tenant_id AND c.origin = m.origin AND c.media_id = m.id) AS chunks FROM media m WHERE m.origin = $1`, [beta.serverName],
);
const asked = () => beta.received.filter(({ target }) => target.includes('/media/')).length;
const gives = (bytes: Buffer, headers: Record<string, string> = {}): void => {
  beta.answer = () => ({ status: 200, body: bytes, headers: { 'content-type': 'text/html', 'content-digest': digest(bytes), ...headers } });
};

describe('a file of another server', () => {
  test('is fetched by a signed request, and kept as what its bytes say', async () => {
    const bytes = png(8, 4);
    gives(bytes);
    expect(await ask('med-one')).toEqual({ ok: true, answer: null });
    expect(beta.received.at(-1)).toMatchObject({ method: 'GET', target: '/_scaiwave/federation/v1/media/med-one', headers: { 'scaiwave-origin': 'alpha.localhost', 'scaiwave-destination': beta.serverName } });
    expect(await stored()).toEqual([{ id: 'med-one', mime_type: 'image/png', size: bytes.length, chunks: 1 }]);
  });

  test('is fetched once, however many ask for it', async () => {
    gives(randomBytes(300_000));
    expect(await Promise.all(Array.from({ length: 8 }, () => ask('med-one')))).toEqual(Array(8).fill({ ok: true, answer: null }));
    await ask('med-one');
    expect([asked(), (await stored())[0]?.chunks]).toEqual([1, 2]);
  });

  test('that another worker is fetching is waited for, and fetched anew if that one died', async () => {
    gives(png(8, 4));
    const claim = (id: string, until: Date) => world.database.rows(
      `INSERT INTO media (tenant_id, origin, id, file_name, mime_type, size, writer, writer_until, created_at) VALUES ($1, $2, $3, 'x', 'x', 1, gen_random_uuid(), $4, $4)`, [world.tenant.id, beta.serverName, id, until]);
    await claim('med-one', new Date(world.clock.now() + 60_000));
    const waiting = ask('med-one');
    await until('the question is with a worker', async () => (await world.database.rows(`SELECT 1 FROM peer_requests WHERE state = 'waiting' AND params->>'media_id' = 'med-one'`)).length > 0);
    await world.database.rows(`UPDATE media SET sha256 = 'x', writer = NULL, writer_until = NULL WHERE origin = $1`, [beta.serverName]);
    expect([await waiting, asked()]).toEqual([{ ok: true, answer: null }, 0]);
    await claim('med-two', new Date(world.clock.now() - 1));
    expect([await ask('med-two'), asked()]).toEqual([{ ok: true, answer: null }, 1]);
  });

  test.each<[string, () => void, object]>([
    ['of another digest', () => gives(png(8, 4), { 'content-digest': digest(Buffer.from('x')) }), { code: 'SW_FED_PEER_UNREACHABLE', by: 'us' }],
    ['without a digest', () => gives(png(8, 4), { 'content-digest': 'md5=:AAAA:' }), { code: 'SW_FED_PEER_UNREACHABLE', by: 'us' }],
    ['without bytes', () => gives(Buffer.alloc(0)), { code: 'SW_FED_PEER_UNREACHABLE', by: 'us' }],
    ['that is not given to us', () => (beta.answer = () => ({ status: 404, body: { error: { code: 'SW_MEDIA_NOT_FOUND', message: '' } } })), { code: 'SW_MEDIA_NOT_FOUND', by: 'peer' }],
    ['of a server that is down', () => (beta.behaviour = { kind: 'closesEarly' }), { code: 'SW_FED_PEER_UNREACHABLE', by: 'us' }],
    ['that is elsewhere', () => (beta.behaviour = { kind: 'redirects', to: 'http://169.254.169.254/' }), { code: 'SW_FED_PEER_UNREACHABLE', by: 'peer' }],
    ['whose server stumbles', () => (beta.behaviour = { kind: 'status', status: 500 }), { code: 'SW_FED_PEER_UNREACHABLE', by: 'us' }],
  ])('%s is not taken, and nothing of it stays', async (_, prepare, expected) => {
    prepare();
    const by = 'by' in expected && expected.by === 'peer' ? beta.serverName : 'us';
    expect(await ask('med-one')).toEqual({ ok: false, ...expected, by });
    expect(await stored()).toEqual([]);
  });

  test.each([['by what it says of itself', true], ['as soon as it is', false]])('that is too large is refused %s', async (_, isStated) => {
    const bytes = Buffer.alloc(20_971_521, 'x');
    gives(bytes, isStated ? { 'content-length': String(bytes.length) } : {});
    expect(await ask('med-one')).toEqual({ ok: false, code: 'SW_CONTENT_TOO_LARGE', by: 'us' });
    expect(await stored()).toEqual([]);
  });

  test('is not asked of a server that we have blocked', async () => {
    await world.setPolicy({ blocked_peers: [beta.serverName] });
    expect(await ask('med-one')).toEqual({ ok: false, code: 'SW_FED_PEER_UNKNOWN', by: 'us' });
    expect(asked()).toBe(0);
    await world.setPolicy({});
  });

  test('is forgotten after a week, and fetched again when somebody asks for it', async () => {
    gives(png(8, 4));
    await ask('med-one');
    world.clock.advance({ days: 6 });
    await world.get(Sweep).run();
    expect(await stored()).toHaveLength(1);
    world.clock.advance({ days: 2 });
    await world.get(Sweep).run();
    expect(await stored()).toEqual([]);
    expect(await ask('med-one')).toEqual({ ok: true, answer: null });
    expect(asked()).toBe(2);
  });
});

test('an upload that nobody posted goes after a day; one that was posted stays until its message is removed', async () => {
  const alice = await world.person('alice');
  const room = await world.hostedRoom(alice);
  const upload = async () => {
    const id = await world.get(UploadMedia).run(alice, { fileName: 'a.png', expectedBytes: 1_000, bytes: (async function* once() {
      yield png(8, 4);
    })() });
    await world.get(UploadMedia).finish(alice, id, png(4, 2));
    return id;
  };
  const post = async (id: string) => (await world.get(PostMessage).run({ actor: alice, roomId: room.id, content: { msgtype: 'swp.media', body: '', media_id: id } })).event.id;
  const kept = async () => (await world.database.rows<{ id: string }>('SELECT id FROM media WHERE uploader = $1 AND thumbnail_of IS NULL ORDER BY id', [alice.fqid])).map(({ id }) => id);
  const [posted, forgotten, twice] = [await upload(), await upload(), await upload()];
  const event = await post(posted);
  const first = await post(twice);
  await post(twice);
  await world.get(RedactMessage).run({ actor: alice, roomId: room.id, eventId: first });
  world.clock.advance({ hours: 23 });
  await world.get(Sweep).run();
  expect(await kept()).toEqual([posted, forgotten, twice].toSorted());
  world.clock.advance({ hours: 2 });
  await world.get(Sweep).run();
  expect(await kept()).toEqual([posted, twice].toSorted());
  await world.get(RedactMessage).run({ actor: alice, roomId: room.id, eventId: event });
  world.clock.advance({ hours: 1 });
  await world.get(Sweep).run();
  expect(await kept()).toEqual([twice]);
  expect(await world.database.rows('SELECT 1 FROM media_chunks c WHERE NOT EXISTS (SELECT 1 FROM media m WHERE m.id = c.media_id AND m.origin = c.origin)')).toEqual([]);
});

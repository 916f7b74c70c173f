import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { until } from '@scaiwave/testing';
import { ApiWorld, type Caller } from './api-world.js';
import { formOf, hex, MediaCaller, png } from './media-world.js';

const MAX_BYTES = 600_000;
const QUOTA = 2_000_000;

let world: ApiWorld;
let alice: Caller;
let bob: Caller;
let zoe: Caller;
const callers: MediaCaller[] = [];
const mediaOf = (caller: Caller): MediaCaller => {
  const made = new MediaCaller({ address: `http://127.0.0.1:${world.api.port}`, host: caller.host, token: async () => caller.token });
  callers.push(made);
  return made;
};
let files: MediaCaller;

beforeAll(async () => {
  world = await ApiWorld.create({ tenants: ['alpha', 'beta'], env: { MEDIA_MAX_BYTES: String(MAX_BYTES), MEDIA_QUOTA_USER_BYTES: String(QUOTA), MEDIA_QUOTA_TENANT_BYTES: '20000000' } });
  [alice, bob, zoe] = [await world.person('alice'), await world.person('bob'), await world.person('zoe', 'beta')];
  files = mediaOf(alice);
});
afterAll(async () => {
  for (const caller of callers) caller.close();
  await world.close();
});

const rows = () => world.database.rows<{ n: number; chunks: number }>('SELECT (SELECT count(*) FROM media)::int AS n, (SELECT count(*) FROM media_chunks)::int AS chunks');
const post = (caller: Caller, roomId: string, mediaId: string, more: object = {}) =>
  caller.call('POST', `/v1/rooms/${roomId}/send`, { content: { msgtype: 'swp.media', body: '', media_id: mediaId, ...more } });

describe('uploading', () => {
  test('a picture comes back byte for byte, with what its bytes say of it', async () => {
    const bytes = png(64, 32);
    const media = await files.file(bytes, 'C:\\holiday\\be\u202Each.png', png(16, 8));
    expect(media).toMatchObject({ media_id: expect.stringMatching(/^med-/), origin: 'alpha.test', file_name: 'beach.png', mime_type: 'image/png', size: bytes.length, sha256: hex(bytes), width: 64, height: 32, thumbnail_id: expect.stringMatching(/^med-/) });
    const got = await files.get(`/v1/media/download/${media.media_id}`);
    expect([got.status, got.bytes.equals(bytes)]).toEqual([200, true]);
    expect(got.headers).toMatchObject({
      'content-type': 'image/png', 'content-length': String(bytes.length), 'content-disposition': "inline; filename*=UTF-8''beach.png", 'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringMatching(/^sandbox; default-src 'none';(?!.*script)/), 'cross-origin-resource-policy': 'same-origin', 'cache-control': expect.stringContaining('private'),
    });
    expect((await files.get(`/v1/media/download/${media.media_id}/thumbnail`)).bytes.equals(png(16, 8))).toBe(true);
    expect((await alice.must('GET', `/v1/media/${media.media_id}/info`)).sha256).toBe(hex(bytes));
  });

  test('a file of several chunks is kept in chunks, and any range of it can be had', async () => {
    const bytes = randomBytes(550_000);
    const { media_id: id } = await files.file(bytes, 'noise.bin');
    expect(await world.database.rows('SELECT place, length(bytes) AS n FROM media_chunks WHERE media_id = $1 ORDER BY place', [id])).toEqual([{ place: 0, n: 262_144 }, { place: 1, n: 262_144 }, { place: 2, n: 25_712 }]);
    expect((await files.get(`/v1/media/download/${id}`)).bytes.equals(bytes)).toBe(true);
    for (const [range, first, last] of [['bytes=0-0', 0, 0], ['bytes=262140-262150', 262_140, 262_150], ['bytes=524288-', 524_288, 549_999], ['bytes=-5', 549_995, 549_999], ['bytes=5-99999999', 5, 549_999]] as const) {
      const part = await files.get(`/v1/media/download/${id}`, { range });
      expect([range, part.status, part.headers['content-range'], part.bytes.equals(bytes.subarray(first, last + 1))]).toEqual([range, 206, `bytes ${first}-${last}/550000`, true]);
    }
    expect((await files.get(`/v1/media/download/${id}`, { range: 'bytes=550000-' })).status).toBe(416);
    expect((await files.get(`/v1/media/download/${id}`, { range: 'bytes=0-1,3-4' })).status).toBe(200);
  });

  test.each([
    ['HTML', 'evil.png', '<html><script>alert(1)</script>'],
    ['SVG', 'evil.png', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['XML', 'evil.jpg', '<?xml version="1.0"?><x/>'],
    ['JavaScript', 'evil.gif', 'GIF=1;alert(1)'],
    ['half a PNG', 'evil.png', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
    ['a PNG of a billion points', 'bomb.png', png(1, 1).fill(0x7f, 16, 24)],
  ])('%s named %s is a file to be saved, whatever its sender says', async (_, name, bytes) => {
    const media = await files.file(bytes, name);
    expect([media.mime_type, media.width]).toEqual(['application/octet-stream', null]);
    const got = await files.get(`/v1/media/download/${media.media_id}`);
    expect([got.headers['content-type'], got.headers['content-disposition']]).toEqual(['application/octet-stream', `attachment; filename*=UTF-8''${name}`]);
  });

  test('what cannot be taken is refused with its reason, and nothing of it stays', async () => {
    const [before] = await rows();
    const good = { field: 'file', name: 'a.png', bytes: png(4, 4) };
    const cases: Array<[object[], number, string, object]> = [
      [[{ field: 'file', name: 'a', bytes: randomBytes(MAX_BYTES + 1) }], 413, 'SW_CONTENT_TOO_LARGE', { limit_bytes: MAX_BYTES }],
      [[{ field: 'file', name: 'a', bytes: '' }], 400, 'SW_REQUEST_INVALID', { field: 'file' }],
      [[], 400, 'SW_REQUEST_INVALID', { field: 'file' }],
      [[good, good], 400, 'SW_REQUEST_INVALID', { field: 'file' }],
      [[good, { field: 'colour', bytes: 'red' }], 400, 'SW_REQUEST_INVALID', { field: 'colour' }],
      [[good, { field: 'thumbnail', name: 't', bytes: '<svg/>' }], 400, 'SW_REQUEST_INVALID', { field: 'thumbnail' }],
      [[good, { field: 'thumbnail', name: 't', bytes: png(1_001, 2) }], 400, 'SW_REQUEST_INVALID', { field: 'thumbnail' }],
      [[{ field: 'thumbnail', name: 't', bytes: randomBytes(262_145) }, good], 400, 'SW_REQUEST_INVALID', { field: 'thumbnail' }],
    ];
    for (const [parts, status, code, details] of cases) {
      const answer = await files.upload(parts as never);
      expect([answer.status, answer.json?.error.code, answer.json?.error.details]).toEqual([status, code, expect.objectContaining(details)]);
    }
    const cut = formOf([good], false);
    const broken = await files.send('POST', '/v1/media/upload', { body: cut.body.subarray(0, -4), headers: { 'content-type': cut.contentType } });
    expect([broken.status, broken.json.error.code]).toEqual([400, 'SW_REQUEST_INVALID']);
    for (const contentType of ['application/json', 'multipart/form-data', 'text/plain']) {
      const answer = await files.send('POST', '/v1/media/upload', { body: Buffer.from('{"a":1}'), headers: { 'content-type': contentType } });
      expect([contentType, answer.status, answer.json.error.code]).toEqual([contentType, 400, 'SW_REQUEST_INVALID']);
    }
    expect(await rows()).toEqual([before]);
  });

  test('a body that says it is far too long is not read at all', async () => {
    const socket = connect(world.api.port, '127.0.0.1');
    const text = new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())));
    socket.write(`POST /v1/media/upload HTTP/1.1\r\nhost: alpha.test\r\nauthorization: Bearer ${alice.token}\r\ncontent-type: multipart/form-data; boundary=x\r\ncontent-length: 99999999999\r\n\r\n--x\r\n`);
    expect(await text).toMatch(/^HTTP\/1.1 413 [\s\S]*connection: close[\s\S]*SW_CONTENT_TOO_LARGE/i);
    socket.destroy();
  });

  test('who hangs up in the middle leaves nothing', async () => {
    const [before] = await rows();
    const { contentType, body } = formOf([{ field: 'file', name: 'a', bytes: randomBytes(500_000) }]);
    const socket = connect(world.api.port, '127.0.0.1');
    socket.write(`POST /v1/media/upload HTTP/1.1\r\nhost: alpha.test\r\nauthorization: Bearer ${alice.token}\r\ncontent-type: ${contentType}\r\ncontent-length: ${body.length}\r\n\r\n`);
    socket.write(body.subarray(0, 400_000));
    await until('a part of it is here', async () => (await rows())[0]!.n > before!.n);
    socket.destroy();
    await until('it is gone', async () => (await rows())[0]!.n === before!.n && (await rows())[0]!.chunks === before!.chunks);
  });

  test('nobody keeps more than their quota, however they send it at the same time', async () => {
    const erin = await world.person('erin');
    const hers = mediaOf(erin);
    const answers = await Promise.all(Array.from({ length: 6 }, () => hers.upload([{ field: 'file', name: 'a', bytes: randomBytes(500_000) }])));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 201, 201, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.json.error).toMatchObject({ code: 'SW_MEDIA_QUOTA_EXCEEDED', details: { limit_bytes: QUOTA } });
    expect(await erin.must('GET', '/v1/media/limits')).toEqual({ max_bytes: MAX_BYTES, quota_bytes: QUOTA, used_bytes: 1_500_000 });
    expect((await files.upload([{ field: 'file', name: 'a.png', bytes: png(2, 2) }])).status).toBe(201);
  });
});

describe('who may read a file', () => {
  test('its uploader; members of a room in which it was posted, while it stands there; nobody else', async () => {
    const room = await alice.room();
    await alice.add(room.id, bob);
    const carol = await world.person('carol');
    const media = await files.file(png(64, 32), 'beach.png', png(16, 8));
    const paths = [`/v1/media/${media.media_id}/info`, `/v1/media/download/${media.media_id}`, `/v1/media/download/${media.media_id}/thumbnail`];
    const seenBy = async (caller: Caller) => {
      const answers = await Promise.all(paths.map((path) => mediaOf(caller).get(path)));
      return answers.map(({ status, json }) => json?.error?.code ?? status);
    };
    const NOT = Array(3).fill('SW_MEDIA_NOT_FOUND');
    expect([await seenBy(alice), await seenBy(bob)]).toEqual([[200, 200, 200], NOT]);
    const posted = await post(alice, room.id, media.media_id);
    expect([await seenBy(bob), await seenBy(carol), await seenBy(zoe)]).toEqual([[200, 200, 200], NOT, NOT]);
    expect((await mediaOf(zoe).get(`${paths[1]}?server=alpha.test`)).status).toBe(404);
    await alice.must('POST', `/v1/rooms/${room.id}/kick`, { participant_id: bob.participantId });
    expect(await seenBy(bob)).toEqual(NOT);
    await alice.add(room.id, bob);
    expect(await seenBy(bob)).toEqual([200, 200, 200]);
    await alice.must('POST', `/v1/rooms/${room.id}/events/${posted.data.id}/redact`, {});
    expect([await seenBy(alice), await seenBy(bob)]).toEqual([[200, 200, 200], NOT]);
  });

  test('who came later does not see the files of what they do not see', async () => {
    const room = await alice.room('Quiet', { hides_history: true });
    const { media_id: id } = await files.file(png(4, 4));
    await post(alice, room.id, id);
    await world.advance({ minutes: 1 });
    await alice.add(room.id, bob);
    expect((await mediaOf(bob).get(`/v1/media/download/${id}`)).status).toBe(404);
    await post(alice, room.id, id);
    expect((await mediaOf(bob).get(`/v1/media/download/${id}`)).status).toBe(200);
  });

  test('a message says of its file what the server knows, and names only the sender’s own', async () => {
    const room = await alice.room();
    await alice.add(room.id, bob);
    const media = await files.file(png(64, 32), 'beach.png', png(16, 8));
    const { data } = await post(alice, room.id, media.media_id, { body: 'Look!', size: 1, mime_type: 'text/html', thumbnail_id: 'med-other', name: 'a/b.png' });
    expect(data.content).toEqual({ msgtype: 'swp.media', body: 'Look!', media_id: media.media_id, thumbnail_id: media.thumbnail_id, name: 'b.png', mime_type: 'image/png', size: media.size, width: 64, height: 32 });
    for (const id of [media.media_id, 'med-nothing', '../x', media.thumbnail_id]) expect([id, (await post(bob, room.id, id)).code]).toEqual([id, 'SW_MEDIA_NOT_FOUND']);
    expect((await post(alice, room.id, media.thumbnail_id)).code).toBe('SW_MEDIA_NOT_FOUND');
    const at = `/v1/rooms/${room.id}/events/${data.id}/edit`;
    const edited = await alice.must('POST', at, { content: { ...data.content, body: 'Look at that', size: 1 } });
    expect(edited.content).toMatchObject({ body: 'Look at that', media_id: media.media_id, size: media.size });
    expect((await alice.call('POST', at, { content: { msgtype: 'swp.text', body: 'x' } })).details).toMatchObject({ field: 'content.media_id' });
  });
});

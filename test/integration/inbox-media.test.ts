import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { ReceiveRequest, UploadMedia, type Actor } from '@scaiwave/core';
import { ENDPOINTS, expandTemplate } from '@scaiwave/protocol';
import type { PeerSigner } from '@scaiwave/testing';
import { InboxWorld } from './inbox-world.js';
import { png } from './media-world.js';

// What other servers get of our people's files.
let world: InboxWorld;
let beta: PeerSigner;
let gamma: PeerSigner;
let alice: Actor;
const ALPHA = 'alpha.test';
const BOB = '@bob:beta.test';
const PICTURE = png(40, 20);

beforeAll(async () => {
  world = await InboxWorld.create();
  [beta, gamma] = [await world.peer('beta'), await world.peer('gamma')];
  alice = await world.person('alice');
});
afterAll(() => world.close());

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

async function upload(): Promise<{ id: string; thumbnailId: string }> {
  const id = await world.get(UploadMedia).run(alice, { fileName: 'beach.png', expectedBytes: PICTURE.length, bytes: once(PICTURE) });
  const { thumbnail_id: thumbnailId } = await world.get(UploadMedia).finish(alice, id, png(4, 2));
  return { id, thumbnailId: thumbnailId! };
}

const post = (roomId: string, mediaId: string) => world.say(roomId, { type: 'swp.room.message', content: { msgtype: 'swp.media', body: 'beach.png', media_id: mediaId }, sender: alice.fqid });

async function get(mediaId: string, by = beta): Promise<{ status: number; headers: Record<string, string>; code: string | null; bytes: Buffer }> {
  const { status, headers, body } = await world.get(ReceiveRequest).run(by.request({ to: ALPHA, target: expandTemplate(ENDPOINTS.media, { media_id: mediaId }) }));
  const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? Buffer.from(body) : await buffer(body);
  return { status, headers, bytes, code: status === 200 ? null : JSON.parse(bytes.toString()).error.code };
}

test('a file goes to a server that has somebody in the room in which it was posted, with its digest, and so does its thumbnail', async () => {
  const room = await world.hostedRoom(alice, [BOB]);
  const { id, thumbnailId } = await upload();
  expect([(await get(id)).code, (await get(thumbnailId)).code]).toEqual(['SW_MEDIA_NOT_FOUND', 'SW_MEDIA_NOT_FOUND']);
  await post(room.id, id);
  const got = await get(id);
  expect([got.status, got.bytes.equals(PICTURE), got.headers]).toEqual([200, true, {
    'content-type': 'image/png', 'content-length': String(PICTURE.length), 'content-digest': `sha-256=:${createHash('sha256').update(PICTURE).digest('base64')}:`,
  }]);
  expect((await get(thumbnailId)).bytes.equals(png(4, 2))).toBe(true);
  expect([(await get(id, gamma)).status, (await get(id, gamma)).code, (await get(thumbnailId, gamma)).code]).toEqual([404, 'SW_MEDIA_NOT_FOUND', 'SW_MEDIA_NOT_FOUND']);
});

test.each(['med-nothing', 'nothing', '..', 'med-' + 'x'.repeat(70)])('%s is unknown', async (id) => {
  expect((await get(id)).code).toBe('SW_MEDIA_NOT_FOUND');
});

test('another server’s message does not open a file of ours', async () => {
  const room = await world.hostedRoom(alice, [BOB]);
  const { id } = await upload();
  const result = await world.tell(beta, beta.event({ type: 'swp.room.message', roomId: room.id, sender: BOB, content: { msgtype: 'swp.media', body: 'mine', media_id: id } }));
  expect(result.status).toBe('stored');
  expect((await get(id)).code).toBe('SW_MEDIA_NOT_FOUND');
});

test('nothing from before a server came, where the room hides that; nothing after its last person left', async () => {
  const room = await world.hostedRoom(alice, [], { hidesHistory: true });
  const [before, after] = [await upload(), await upload()];
  await post(room.id, before.id);
  await world.say(room.id, { type: 'swp.room.member', content: { fqid: BOB, membership: 'join' } });
  await post(room.id, after.id);
  expect([(await get(before.id)).code, (await get(after.id)).status]).toEqual(['SW_MEDIA_NOT_FOUND', 200]);
  await world.say(room.id, { type: 'swp.room.member', content: { fqid: BOB, membership: 'leave' } });
  expect((await get(after.id)).code).toBe('SW_MEDIA_NOT_FOUND');
});

test('sharing the room is enough where policy does not accept the server; a blocked one gets nothing', async () => {
  const room = await world.hostedRoom(alice, [BOB]);
  const { id } = await upload();
  await post(room.id, id);
  await world.setPolicy({ default_mode: 'invite_only' });
  expect([(await get(id)).status, (await get(id, gamma)).code]).toEqual([200, 'SW_FED_PEER_UNKNOWN']);
  await world.setPolicy({ default_mode: 'open', blocked_peers: ['beta.test'] });
  expect((await get(id)).code).toBe('SW_FED_PEER_UNKNOWN');
  await world.setPolicy({ default_mode: 'open' });
});

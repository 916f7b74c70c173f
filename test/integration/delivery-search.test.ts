import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SearchSweep, type Actor } from '@scaiwave/core';
import { encodeBase64url } from '@scaiwave/protocol';
import { until, type FakePeer } from '@scaiwave/testing';
import { DeliveryWorld } from './delivery-world.js';
import { idOf, resultsOf } from './fake-answers.js';

let world: DeliveryWorld;
let alice: Actor;
let peer: FakePeer;
beforeAll(async () => {
  world = await DeliveryWorld.create();
  alice = await world.person('alice');
  peer = await world.peer('beta');
});
afterAll(() => world?.close());

/** The tests of this run share one Postgres: a transaction of another one may hold up what a sweep takes. */
const untilTexts = (roomId: string, expected: readonly string[]) =>
  until(`search has ${expected.join(', ')}`, async () => {
    await world.get(SearchSweep).run();
    return (await texts(roomId)).toSorted().join() === expected.join();
  });
const texts = async (roomId: string) => (await world.database.rows<{ body: string }>('SELECT body FROM message_texts WHERE room_id = $1 ORDER BY said_at, event_id', [roomId])).map(({ body }) => body);

test('a worker takes in what was said behind everybody’s back, what it became, and takes out what was removed', async () => {
  const room = await world.hostedRoom(alice, [peer]);
  await world.post(alice, room.id, 'kept');
  const [edited, removed] = [await world.post(alice, room.id, 'before'), await world.post(alice, room.id, 'removed')];
  expect(await texts(room.id)).toEqual([]);
  await untilTexts(room.id, ['before', 'kept', 'removed']);
  const say = (type: string, content: object) => world.say(world.tenant, room.id, { type, content, sender: alice.fqid });
  await say('swp.room.message.edit', { event_id: edited, new_content: { msgtype: 'swp.text', body: 'after' } });
  await say('swp.room.redaction', { event_id: removed });
  await untilTexts(room.id, ['after', 'kept']);
});

test('an edit that the room’s host refuses leaves the text as it was', async () => {
  const roomId = await world.foreignRoom(peer, alice);
  const sent = await world.post(alice, roomId, 'as said');
  const edit = await world.say(world.tenant, roomId, { type: 'swp.room.message.edit', content: { event_id: sent, new_content: { msgtype: 'swp.text', body: 'refused' } }, sender: alice.fqid });
  await untilTexts(roomId, ['refused']);
  peer.answer = resultsOf((event) => (idOf(event) === edit ? { status: 'rejected', code: 'SW_FED_FORBIDDEN' } : { status: 'stored', room_seq: 10, chain: encodeBase64url(Buffer.alloc(32)) }));
  await world.drain(peer);
  await untilTexts(roomId, ['as said']);
});

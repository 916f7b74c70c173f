import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Redeliver, type Actor, type RoomRow } from '@scaiwave/core';
import { LIMITS } from '@scaiwave/protocol';
import type { FakePeer, ReceivedRequest } from '@scaiwave/testing';
import { DeliveryWorld } from './delivery-world.js';
import { idOf, resultsOf } from './fake-answers.js';

let world: DeliveryWorld;
let alice: Actor;
let beta: FakePeer;
let room: RoomRow;
let count = 0;

beforeAll(async () => {
  world = await DeliveryWorld.create();
  alice = await world.person('alice');
});
afterAll(() => world?.close());
beforeEach(async () => {
  beta = await world.peer(`beta${(count += 1)}`);
  room = await world.hostedRoom(alice, [beta]);
  await world.drain(beta);
});

const stored = resultsOf(() => ({ status: 'stored' }));
const eventsOf = ({ body }: ReceivedRequest) => (JSON.parse(body.toString()) as { events: Record<string, unknown>[] }).events;
const sizes = () => beta.batches.map(({ events }) => events.length).filter((events) => events > 0);
const idsSent = () => beta.batches.flatMap(({ events }) => events.map(idOf));
const open = () => world.database.rows<{ n: number }>('SELECT count(*)::int AS n FROM delivery_exceptions WHERE server_name = $1', [beta.serverName]);
const redeliver = (selection: Parameters<Redeliver['run']>[0]['selection']) => world.get(Redeliver).run({ actor: alice, selection });

/** Is said while the peer is away, and given up a day later; then the peer is back, and nobody has asked for anything. */
async function giveUp(say: () => Promise<unknown>): Promise<void> {
  beta.behaviour = { kind: 'closesEarly' };
  await say();
  await world.drain(beta);
  world.clock.advance({ hours: 24, seconds: 1 });
  await world.sweep();
  beta.behaviour = { kind: 'ok' };
  await world.advanceAndDrain(beta, { minutes: 2 });
  beta.received.length = 0;
}

describe('what is sent again because an admin asked', () => {
  test('is sent in requests that no receiver has to refuse for their size', async () => {
    await giveUp(() => world.sayMany(room.id, 60, alice.fqid, () => randomBytes(30_000).toString('base64url')));
    beta.answer = (request) => (request.body.length > LIMITS.bodyBytes ? { status: 413, body: { error: { code: 'SW_CONTENT_TOO_LARGE', message: '' } } } : stored(request));
    expect(await redeliver({ peer: beta.serverName })).toMatchObject({ events: 60 });
    await world.drain(beta);
    expect(await open()).toEqual([{ n: 0 }]);
    expect(sizes().reduce((sum, events) => sum + events, 0)).toBe(60);
    expect(await world.peerRow(beta)).toMatchObject({ verdict: null, last_error_code: 'SW_FED_PEER_UNREACHABLE' });
  });

  test('is never more than the peer says that it takes, and nothing at all until it takes something again', async () => {
    await giveUp(() => world.sayMany(room.id, 10, alice.fqid));
    const credits = [4, 3, 0, 9];
    beta.answer = (request) => {
      const { status, body } = stored(request);
      return { status, body: { data: { ...(body as { data: object }).data, credit: eventsOf(request).length === 0 ? 2 : (credits.shift() ?? 9) } } };
    };
    await world.post(alice, room.id, 'and its answer says how much it takes');
    await world.drain(beta);
    await redeliver({ peer: beta.serverName });
    await world.drain(beta);
    expect(sizes()).toEqual([1, 4, 3]);
    expect(await world.peerRow(beta)).toMatchObject({ verdict: 'busy', last_error_code: 'SW_RATE_LIMIT_EXCEEDED' });
    await world.advanceAndDrain(beta, { seconds: 1 });
    expect(beta.batches.map(({ events }) => events.length)).toEqual([1, 4, 3, 0, 2, 1]);
    expect(await open()).toEqual([{ n: 0 }]);
  });

  test('is sent in ever smaller requests where the peer fails on them, and what is new does not wait for that', async () => {
    const poison = await world.hostedRoom(alice, [beta]);
    await world.drain(beta);
    await giveUp(async () => {
      await world.sayMany(room.id, 6, alice.fqid);
      await world.post(alice, poison.id, 'poison');
    });
    beta.answer = (request) => (eventsOf(request).some((event) => event.room_id === poison.id) ? { status: 500, body: {} } : stored(request));
    await redeliver({ peer: beta.serverName });
    const now = await world.post(alice, room.id, 'new');
    await world.drain(beta);
    expect(idsSent()).toContain(now);
    expect(await world.peerRow(beta)).toMatchObject({ verdict: null, last_error_message: expect.stringContaining('HTTP 500') });
    for (let n = 0; n < 12; n += 1) await world.advanceAndDrain(beta, { seconds: 20 });
    expect(await open()).toEqual([{ n: 1 }]);
    beta.answer = stored;
    for (let n = 0; n < 4; n += 1) await world.advanceAndDrain(beta, { seconds: 30 });
    expect(await open()).toEqual([{ n: 0 }]);
  });

  test.each(['SW_FED_TRY_LATER', 'SW_INTERNAL', 'SW_FED_GAP'])('and is not taken yet (%s) holds nothing but its own room', async (code) => {
    const other = await world.hostedRoom(alice, [beta]);
    await world.drain(beta);
    let late = '';
    await giveUp(async () => (late = await world.post(alice, room.id, 'late')));
    beta.answer = resultsOf((event) => (idOf(event) === late ? { status: 'rejected', code } : { status: 'stored' }));
    await redeliver({ eventId: late });
    const now = await world.post(alice, other.id, 'new');
    await world.drain(beta);
    expect(idsSent()).toEqual([late, now]);
    expect(await world.peerRow(beta)).toMatchObject({ verdict: null, last_error_code: code });
    beta.answer = stored;
    await world.advanceAndDrain(beta, { seconds: 2 });
    expect(await open()).toEqual([{ n: 0 }]);
  });
});

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ChangePeer, Redeliver, type Actor, type RoomRow } from '@scaiwave/core';
import { LIMITS, type ServerName } from '@scaiwave/protocol';
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
    expect(await redeliver({ peer: beta.serverName as ServerName })).toMatchObject({ events: 60 });
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
    await redeliver({ peer: beta.serverName as ServerName });
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
    await redeliver({ peer: beta.serverName as ServerName });
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
    await redeliver({ eventIds: [late] });
    const now = await world.post(alice, other.id, 'new');
    await world.drain(beta);
    expect(idsSent()).toEqual([late, now]);
    expect(await world.peerRow(beta)).toMatchObject({ verdict: null, last_error_code: code });
    beta.answer = stored;
    await world.advanceAndDrain(beta, { seconds: 2 });
    expect(await open()).toEqual([{ n: 0 }]);
  });

  test('to a peer that was put back to an old copy of its data brings what it has lost first, though nothing new is said', async () => {
    const before = [await world.post(alice, room.id, 'one'), await world.post(alice, room.id, 'two')];
    await world.drain(beta);
    let late = '';
    await giveUp(async () => (late = await world.post(alice, room.id, 'late')));
    let position = 3; // it holds the room up to there
    beta.answer = resultsOf((event) => {
      if (Number(event.prev_seq) > position) return { status: 'rejected', code: 'SW_FED_GAP', expected_seq: position + 1 };
      position = Math.max(position, Number(event.room_seq));
      return { status: 'stored' };
    });
    await redeliver({ eventIds: [late] });
    for (let n = 0; n < 4; n += 1) await world.advanceAndDrain(beta, { seconds: 2 });
    expect(idsSent()).toEqual(expect.arrayContaining([...before, late]));
    expect(await open()).toEqual([{ n: 0 }]);
  });

  test('that ends in another history than ours stops the lane for the admins, and is sent when they have resumed it', async () => {
    let late = '';
    await giveUp(async () => (late = await world.post(alice, room.id, 'late')));
    beta.answer = resultsOf(() => ({ status: 'rejected', code: 'SW_FED_CHAIN_MISMATCH' }));
    await redeliver({ eventIds: [late] });
    await world.drain(beta);
    expect(await world.lane(beta, room.id)).toMatch(/ stopped$/);
    expect(await world.audit('lane.stopped', beta)).toEqual([room.id]);
    expect(await world.database.rows('SELECT state, requested_at IS NOT NULL AS is_wanted FROM delivery_exceptions WHERE event_id = $1', [late])).toEqual([{ state: 'failed', is_wanted: true }]);
    beta.answer = stored;
    await world.get(ChangePeer).run({ actor: alice, serverName: beta.serverName as ServerName, action: 'resume' });
    await world.advanceAndDrain(beta, { seconds: 1 });
    expect(await open()).toEqual([{ n: 0 }]);
  });
});

describe('a peer that was put back to a copy of its data that is days old', () => {
  /** It holds the room up to this place, takes what follows, and says where it stands. */
  function holdsUpTo(place: number): { has: Set<unknown> } {
    const state = { position: place, has: new Set<unknown>() };
    beta.answer = resultsOf((event) => {
      if (event.room_id !== room.id) return { status: 'stored' };
      if (Number(event.prev_seq) > state.position) return { status: 'rejected', code: 'SW_FED_GAP', expected_seq: state.position + 1 };
      state.position = Math.max(state.position, Number(event.room_seq));
      state.has.add(idOf(event));
      return { status: 'stored' };
    });
    return state;
  }
  const failed = () => world.audit('delivery.failed', beta);

  /** Two messages arrive, one is given up, one more arrives; a day goes by. */
  async function history(): Promise<Record<'one' | 'lost' | 'two', string>> {
    const one = await world.post(alice, room.id, 'one');
    await world.drain(beta);
    let lost = '';
    await giveUp(async () => (lost = await world.post(alice, room.id, 'lost')));
    const two = await world.post(alice, room.id, 'two');
    await world.drain(beta);
    world.clock.advance({ hours: 25 });
    return { one, lost, two };
  }

  test('gets again what it had, however old that is; what was given up stays so, and nobody is told of it once more', async () => {
    const { one, lost, two } = await history();
    const told = await failed();
    const { has } = holdsUpTo(3);
    const three = await world.post(alice, room.id, 'three');
    for (let n = 0; n < 3; n += 1) await world.advanceAndDrain(beta, { seconds: 2 });
    await world.sweep();
    expect([one, two, three, lost].map((id) => has.has(id))).toEqual([true, true, true, false]);
    expect([await failed(), await open()]).toEqual([told, [{ n: told.length }]]);
  });

  test('and is away for a day before it has all of it again gets that all the same, without what was said and given up meanwhile', async () => {
    const { one, two } = await history();
    holdsUpTo(3);
    const answer = beta.answer;
    beta.answer = (request) => (eventsOf(request).some((event) => Number(event.room_seq) === 4) ? { status: 500, body: {} } : answer(request));
    const three = await world.post(alice, room.id, 'three');
    await world.drain(beta);
    world.clock.advance({ hours: 25 });
    await world.sweep();
    expect(await failed()).toEqual(expect.arrayContaining([three]));
    expect(await failed()).not.toEqual(expect.arrayContaining([one]));
    const { has } = holdsUpTo(3);
    const four = await world.post(alice, room.id, 'four');
    for (let n = 0; n < 4; n += 1) await world.advanceAndDrain(beta, { minutes: 2 });
    expect([one, two, three, four].map((id) => has.has(id))).toEqual([true, true, false, true]);
  });
});

describe('who asks for what was given up by its time', () => {
  test('gets what was made in it, in the very bytes that were signed at first', async () => {
    const made: string[] = [];
    const peer = beta.serverName as ServerName;
    await giveUp(async () => {
      for (let n = 0; n < 4; n += 1) {
        made.push(await world.post(alice, room.id, `hour ${n}`));
        await world.drain(beta);
        world.clock.advance({ hours: 1 });
      }
    });
    const rows = await world.database.rows<{ id: string; jws: string; created_at: Date }>('SELECT id, jws, created_at FROM events WHERE id = ANY($1::uuid[])', [made]);
    const of = (n: number) => rows.find(({ id }) => id === made[n])!;
    expect(of(1).jws).toMatch(/^ey/);
    expect(await redeliver({ peer, from: of(1).created_at, to: of(2).created_at })).toEqual({ events: 2, control_events: 0 });
    await world.drain(beta);
    expect(beta.batches.flatMap(({ events }) => events.map((event) => [idOf(event), event.jws]))).toEqual([[made[1], of(1).jws], [made[2], of(2).jws]]);
    expect(await redeliver({ peer, to: of(0).created_at })).toEqual({ events: 1, control_events: 0 });
    await world.drain(beta);
    expect(idsSent().at(-1)).toBe(made[0]);
    expect(await redeliver({ peer, from: new Date(of(3).created_at.getTime() + 1) })).toEqual({ events: 0, control_events: 0 });
  });
});

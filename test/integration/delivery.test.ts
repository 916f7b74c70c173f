import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ListDeliveries, RedactMessage, ReactToMessage, type Actor, type RoomRow } from '@scaiwave/core';
import { decodeJws, LIMITS } from '@scaiwave/protocol';
import { newId } from '@scaiwave/telemetry';
import { until, type FakePeer } from '@scaiwave/testing';
import { DeliveryWorld } from './delivery-world.js';
import { idOf, resultsOf, watchFlight } from './fake-answers.js';

let world: DeliveryWorld;
let alice: Actor;
let beta: FakePeer;
let room: RoomRow;
let count = 0;

beforeAll(async () => {
  world = await DeliveryWorld.create(['alpha'], { requestTimeoutMs: 60_000, drainSliceMs: 60_000 });
  alice = await world.person('alice');
});
afterAll(() => world?.close());
beforeEach(async () => {
  beta = await world.peer(`beta${(count += 1)}`);
  room = await world.hostedRoom(alice, [beta]);
});

const eventsSent = (peer = beta) => peer.batches.flatMap((batch) => batch.events);
const seqsSent = (peer = beta) => eventsSent(peer).map((event) => event.room_seq);
/** Payloads of what went to the peer as the host of a room. */
const saidToHost = () => eventsSent().filter((event) => !('room_seq' in event)).map((event) => (decodeJws(event.jws) as { payload: { id: string; type: string } }).payload);
const statesOf = (eventId: string) =>
  world.database.rows<{ state: string; code: string }>('SELECT state, code FROM delivery_exceptions WHERE event_id = $1', [eventId]);

describe('a drain of a room that this server hosts', () => {
  test('brings everything from the member’s join on, in order, and names as prev_seq what was stored before', async () => {
    await world.post(alice, room.id, 'one');
    await world.post(alice, room.id, 'two');
    await world.drain(beta);
    expect(eventsSent().map(({ room_seq, prev_seq }) => [room_seq, prev_seq])).toEqual([[3, 0], [4, 3], [5, 4]]);
    expect(await world.lane(beta, room.id)).toBe('5/5 ok');
    await world.post(alice, room.id, 'three');
    await world.drain(beta);
    expect(eventsSent().at(-1)).toMatchObject({ room_seq: 6, prev_seq: 5 });
  });

  test('signs once: what goes to two peers are the same bytes', async () => {
    const gamma = await world.peer(`gamma${count}`);
    const shared = await world.hostedRoom(alice, [beta, gamma]);
    await world.post(alice, shared.id);
    await world.drain(beta);
    await world.drain(gamma);
    const [toBeta, toGamma] = [beta, gamma].map((peer) => eventsSent(peer).find((event) => event.room_id === shared.id && event.room_seq === 5)?.jws);
    expect(toBeta).toBe(toGamma);
    expect(decodeJws(toGamma)).toMatchObject({ ok: true, payload: { origin: 'alpha.localhost' } });
  });

  test('gives the receiver its own events back without their bytes', async () => {
    const entry = beta.message(room.id, `@bob:${beta.serverName}`);
    await world.inbound(beta, [entry]);
    await world.drain(beta);
    expect(eventsSent().at(-1)).toEqual({ room_id: room.id, id: entry.id, room_seq: 4, prev_seq: 3, chain: expect.any(String) });
  });

  test('leaves out the content of what was redacted and names the redaction', async () => {
    const eventId = await world.post(alice, room.id, 'secret');
    await world.get(RedactMessage).run({ actor: alice, roomId: room.id, eventId });
    await world.drain(beta);
    const [message, redaction] = eventsSent().slice(-2);
    expect(message).not.toHaveProperty('content');
    expect(message?.redacted_by).toBe((decodeJws(redaction?.jws) as { payload: { id: string } }).payload.id);
    expect(redaction).toHaveProperty('content');
  });

  test('sends at most 100 events at once', async () => {
    for (let n = 0; n < 120; n++) await world.say(world.tenant, room.id, { type: 'swp.room.message', sender: alice.fqid, content: { msgtype: 'swp.text', body: `${n}` } });
    await world.drain(beta);
    expect(beta.batches.map((batch) => batch.events.length)).toEqual([100, 22]); // one of them a checkpoint
    expect(seqsSent()).toEqual(Array.from({ length: 122 }, (_, index) => index + 3));
  });

  test('puts several rooms and control events into one batch', async () => {
    await world.hostedRoom(alice, [beta]);
    await world.control(beta.serverName);
    await world.drain(beta);
    expect(beta.batches.map((batch) => batch.events.length)).toEqual([3]);
  });

  test('has eight batches of as many lanes in flight at once, and of one lane never two', async () => {
    const rooms = [room];
    for (let n = 1; n < 10; n += 1) rooms.push(await world.hostedRoom(alice, [beta]));
    await world.drain(beta);
    for (const { id } of rooms) await world.sayMany(id, 150, alice.fqid);
    const flight = watchFlight(beta, 8);
    await until('all of it is there', async () => {
      await world.drain(beta); // until its slice is over
      return (await Promise.all(rooms.map(({ id }) => world.lane(beta, id)))).every((lane) => lane === '154/154 ok');
    });
    for (const { id } of rooms) expect(eventsSent().filter((event) => event.room_id === id).map((event) => event.room_seq)).toEqual(Array.from({ length: 152 }, (_, index) => index + 3));
    expect(flight).toEqual({ most: 8, mostOfOneLane: 1 });
  });

  test('sends at most 1 MiB at once, of one room or of several', async () => {
    const other = await world.hostedRoom(alice, [beta]);
    for (const { id } of [room, other]) await world.sayMany(id, 20, alice.fqid, () => randomBytes(45_000).toString('base64'));
    await world.drain(beta);
    expect([await world.lane(beta, room.id), await world.lane(beta, other.id)]).toEqual(['23/23 ok', '23/23 ok']);
    const bytes = beta.received.filter(({ method }) => method === 'POST').map(({ body }) => body.length);
    expect(Math.max(...bytes)).toBeLessThanOrEqual(LIMITS.bodyBytes);
    expect(Math.max(...bytes)).toBeGreaterThan(LIMITS.bodyBytes - 70_000);
    expect(seqsSent().length).toBe(42);
  });

  test('ends with the leave of the last member', async () => {
    await world.say(world.tenant, room.id, { type: 'swp.room.member', content: { fqid: `@bob:${beta.serverName}`, membership: 'leave' } });
    await world.post(alice, room.id, 'not for beta');
    await world.drain(beta);
    expect(seqsSent()).toEqual([3, 4]);
    await world.post(alice, room.id, 'nor this');
    await world.drain(beta);
    expect(seqsSent()).toEqual([3, 4]);
  });
});

describe('the peer’s answers', () => {
  test('a refused event fails with the peer’s code at once, and its lane goes on without naming it', async () => {
    const poison = await world.post(alice, room.id, 'poison');
    await world.post(alice, room.id, 'after');
    beta.answer = resultsOf((event) => {
      if (event.room_seq === 4) return { status: 'rejected', code: 'SW_FED_EVENT_INVALID' };
      return event.prev_seq === 4 ? { status: 'rejected', code: 'SW_FED_GAP', expected_seq: 4 } : { status: 'stored' };
    });
    await world.drain(beta);
    expect(eventsSent().map(({ room_seq, prev_seq }) => [room_seq, prev_seq])).toEqual([[3, 0], [4, 3], [5, 4], [5, 3]]);
    expect(await world.lane(beta, room.id)).toBe('5/5 ok');
    expect(await statesOf(poison)).toEqual([{ state: 'refused', code: 'SW_FED_EVENT_INVALID' }]);
  });

  test('a gap rewinds to where the receiver stands, and nothing is lost', async () => {
    await world.post(alice, room.id, 'one');
    await world.post(alice, room.id, 'two');
    await world.drain(beta);
    await world.post(alice, room.id, 'three');
    beta.answer = resultsOf((event) => (Number(event.prev_seq) > 3 ? { status: 'rejected', code: 'SW_FED_GAP', expected_seq: 4 } : { status: 'stored' }));
    beta.received.length = 0;
    await world.drain(beta);
    expect(eventsSent().map(({ room_seq, prev_seq }) => [room_seq, prev_seq]).slice(0, 4)).toEqual([[6, 5], [4, 3], [5, 4], [6, 5]]);
    beta.answer = resultsOf(() => ({ status: 'stored' }));
    await world.advanceAndDrain(beta, { seconds: 2 });
    expect(await world.lane(beta, room.id)).toBe('6/6 ok');
  });

  test.each(['SW_FED_TRY_LATER', 'SW_FED_CLOCK', 'SW_INTERNAL'])('%s keeps the cursor before the event, and other lanes go on', async (code) => {
    const other = await world.hostedRoom(alice, [beta]);
    await world.post(alice, room.id, 'not yet');
    beta.answer = resultsOf((event) => (event.room_id === room.id && Number(event.room_seq) >= 4 ? { status: 'rejected', code } : { status: 'stored' }));
    await world.drain(beta);
    expect([await world.lane(beta, room.id), await world.lane(beta, other.id)]).toEqual(['3/3 ok', '3/3 ok']);
    await world.post(alice, other.id, 'meanwhile');
    await world.drain(beta);
    expect(await world.lane(beta, other.id)).toBe('4/4 ok');
    beta.answer = resultsOf(() => ({ status: 'stored' }));
    await world.advanceAndDrain(beta, { seconds: 61 });
    expect(await world.lane(beta, room.id)).toBe('4/4 ok');
  });

  test('a control event that is not taken yet keeps what follows about the same room waiting behind it, and nothing else', async () => {
    const [one, other] = [newId(world.clock), newId(world.clock)];
    await world.drain(beta);
    const [invite, revoked, foreign] = [
      await world.control(beta.serverName, { type: 'swp.test', roomId: one }), await world.control(beta.serverName, { type: 'swp.test', roomId: one }), await world.control(beta.serverName, { type: 'swp.test', roomId: other }),
    ];
    const stateOf = async (id: string) => (await world.database.rows<{ state: string }>('SELECT state FROM control_events WHERE id = $1', [id]))[0]!.state;
    const codes: Record<string, string> = { [invite]: 'SW_FED_CLOCK', [revoked]: 'SW_FED_INVITE_INVALID' };
    beta.answer = resultsOf((event) => {
      const code = codes[idOf(event)!];
      return code === undefined ? { status: 'stored' } : { status: 'rejected', code };
    });
    await world.drain(beta);
    expect([await stateOf(invite), await stateOf(revoked), await stateOf(foreign)]).toEqual(['queued', 'queued', 'stored']);
    beta.answer = resultsOf(() => ({ status: 'stored' }));
    await world.advanceAndDrain(beta, { seconds: 2 });
    expect([await stateOf(invite), await stateOf(revoked)]).toEqual(['stored', 'stored']);
    expect(beta.batches.at(-1)!.events.map(idOf)).toEqual([invite, revoked]);
  });

  test('a chain mismatch stops the lane until somebody resumes it, and the admin finds it', async () => {
    await world.post(alice, room.id, 'one');
    beta.answer = resultsOf(() => ({ status: 'rejected', code: 'SW_FED_CHAIN_MISMATCH' }));
    await world.drain(beta);
    expect(await world.lane(beta, room.id)).toBe('2/0 stopped');
    beta.received.length = 0;
    await world.advanceAndDrain(beta, { minutes: 5 });
    expect(eventsSent()).toEqual([]);
    expect(await world.audit('lane.stopped')).toEqual([room.id]);
  });

  test('an answer that has not one result for each event counts as none', async () => {
    beta.answer = () => ({ status: 200, body: { data: { results: [] } } });
    await world.drain(beta);
    expect(await world.lane(beta, room.id)).toBe('2/0 ok');
    expect(await world.peerRow(beta)).toMatchObject({ verdict: 'down', last_error_code: 'SW_FED_PEER_UNREACHABLE' });
  });
});

describe('the lane to a room’s host', () => {
  test('takes our events there, and their places come back with the answer', async () => {
    const abroad = await world.foreignRoom(beta, alice);
    const eventId = await world.post(alice, abroad, 'hello');
    const chain = Buffer.alloc(32, 7).toString('base64url');
    beta.answer = resultsOf(() => ({ status: 'stored', room_seq: 12, chain }));
    await world.drain(beta);
    expect(eventsSent().filter((event) => !('room_seq' in event)).map((event) => Object.keys(event).sort())).toEqual([['content', 'jws']]);
    const [row] = await world.database.rows('SELECT state, room_seq::int FROM events WHERE id = $1', [eventId]);
    expect(row).toEqual({ state: 'sequenced', room_seq: 12 });
  });

  test('a final refusal fails the message and tells its sender', async () => {
    const abroad = await world.foreignRoom(beta, alice);
    const eventId = await world.post(alice, abroad, 'hello');
    beta.answer = resultsOf(() => ({ status: 'rejected', code: 'SW_ROOM_FROZEN' }));
    await world.drain(beta);
    expect(await world.database.rows('SELECT state, failure_code FROM events WHERE id = $1', [eventId])).toEqual([{ state: 'failed', failure_code: 'SW_ROOM_FROZEN' }]);
    expect(await statesOf(eventId)).toEqual([{ state: 'refused', code: 'SW_ROOM_FROZEN' }]);
    const news = await world.database.rows(`SELECT data->>'code' AS code FROM notifications WHERE kind = 'delivery_failed' AND data->>'event_id' = $1`, [eventId]);
    expect(news).toEqual([{ code: 'SW_ROOM_FROZEN' }]);
  });

  test('what was redacted before it left is never sent, nor what is about it', async () => {
    const abroad = await world.foreignRoom(beta, alice);
    const eventId = await world.post(alice, abroad, 'secret');
    await world.get(ReactToMessage).run({ actor: alice, roomId: abroad, eventId, emoji: '👍', isAdded: true });
    await world.get(RedactMessage).run({ actor: alice, roomId: abroad, eventId });
    const after = await world.post(alice, abroad, 'open');
    await world.drain(beta);
    expect(saidToHost().map(({ id }) => id)).toEqual([after]);
    expect(await world.database.rows(`SELECT count(*)::int AS n FROM events WHERE room_id = $1 AND state = 'pending'`, [abroad])).toEqual([{ n: 0 }]);
  });

  test('of what may have left, the redaction goes out', async () => {
    const abroad = await world.foreignRoom(beta, alice);
    const eventId = await world.post(alice, abroad, 'secret');
    beta.behaviour = { kind: 'closesEarly' };
    await world.drain(beta);
    await world.get(RedactMessage).run({ actor: alice, roomId: abroad, eventId });
    beta.behaviour = { kind: 'ok' };
    beta.received.length = 0;
    await world.advanceAndDrain(beta, { seconds: 4 });
    expect(saidToHost().map(({ type }) => type)).toEqual(['swp.room.redaction']);
  });
});

describe('what is said of deliveries', () => {
  const of = async (roomId: string, eventId: string) => (await world.get(ListDeliveries).ofEvent({ actor: alice, roomId, eventId })).map(({ server_name, state, code }) => [server_name, state, code]);
  const open = async () => {
    const filter = { state: null, peer: null, room: null, from: null, to: null, limit: 500, offset: 0 };
    return (await world.get(ListDeliveries).open({ actor: alice, filter })).map(({ event_id, server_name, state }) => [event_id, server_name, state]);
  };

  test('has nothing of a peer’s own events that go back to it for their place', async () => {
    await world.drain(beta);
    const entry = beta.message(room.id, `@bob:${beta.serverName}`);
    await world.inbound(beta, [entry]);
    expect((await open()).filter(([id]) => id === entry.id)).toEqual([]);
  });

  test('has nothing of what was redacted before it left: no server was to get it', async () => {
    const abroad = await world.foreignRoom(beta, alice);
    const eventId = await world.post(alice, abroad, 'secret');
    await world.get(RedactMessage).run({ actor: alice, roomId: abroad, eventId });
    await world.drain(beta);
    expect([await of(abroad, eventId), (await open()).filter(([id]) => id === eventId)]).toEqual([[], []]);
  });

  test('is “sent” only where a request with the event left and how it ended is not known', async () => {
    const [gamma, delta] = [await world.peer(`gamma${count}`), await world.peer(`delta${count}`)];
    const shared = await world.hostedRoom(alice, [beta, gamma, delta]);
    for (const peer of [beta, gamma, delta]) await world.drain(peer);
    const eventId = await world.post(alice, shared.id);
    const answer = gamma.answer;
    gamma.answer = (request) => {
      answer(request);
      throw new Error('the answer is lost');
    };
    await delta.stop();
    for (const peer of [beta, gamma, delta]) await world.drain(peer);
    const states = async () => Object.fromEntries((await of(shared.id, eventId)).map(([server, state]) => [server, state]));
    expect(await states()).toEqual({ [beta.serverName]: 'stored', [gamma.serverName]: 'sent', [delta.serverName]: 'queued' });
    const next = await world.post(alice, shared.id, 'and this one never left for it');
    expect((await of(shared.id, next)).find(([server]) => server === gamma.serverName)?.[1]).toBe('queued');
    gamma.answer = answer;
    await world.advanceAndDrain(gamma, { seconds: 2 });
    expect((await states())[gamma.serverName]).toBe('stored');
  });
});

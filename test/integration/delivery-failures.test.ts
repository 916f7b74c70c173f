import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AcceptInvitation, DrainPeer, BackgroundTasks, type Actor, type RoomRow } from '@scaiwave/core';
import type { ServerName } from '@scaiwave/protocol';
import { newId } from '@scaiwave/telemetry';
import type { FakePeer } from '@scaiwave/testing';
import { DeliveryWorld } from './delivery-world.js';
import { onFirstBatch, resultsOf } from './fake-answers.js';

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
});

const eventsSent = () => beta.batches.flatMap((batch) => batch.events);
const hellos = () => beta.batches.filter((batch) => batch.events.length === 0).length;
const waitOf = async () => ((await world.peerRow(beta)).next_attempt_at?.getTime() ?? 0) - world.clock.now();

describe('a peer that is down', () => {
  test('is tried again with growing waits, by a light hello, and gets everything in order when it is back', async () => {
    await world.drain(beta);
    await world.post(alice, room.id, 'one');
    beta.behaviour = { kind: 'closesEarly' };
    beta.received.length = 0;
    await world.drain(beta);
    expect(await world.peerRow(beta)).toMatchObject({ verdict: 'down', attempts: 1, last_error_code: 'SW_FED_PEER_UNREACHABLE' });
    const waits = [await waitOf()];
    for (let n = 0; n < 3; n++) {
      await world.advanceAndDrain(beta, { ms: await waitOf() });
      waits.push(await waitOf());
    }
    expect(waits[0]).toBeLessThanOrEqual(1_000);
    expect(waits[1]).toBeGreaterThan(1_500);
    expect(Math.max(...waits)).toBeLessThanOrEqual(3_000);
    expect([eventsSent().length, hellos()]).toEqual([1, 3]);
    await world.post(alice, room.id, 'two');
    beta.behaviour = { kind: 'ok' };
    await world.advanceAndDrain(beta, { ms: await waitOf() });
    expect(await world.lane(beta, room.id)).toBe('5/5 ok');
    expect(await world.peerRow(beta)).toMatchObject({ verdict: null, attempts: 0, next_attempt_at: null, failing_since: null });
  });

  test('is not tried before its time, and is probed often at first, then less, and once a minute after half an hour', async () => {
    beta.behaviour = { kind: 'status', status: 500 };
    await world.drain(beta);
    const before = beta.received.length;
    await world.drain(beta);
    expect(beta.received.length).toBe(before);
    const began = (await world.peerRow(beta)).failing_since!.getTime();
    const waitsAfter = async (minutes: number) => {
      const waits: number[] = [];
      world.clock.advance({ ms: Math.max(0, began + minutes * 60_000 - world.clock.now()) });
      await world.drain(beta);
      for (let n = 0; n < 8; n++) {
        waits.push(await waitOf());
        await world.advanceAndDrain(beta, { ms: waits.at(-1)! });
      }
      return waits;
    };
    expect(Math.max(...(await waitsAfter(0)))).toBeLessThanOrEqual(3_000);
    expect(Math.max(...(await waitsAfter(4.5)))).toBeLessThanOrEqual(3_000);
    const [later, latest] = [await waitsAfter(6), await waitsAfter(25)];
    expect([Math.min(...later, ...latest) >= 12_000, Math.max(...later, ...latest)]).toEqual([true, expect.any(Number)]);
    expect(Math.max(...later, ...latest)).toBeLessThanOrEqual(15_000);
    expect([...(await waitsAfter(31)), ...(await waitsAfter(600))]).toEqual(Array.from({ length: 16 }, () => 60_000));
  }, 30_000);

  test('is tried at once when a valid request of it comes in', async () => {
    await world.drain(beta);
    await world.post(alice, room.id, 'one');
    beta.behaviour = { kind: 'closesEarly' };
    await world.drain(beta);
    await world.advanceAndDrain(beta, { ms: await waitOf() });
    expect(await waitOf()).toBeGreaterThan(0);
    beta.behaviour = { kind: 'ok' };
    await world.inbound(beta, []);
    expect(await waitOf()).toBe(0);
    await world.sweep();
    expect(await world.lane(beta, room.id)).toBe('4/4 ok');
  });

  test('that answers no JSON, or too much, or redirects, counts as down or refusing, and nothing is lost', async () => {
    await world.drain(beta);
    await world.post(alice, room.id, 'one');
    const verdicts: unknown[] = [];
    for (const behaviour of [{ kind: 'notJson' }, { kind: 'huge', bytes: 2_000_000 }, { kind: 'redirects', to: 'http://127.0.0.1:1/' }, { kind: 'badSignature' }] as const) {
      beta.behaviour = behaviour;
      await world.advanceAndDrain(beta, { minutes: 20 });
      verdicts.push((await world.peerRow(beta)).verdict);
    }
    expect(verdicts).toEqual(['down', 'down', 'refuses_us', 'down']);
    beta.behaviour = { kind: 'ok' };
    await world.advanceAndDrain(beta, { minutes: 20 });
    expect(await world.lane(beta, room.id)).toBe('4/4 ok');
  });
});

describe('a peer that answers hellos and fails on events', () => {
  test('is tried with growing waits all the same', async () => {
    const answer = resultsOf(() => ({ status: 'stored' }));
    beta.answer = (request) => (JSON.parse(request.body.toString()).events.length > 0 ? { status: 500, body: {} } : answer(request));
    await world.drain(beta);
    for (let n = 0; n < 3; n++) await world.advanceAndDrain(beta, { ms: await waitOf() });
    expect(await world.peerRow(beta)).toMatchObject({ verdict: 'down', attempts: 4 });
    beta.answer = answer;
    await world.advanceAndDrain(beta, { ms: await waitOf() });
    expect([await world.lane(beta, room.id), (await world.peerRow(beta)).verdict]).toEqual(['3/3 ok', null]);
  });

  test('because of one of them gets all others of its other rooms', async () => {
    const rooms = [room, await world.hostedRoom(alice, [beta]), await world.hostedRoom(alice, [beta])];
    const answer = resultsOf(() => ({ status: 'stored' }));
    beta.answer = (request) => (request.body.toString().includes(rooms[1]!.id) ? { status: 500, body: {} } : answer(request));
    for (let n = 0; n < 8; n++) await world.advanceAndDrain(beta, { seconds: 20 });
    expect(await Promise.all(rooms.map(({ id }) => world.lane(beta, id)))).toEqual(['3/3 ok', '2/0 ok', '3/3 ok']);
  });
});

describe('a peer that is busy', () => {
  test('is left alone for as long as it asks, and then gets the events at once', async () => {
    await world.drain(beta);
    await world.post(alice, room.id, 'one');
    beta.behaviour = { kind: 'status', status: 429, headers: { 'retry-after': '40' } };
    await world.drain(beta);
    expect(await world.peerRow(beta)).toMatchObject({ verdict: 'busy' });
    expect(await waitOf()).toBe(40_000);
    beta.behaviour = { kind: 'ok' };
    beta.received.length = 0;
    await world.advanceAndDrain(beta, { seconds: 39 });
    expect(beta.received).toEqual([]);
    await world.advanceAndDrain(beta, { seconds: 1 });
    expect([hellos(), eventsSent().length]).toEqual([0, 1]);
  });

  test('with no credit left is asked again by a hello', async () => {
    const answer = resultsOf(() => ({ status: 'stored' }));
    beta.answer = (request) => {
      const { status, body } = answer(request);
      return { status, body: { data: { ...(body as { data: object }).data, credit: 0 } } };
    };
    await world.drain(beta);
    expect(await world.lane(beta, room.id)).toBe('3/3 ok');
    expect(await world.peerRow(beta)).toMatchObject({ verdict: 'busy', attempts: 1 });
  });
});

describe('a peer that refuses us', () => {
  test('has its descriptor fetched once more, and last_error says why', async () => {
    await world.drain(beta);
    await world.post(alice, room.id, 'one');
    beta.behaviour = { kind: 'status', status: 403 };
    beta.received.length = 0;
    await world.drain(beta);
    expect(beta.received.filter(({ target }) => target.includes('well-known'))).toHaveLength(1);
    expect(await world.peerRow(beta)).toMatchObject({ verdict: 'refuses_us', last_error_code: 'SW_INTERNAL', last_error_message: expect.stringContaining('403') });
  });

  test('by its policy does not take in who has just accepted: they are told why, and the room is gone', async () => {
    await world.drain(beta);
    const [roomId, invite_id] = [newId(world.clock), newId(world.clock)];
    const bob = `@bob:${beta.serverName}`;
    const content = {
      invite_id, room: { id: roomId, name: 'Abroad', topic: null, room_type: 'group', host: beta.serverName, servers: [beta.serverName] },
      inviter: { fqid: bob, display_name: 'Bob' }, invitee: alice.fqid, expires_at: world.clock.now() + 604_800_000,
    };
    expect(await world.inbound(beta, [beta.event({ type: 'swp.room.invite', roomId, sender: bob, originTs: world.clock.now(), content })])).toEqual(['stored']);
    beta.answer = () => ({ status: 403, body: { error: { code: 'SW_FED_PEER_UNKNOWN', message: '' } } });
    await world.get(AcceptInvitation).run({ actor: alice, invitationId: invite_id });
    await world.drain(beta);
    expect(await world.database.rows('SELECT state, error_code, error_by FROM invitations WHERE id = $1', [invite_id])).toEqual([{ state: 'failed', error_code: 'SW_FED_PEER_UNKNOWN', error_by: beta.serverName }]);
    expect(await world.database.rows(`SELECT 1 AS told FROM notifications WHERE kind = 'invitation_outcome' AND data->>'id' = $1`, [invite_id])).toEqual([{ told: 1 }]);
    expect(await world.database.rows('SELECT 1 FROM rooms WHERE id = $1', [roomId])).toEqual([]);
  });

  test('is not reached at all where our own policy refuses it', async () => {
    await world.setPolicy({ default_mode: 'closed' });
    await world.drain(beta);
    expect(beta.received).toEqual([]);
    expect(await world.peerRow(beta)).toMatchObject({ last_error_code: 'SW_FED_PEER_UNKNOWN' });
    await world.setPolicy({ default_mode: 'open' });
    await world.advanceAndDrain(beta, { seconds: 11 });
    expect(await world.lane(beta, room.id)).toBe('3/3 ok');
  });
});

describe('24 hours', () => {
  test('after it was made an event is marked failed in the audit log, kept, and not sent again by itself', async () => {
    await world.drain(beta);
    const eventId = await world.post(alice, room.id, 'too late');
    const controlId = await world.control(beta.serverName);
    beta.behaviour = { kind: 'closesEarly' };
    await world.drain(beta);
    world.clock.advance({ hours: 23 });
    const young = await world.post(alice, room.id, 'in time');
    await world.drain(beta);
    world.clock.advance({ hours: 1, seconds: 1 });
    await world.sweep();
    expect((await world.audit('delivery.failed', beta)).toSorted()).toEqual([eventId, controlId].toSorted());
    expect(await world.database.rows('SELECT state FROM delivery_exceptions WHERE event_id = $1', [eventId])).toEqual([{ state: 'failed' }]);
    expect(await world.database.rows('SELECT state FROM control_events WHERE id = $1', [controlId])).toEqual([{ state: 'failed' }]);
    beta.behaviour = { kind: 'ok' };
    beta.received.length = 0;
    await world.advanceAndDrain(beta, { minutes: 16 });
    expect(eventsSent().map(({ room_seq, prev_seq }) => [room_seq, prev_seq])).toEqual([[5, 3], [6, 5]]); // and the checkpoint of a room that has been quiet for ten minutes
    expect(await world.database.rows('SELECT content IS NOT NULL AS is_kept FROM events WHERE id = ANY($1::uuid[])', [[eventId, young]])).toEqual([{ is_kept: true }, { is_kept: true }]);
  });

  test('on the way to a room’s host fail the message for its sender', async () => {
    const abroad = await world.foreignRoom(beta, alice);
    beta.behaviour = { kind: 'closesEarly' };
    const eventId = await world.post(alice, abroad, 'too late');
    await world.drain(beta);
    world.clock.advance({ hours: 25 });
    await world.sweep();
    expect(await world.database.rows('SELECT state, failure_code FROM events WHERE id = $1', [eventId])).toEqual([{ state: 'failed', failure_code: 'SW_FED_PEER_UNREACHABLE' }]);
    expect(await world.database.rows(`SELECT 1 AS told FROM notifications WHERE kind = 'delivery_failed' AND data->>'event_id' = $1`, [eventId])).toEqual([{ told: 1 }]);
  });
});

describe('two workers', () => {
  test('never drain one peer at the same time', async () => {
    const second = (await world.addWorker('second')).get(DrainPeer, { strict: false });
    await world.sayMany(room.id, 150, alice.fqid);
    beta.behaviour = { kind: 'slow', ms: 100 };
    await Promise.all([world.drain(beta), second.run(world.tenant.id, beta.serverName as ServerName)]);
    await world.drain(beta);
    expect(eventsSent().map((event) => event.room_seq)).toEqual(Array.from({ length: 152 }, (_, index) => index + 3));
  });

  test('one that was thought dead cannot move a cursor any more: its fencing number is over', async () => {
    const second = (await world.addWorker('third')).get(DrainPeer, { strict: false });
    const started: Promise<void>[] = [];
    const [answer, refuse] = [resultsOf(() => ({ status: 'stored' })), resultsOf(() => ({ status: 'rejected', code: 'SW_FED_EVENT_INVALID' }))];
    onFirstBatch(beta, () => {
      world.clock.advance({ minutes: 2 });
      started.push(second.run(world.tenant.id, beta.serverName as ServerName));
    });
    beta.answer = (request) => (request === beta.received.find(({ method }) => method === 'POST') ? refuse(request) : answer(request));
    beta.behaviour = { kind: 'slow', ms: 300 };
    await world.drain(beta);
    await Promise.all(started);
    await world.get(BackgroundTasks).idle();
    expect(await world.lane(beta, room.id)).toBe('3/3 ok');
    expect(await world.database.rows('SELECT 1 FROM delivery_exceptions WHERE room_id = $1', [room.id])).toEqual([]);
  });
});

describe('whatever wake-ups were lost', () => {
  test('the sweep finds what is due, with an emptied Redis too', async () => {
    await world.post(alice, room.id, 'one');
    await world.corner.empty();
    await world.sweep();
    expect(await world.lane(beta, room.id)).toBe('4/4 ok');
  });

  test('a batch whose answer never came is sent again, and a duplicate counts as stored', async () => {
    await world.post(alice, room.id, 'one');
    beta.answer = resultsOf(() => ({ status: 'stored' }));
    const answer = beta.answer;
    beta.answer = (request) => {
      answer(request);
      throw new Error('the answer is lost');
    };
    await world.drain(beta);
    beta.answer = resultsOf(() => ({ status: 'duplicate' }));
    await world.advanceAndDrain(beta, { seconds: 5 });
    expect(await world.lane(beta, room.id)).toBe('4/4 ok');
  });
});

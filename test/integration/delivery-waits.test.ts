import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Actor, RoomRow } from '@scaiwave/core';
import { until, type FakePeer } from '@scaiwave/testing';
import { DeliveryWorld } from './delivery-world.js';
import { resultsOf, watchFlight } from './fake-answers.js';

let world: DeliveryWorld;
let alice: Actor;
let beta: FakePeer;
let room: RoomRow;
let count = 0;

beforeAll(async () => {
  world = await DeliveryWorld.create(['alpha', 'omega'], { requestTimeoutMs: 30_000 });
  alice = await world.person('alice');
});
afterAll(() => world?.close());
beforeEach(async () => {
  beta = await world.peer(`beta${(count += 1)}`);
  room = await world.hostedRoom(alice, [beta]);
  await world.drain(beta);
  beta.received.length = 0;
});

const stored = resultsOf(() => ({ status: 'stored' }));
const waitOf = async () => ((await world.peerRow(beta)).next_attempt_at?.getTime() ?? 0) - world.clock.now();
const posts = () => beta.received.filter(({ method }) => method === 'POST');
const settings = (delivery: object, tenant = world.tenant) => world.database.rows('UPDATE tenants SET delivery = $2 WHERE id = $1', [tenant.id, JSON.stringify(delivery)]);

async function fails(behaviour: FakePeer['behaviour'] = { kind: 'closesEarly' }): Promise<string> {
  beta.behaviour = behaviour;
  const eventId = await world.post(alice, room.id, 'one');
  await world.drain(beta);
  return eventId;
}

describe('a peer that reaches us and that we do not reach', () => {
  test('has been failing since it first did, whatever it says meanwhile; and is looked for more often again', async () => {
    await fails();
    const since = (await world.peerRow(beta)).failing_since;
    for (let n = 0; n < 20; n += 1) {
      await world.advanceAndDrain(beta, { minutes: 2 });
      world.clock.advance({ ms: 500 });
      await world.inbound(beta, []);
      await world.drain(beta);
    }
    expect(await world.peerRow(beta)).toMatchObject({ verdict: 'down', failing_since: since });
    expect(await waitOf()).toBeLessThanOrEqual(3_000);
    beta.behaviour = { kind: 'ok' };
    await world.advanceAndDrain(beta, { seconds: 4 });
    expect(await world.peerRow(beta)).toMatchObject({ verdict: null, failing_since: null, probing_since: null });
  });

  test('is tried at once when it says something while a probe of ours hangs', async () => {
    await fails();
    beta.received.length = 0;
    beta.behaviour = { kind: 'slow', ms: 60_000 };
    world.clock.advance({ seconds: 3 });
    const probing = world.drain(beta);
    await until('the probe hangs', () => posts().length === 1);
    world.clock.advance({ ms: 500 });
    await world.inbound(beta, []);
    await probing;
    expect(await world.peerRow(beta)).toMatchObject({ verdict: 'down', last_error_message: expect.stringContaining('timeout') });
    expect(await waitOf()).toBeLessThanOrEqual(0);
    beta.behaviour = { kind: 'ok' };
    await world.sweep();
    expect(await world.lane(beta, room.id)).toBe('4/4 ok');
  });
});

describe('what a peer asked for', () => {
  test('in its Retry-After is kept to, though its people go on talking to us', async () => {
    await fails({ kind: 'status', status: 429, headers: { 'retry-after': '40' } });
    beta.behaviour = { kind: 'ok' };
    beta.received.length = 0;
    for (let n = 0; n < 3; n += 1) {
      world.clock.advance({ seconds: 13 });
      await world.inbound(beta, []);
      await world.sweep();
      await world.drain(beta);
    }
    expect(beta.received).toEqual([]);
    await world.advanceAndDrain(beta, { seconds: 1 });
    expect(await world.lane(beta, room.id)).toBe('4/4 ok');
    expect(await world.peerRow(beta)).toMatchObject({ asked_to_wait_until: null });
  });

  test('without a time is asked again at once when it says something', async () => {
    beta.answer = (request) => {
      const { status, body } = stored(request);
      return { status, body: { data: { ...(body as { data: object }).data, credit: 0 } } };
    };
    await fails({ kind: 'ok' });
    expect(await waitOf()).toBeGreaterThan(0);
    world.clock.advance({ ms: 300 });
    await world.inbound(beta, []);
    expect(await waitOf()).toBeLessThanOrEqual(0);
  });
});

describe('a hello of ours that is answered', () => {
  const hello = async () => {
    await world.leaveUntold([{ kind: 'hello', serverName: beta.serverName, deadlineMs: 60_000 }]);
    world.clock.advance({ seconds: 1 });
    await world.sweep();
    await world.untilRequestsAreDone();
  };

  test('does not end the time for which the peer has asked us to wait', async () => {
    await fails({ kind: 'status', status: 429, headers: { 'retry-after': '40' } });
    beta.behaviour = { kind: 'ok' };
    const until = (await world.peerRow(beta)).next_attempt_at;
    await hello();
    expect(await world.peerRow(beta)).toMatchObject({ verdict: 'busy', next_attempt_at: until });
    expect(await world.lane(beta, room.id)).toBe('3/3 ok');
  });

  test('with the word that it takes nothing keeps what waits here, and with the word that it does lets it go', async () => {
    let credit = 0;
    beta.answer = (request) => {
      const { status, body } = stored(request);
      return { status, body: { data: { ...(body as { data: object }).data, credit } } };
    };
    await hello();
    await world.post(alice, room.id, 'one');
    await world.drain(beta);
    expect(await world.peerRow(beta)).toMatchObject({ verdict: 'busy', last_error_code: 'SW_RATE_LIMIT_EXCEEDED' });
    await hello();
    expect([await world.lane(beta, room.id), (await world.peerRow(beta)).verdict]).toEqual(['3/3 ok', 'busy']);
    credit = 5;
    await hello();
    expect([await world.lane(beta, room.id), (await world.peerRow(beta)).verdict]).toEqual(['4/4 ok', null]);
  });
});

describe('giving up', () => {
  test('is not kept from one tenant’s peers by a hundred of another that is suspended', async () => {
    const omega = world.tenants.get('omega')!;
    const olga = await world.person('olga', omega);
    const theirs = await world.hostedRoom(olga, [beta]);
    beta.behaviour = { kind: 'closesEarly' };
    await world.drain(beta, omega);
    await world.database.rows(
      `WITH p AS (INSERT INTO peers (tenant_id, server_name, created_at) SELECT $1, 'away' || n || '.localhost', $2 FROM generate_series(1, 120) n RETURNING server_name)
       INSERT INTO control_events (tenant_id, server_name, out_seq, id, type, origin_ts, payload, content, created_at)
       SELECT $1, server_name, 1, gen_random_uuid(), 'swp.server.keys', 0, '{}', '{}', $2 FROM p`,
      [world.tenant.id, world.clock.date()],
    );
    world.clock.advance({ hours: 25 });
    await world.database.rows(`UPDATE tenants SET state = 'suspended' WHERE id = $1`, [world.tenant.id]);
    await world.sweep();
    expect(await world.database.rows(`SELECT state FROM delivery_exceptions WHERE tenant_id = $1 AND room_id = $2`, [omega.id, theirs.id])).not.toEqual([]);
    await world.database.rows(`DELETE FROM control_events WHERE tenant_id = $1`, [world.tenant.id]);
    await world.database.rows(`UPDATE tenants SET state = 'active' WHERE id = $1`, [world.tenant.id]);
    world.clock.advance({ seconds: 3 });
  });

  test('begins when the tenant’s own patience is over, though its peer is down', async () => {
    await settings({ give_up_after_ms: 3_600_000 });
    world.clock.advance({ seconds: 3 });
    const eventId = await fails();
    world.clock.advance({ minutes: 59 });
    await world.sweep();
    expect(await world.audit('delivery.failed', beta)).toEqual([]);
    world.clock.advance({ minutes: 2 });
    await world.sweep();
    expect(await world.audit('delivery.failed', beta)).toEqual([eventId]);
    await settings({});
    world.clock.advance({ seconds: 3 });
  });
});

describe('what a tenant’s resource says of delivery', () => {
  const within = async (delivery: object, act: () => Promise<void>) => {
    await settings(delivery);
    world.clock.advance({ seconds: 3 }); // workers read it again
    try {
      await act();
    } finally {
      await settings({});
      world.clock.advance({ seconds: 3 });
    }
  };

  test('bounds the first wait and the longest one', () =>
    within({ backoff_initial_ms: 5_000, backoff_max_ms: 10_000 }, async () => {
      await fails();
      const first = await waitOf();
      expect([first >= 4_000, first <= 5_000]).toEqual([true, true]);
      world.clock.advance({ minutes: 50 });
      await world.drain(beta);
      await world.advanceAndDrain(beta, { ms: await waitOf() });
      expect(await waitOf()).toBeLessThanOrEqual(10_000);
    }));

  test('bounds how long an answer is waited for', () =>
    within({ timeout_ms: 400 }, async () => {
      await fails({ kind: 'slow', ms: 25_000 });
      expect(await world.peerRow(beta)).toMatchObject({ verdict: 'down', last_error_message: expect.stringContaining('timeout') });
    }));

  test('bounds the batches in flight', () =>
    within({ max_in_flight_per_peer: 2 }, async () => {
      for (let n = 0; n < 3; n += 1) await world.sayMany((await world.hostedRoom(alice, [beta])).id, 120, alice.fqid);
      const flight = watchFlight(beta);
      await world.drain(beta);
      expect(flight).toEqual({ most: 2, mostOfOneLane: 1 });
    }));
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DrainPeer, type Actor, type RoomRow } from '@scaiwave/core';
import type { ServerName } from '@scaiwave/protocol';
import { until, type FakePeer, type ReceivedRequest } from '@scaiwave/testing';
import { DeliveryWorld } from './delivery-world.js';
import { resultsOf } from './fake-answers.js';

let world: DeliveryWorld;
let alice: Actor;
let count = 0;

beforeAll(async () => {
  world = await DeliveryWorld.create(['alpha', 'omega'], { drainSliceMs: 60_000 });
  alice = await world.person('alice');
});
afterAll(() => world?.close());

const stored = resultsOf(() => ({ status: 'stored' }));
const nextPeer = () => world.peer(`peer${(count += 1)}`);
const sizes = (peer: FakePeer) => peer.batches.map(({ events }) => events.length);
const waitOf = async (peer: FakePeer) => ((await world.peerRow(peer)).next_attempt_at?.getTime() ?? 0) - world.clock.now();

/** Answers as usual, with what `creditFor` says beside it. */
function withCredit(creditFor: (request: ReceivedRequest) => number): FakePeer['answer'] {
  return (request) => {
    const { status, body } = stored(request);
    return { status, body: { data: { ...(body as { data: object }).data, credit: creditFor(request) } } };
  };
}

describe('the credit of a receiver', () => {
  test('is never exceeded by all that is on its way to it, and everything arrives', async () => {
    const peer = await nextPeer();
    const rooms: RoomRow[] = [];
    for (let n = 0; n < 6; n += 1) rooms.push(await world.hostedRoom(alice, [peer]));
    const [onTheirWay, answered] = [new Map<ReceivedRequest, number>(), new Set<ReceivedRequest>()];
    let most = 0;
    const arrived = peer.received.push.bind(peer.received);
    peer.received.push = (...requests) => {
      for (const request of requests) if (request.method === 'POST') onTheirWay.set(request, JSON.parse(request.body.toString()).events.length);
      if (answered.size > 0) most = Math.max(most, [...onTheirWay.values()].reduce((sum, events) => sum + events, 0));
      return arrived(...requests);
    };
    const answer = withCredit(() => 25);
    peer.answer = (request) => {
      onTheirWay.delete(request);
      answered.add(request);
      return answer(request);
    };
    await world.drain(peer);
    for (const room of rooms) await world.sayMany(room.id, 60, alice.fqid);
    peer.behaviour = { kind: 'slow', ms: 20 };
    await world.drain(peer);
    expect(await Promise.all(rooms.map(({ id }) => world.lane(peer, id)))).toEqual(rooms.map(() => '63/63 ok'));
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(25);
  });

  test('of nothing is asked about by hellos with growing waits, and obeyed when there is some again', async () => {
    const peer = await nextPeer();
    const room = await world.hostedRoom(alice, [peer]);
    const credits = [0, 0, 0, 4, 4, 4];
    peer.answer = withCredit(() => credits.shift() ?? 4);
    await world.drain(peer);
    await world.sayMany(room.id, 6, alice.fqid);
    const waits: number[] = [];
    for (let n = 0; n < 3; n += 1) {
      waits.push(await waitOf(peer));
      await world.advanceAndDrain(peer, { ms: waits.at(-1)! });
    }
    expect(sizes(peer)).toEqual([1, 0, 0, 0, 4, 2]);
    expect(waits[0]).toBeLessThanOrEqual(1_000);
    expect(waits[2]).toBeGreaterThan(waits[0]! * 2);
    expect(await world.lane(peer, room.id)).toBe('9/9 ok');
    expect(await world.peerRow(peer)).toMatchObject({ verdict: null, next_attempt_at: null });
  });
});

describe('a tenant with a huge backlog', () => {
  test('does not keep another one waiting: its batch leaves after a few of the many', async () => {
    const [peer, omega] = [await nextPeer(), world.tenants.get('omega')!];
    const rooms: RoomRow[] = [];
    for (let n = 0; n < 10; n += 1) {
      rooms.push(await world.hostedRoom(alice, [peer]));
      await seed(rooms[n]!.id, 1_500);
    }
    const olga = await world.person('olga', omega);
    const room = await world.hostedRoom(olga, [peer]);
    await world.drain(peer, omega);
    const of = ({ headers }: ReceivedRequest) => headers['scaiwave-origin'];
    const isBatch = (request: ReceivedRequest) => request.method === 'POST';
    const backlog = world.drain(peer);
    await until('the backlog is on its way', () => peer.received.filter((request) => isBatch(request) && of(request) === world.tenant.serverName).length >= 10);
    const id = await world.post(olga, room.id, 'me too');
    const from = peer.received.length;
    await world.drain(peer, omega);
    const after = peer.received.slice(from).filter(isBatch);
    const foreign = after.slice(0, after.findIndex((request) => of(request) === omega.serverName)).length;
    expect(await world.database.rows('SELECT 1 FROM events WHERE id = $1', [id])).toHaveLength(1);
    expect(await world.lane(peer, room.id, omega)).toBe('4/4 ok');
    expect(foreign).toBeLessThanOrEqual(24);
    const left = await world.database.rows<{ n: number }>('SELECT sum(r.last_seq - l.acked_seq)::int AS n FROM lanes l JOIN rooms r ON r.id = l.room_id WHERE l.tenant_id = $1 AND l.server_name = $2', [world.tenant.id, peer.serverName]);
    expect(left[0]!.n).toBeGreaterThan(10_000);
    peer.behaviour = { kind: 'closesEarly' };
    await backlog;
  }, 60_000);

  /** The room's last event again and again, as if it had been said so often. */
  async function seed(roomId: string, events: number): Promise<void> {
    await world.post(alice, roomId as RoomRow['id'], 'said before');
    await world.database.rows(
      `INSERT INTO events SELECT (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(), 'room_seq', e.room_seq + n, 'stream_position', 1000000000 + e.stream_position * 10000 + n))).*
       FROM events e JOIN rooms r ON r.tenant_id = e.tenant_id AND r.id = e.room_id AND r.last_seq = e.room_seq, generate_series(1, $2::int) n WHERE e.room_id = $1`,
      [roomId, events],
    );
    await world.database.rows('UPDATE rooms SET last_seq = last_seq + $2 WHERE id = $1', [roomId, events]);
  }
});

describe('a hundred dead peers', () => {
  test('cost about one probe a minute each and nothing else, whatever is said; a live one gets each message in one request', async () => {
    const live = await nextPeer();
    const dead = Array.from({ length: 100 }, (_, n) => ({ serverName: `dead${n}.localhost:1` as ServerName }));
    const room = await world.hostedRoom(alice, [live, ...dead]);
    const attempts = async () => {
      const rows = await world.database.rows<{ attempts: number }>(`SELECT attempts FROM peers WHERE tenant_id = $1 AND server_name LIKE 'dead%'`, [world.tenant.id]);
      return rows.map((row) => row.attempts);
    };
    const sweepAll = async () => {
      for (let n = 0; n < 2; n += 1) await world.sweep(); // each takes a hundred peers
    };
    await sweepAll();
    for (let n = 0; n < 7; n += 1) {
      world.clock.advance({ minutes: 5 });
      await sweepAll();
    }
    const before = await attempts();
    expect(before).toEqual(dead.map(() => 8));

    live.received.length = 0;
    const drain = world.get(DrainPeer);
    for (let minute = 0; minute < 3; minute += 1) {
      await world.post(alice, room.id, `minute ${minute}`);
      await sweepAll(); // now nobody is due
      const known = await attempts();
      await Promise.all(dead.map(({ serverName }) => drain.run(world.tenant.id, serverName))); // wake-ups, for all of them
      expect(await attempts()).toEqual(known);
      for (let n = 0; n < 6; n += 1) {
        await sweepAll();
        world.clock.advance({ seconds: 10 });
      }
    }
    const probes = (await attempts()).map((now, index) => now - before[index]!);
    expect(Math.min(...probes)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...probes)).toBeLessThanOrEqual(5);
    expect(sizes(live)).toEqual([1, 1, 1]);
    expect((await world.peerRow(live)).verdict).toBeNull();
  }, 120_000);
});

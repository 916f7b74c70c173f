import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Sweep, TrafficStore, TrafficSweep, type Actor, type TrafficRow } from '@scaiwave/core';
import type { FakePeer } from '@scaiwave/testing';
import { DeliveryWorld } from './delivery-world.js';
import { resultsOf } from './fake-answers.js';

let world: DeliveryWorld;
let alice: Actor;

beforeAll(async () => {
  world = await DeliveryWorld.create(['alpha'], { requestTimeoutMs: 300 });
  alice = await world.person('alice');
});
afterAll(() => world?.close());

const record = () => world.get(TrafficSweep).record();
const traffic = (peer: FakePeer): Promise<TrafficRow[]> => world.db.readTenant(world.tenant.id, (db) => world.get(TrafficStore).listSince(db, peer.serverName, new Date(0)));
const sums = (rows: readonly TrafficRow[]) => ({ sent: rows.reduce((sum, row) => sum + row.sent, 0), retried: rows.reduce((sum, row) => sum + row.retried, 0), failed: rows.reduce((sum, row) => sum + row.failed, 0) });

describe('what went to a peer', () => {
  test('is counted: events that it took, requests that it did not take, events that it refused', async () => {
    const peer = await world.peer('counted');
    const room = await world.hostedRoom(alice, [peer]);
    await world.post(alice, room.id);
    await world.drain(peer);
    await record();
    const { sent } = sums(await traffic(peer));
    expect(sent).toBeGreaterThan(0);
    expect((await traffic(peer))[0]).toMatchObject({ retried: 0, failed: 0, latency_ms: expect.any(Number), latency_max_ms: expect.any(Number) });
    peer.behaviour = { kind: 'status', status: 500 };
    await world.post(alice, room.id);
    await world.drain(peer);
    await record();
    expect(sums(await traffic(peer))).toEqual({ sent, retried: 1, failed: 0 });
    peer.behaviour = { kind: 'ok' };
    peer.answer = resultsOf(() => ({ status: 'rejected', code: 'SW_FED_FORBIDDEN' }));
    await world.advanceAndDrain(peer, { seconds: 30 });
    await record();
    expect(sums(await traffic(peer))).toEqual({ sent, retried: 1, failed: 1 });
  });

  test('within one bucket is one row, whoever adds to it, and nothing is written where nothing was sent', async () => {
    const peer = await world.peer('summed');
    const room = await world.hostedRoom(alice, [peer]);
    await world.drain(peer);
    await record();
    const [before] = await traffic(peer);
    await world.post(alice, room.id);
    await world.drain(peer);
    await Promise.all([record(), record()]);
    const rows = await traffic(peer);
    expect(rows.length).toBeLessThanOrEqual(2); // the clock may have passed a bucket's end
    expect(sums(rows).sent).toBe(before!.sent + 1);
    await record();
    expect(await traffic(peer)).toEqual(rows);
  });

  test('what was given up after 24 hours has failed', async () => {
    const peer = await world.peer('patient');
    const room = await world.hostedRoom(alice, [peer]);
    await world.drain(peer);
    peer.behaviour = { kind: 'status', status: 500 };
    await world.post(alice, room.id);
    world.clock.advance({ hours: 25 });
    await world.sweep();
    await record();
    expect(sums(await traffic(peer)).failed).toBe(1);
  });

  test('is forgotten by the sweep when no chart shows it any more', async () => {
    const peer = await world.peer('forgotten');
    await world.hostedRoom(alice, [peer]);
    await world.drain(peer);
    await record();
    expect((await traffic(peer)).length).toBeGreaterThan(0);
    world.clock.advance({ hours: 26 });
    await world.get(Sweep).run();
    expect(await traffic(peer)).toEqual([]);
  });

  test('is counted again with the next ones when it could not be written', async () => {
    const peer = await world.peer('kept');
    await world.hostedRoom(alice, [peer]);
    await world.drain(peer);
    await world.database.rows('ALTER TABLE peer_traffic RENAME TO peer_traffic_away');
    await expect(record()).rejects.toThrow(/peer_traffic/);
    await world.database.rows('ALTER TABLE peer_traffic_away RENAME TO peer_traffic');
    await record();
    expect(sums(await traffic(peer)).sent).toBeGreaterThan(0);
  });
});

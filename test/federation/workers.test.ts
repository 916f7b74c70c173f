import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseWorkerConfig } from '@scaiwave/config';
import { LEASE_MS } from '@scaiwave/core';
import { TestNetwork, until, type Person } from '@scaiwave/testing';
import { sharedRoom } from './rooms-between-servers.js';

describe('several workers on the same lanes', () => {
  let network: TestNetwork;
  let alice: Person;
  let bob: Person;
  let rooms: string[];

  beforeAll(async () => {
    network = await TestNetwork.create(['alpha', 'beta']);
    [alice, bob] = await Promise.all([network.person('alice', 'alpha'), network.person('bob', 'beta')]);
    rooms = [await sharedRoom(network, alice, bob, 'One'), await sharedRoom(network, alice, bob, 'Two'), await sharedRoom(network, alice, bob, 'Three')];
  });
  afterAll(() => network?.close());

  /** People of both sides talk until they are told to stop; returns what each room was told. */
  function talk(): { said: Map<string, string[]>; stop: () => Promise<void> } {
    const said = new Map(rooms.map((room) => [room, [] as string[]]));
    const state = { isOver: false };
    const speak = async (person: Person, room: string) => {
      for (let n = 0; !state.isOver; n += 1) {
        await person.say(room, `${person.localId} ${n}`);
        said.get(room)!.push(`${person.localId} ${n}`);
      }
    };
    const talking = Promise.all(rooms.flatMap((room) => [speak(alice, room), speak(bob, room)]));
    return { said, stop: async () => void ((state.isOver = true), await talking) };
  }

  const countAt = async (server: string) => Number((await network.rows(server, `SELECT count(*) AS n FROM events WHERE tenant_id = $1 AND type = 'swp.room.message' AND room_seq IS NOT NULL`))[0].n);
  const goesOn = async () => {
    const before = await countAt('beta');
    await until('beta has more messages', async () => (await countAt('beta')) > before + 10);
  };

  it('lose and double nothing while workers come, go and are killed under load', async () => {
    const { said, stop } = talk();
    await goesOn();
    await network.start('alpha', 'second worker');
    await goesOn();
    await network.kill('alpha', 'worker');
    await goesOn();
    await network.start('alpha', 'worker');
    await network.start('beta', 'second worker');
    await goesOn();
    await network.kill('alpha', 'second worker');
    await network.kill('beta', 'worker');
    await goesOn();
    await stop();
    await network.settle();
    for (const room of rooms) {
      const order = await network.order('alpha', room);
      expect(order.map((place) => Number(place.split(' ')[0]))).toEqual(order.map((_, index) => index + 1));
      expect(await network.order('beta', room)).toEqual(order);
      const held = await network.rows('beta', `SELECT content::json->>'body' AS body FROM events WHERE tenant_id = $1 AND room_id = $2 AND type = 'swp.room.message'`, [room]);
      expect(held.map((row) => row.body).toSorted()).toEqual(said.get(room)!.toSorted());
    }
    const failed = `SELECT action FROM audit_log WHERE tenant_id = $1 AND action IN ('delivery.failed', 'lane.stopped')`;
    expect([await network.rows('alpha', failed), await network.rows('beta', failed)]).toEqual([[], []]);
  }, 120_000);

  it('are not kept from a peer for 5 seconds by one that was killed while it had the lease', async () => {
    const { stop } = talk();
    let left: { until: Date } | undefined;
    for (;;) {
      await goesOn();
      await network.kill('alpha', 'worker');
      [left] = await network.rows('alpha', 'SELECT lease_until AS until FROM peers WHERE tenant_id = $1 AND server_name = $2 AND lease_until > $3', [bob.serverName, network.clock.date()]);
      if (left) break; // else it was between two drains
      await network.start('alpha', 'worker');
    }
    const { config } = parseWorkerConfig({ DATABASE_URL: 'postgres://db', DATABASE_FLEET_URL: 'postgres://db', REDIS_URL: 'redis://redis', KEYRING_DIR: '/keys' });
    expect(LEASE_MS + config.sweepIntervalMs).toBeLessThanOrEqual(5_000); // it runs out, and the next look of whoever is left finds the peer
    expect(left.until.getTime() - network.clock.now()).toBeLessThanOrEqual(LEASE_MS);
    await network.start('alpha', 'worker');
    await stop();
    await network.settle();
    for (const room of rooms) expect(await network.order('beta', room)).toEqual(await network.order('alpha', room));
  }, 60_000);
});

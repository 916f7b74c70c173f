import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestNetwork, type Person } from '@scaiwave/testing';
import { sharedRoom } from './rooms-between-servers.js';

describe('what a host gave up after 24 hours', () => {
  let network: TestNetwork;
  let alice: Person;
  let bob: Person;
  let anna: Person;
  let bert: Person;

  beforeAll(async () => {
    network = await TestNetwork.create(['alpha', 'beta'], { hasWires: true });
    [alice, bob, anna, bert] = await Promise.all([
      network.person('alice', 'alpha'), network.person('bob', 'beta'), network.person('anna', 'alpha', 'admin'), network.person('bert', 'beta', 'admin'),
    ]);
  });
  afterAll(() => network?.close());

  const gaveUp = async (eventId: string) => (await anna.must<any[]>('GET', '/v1/admin/audit?action=delivery.failed&limit=500')).filter((entry) => entry.subject === eventId);
  const missing = async (room: string, query = '') => (await bob.call('GET', `/v1/rooms/${room}/messages${query}`)).meta!.missing;
  const missingCount = async (room: string) => (await bob.must('GET', `/v1/rooms/${room}`)).missing_events;
  const seqOf = async (room: string, eventId: string) => Number((await network.order('alpha', room)).find((place) => place.includes(eventId))!.split(' ')[0]);

  /** One message is delivered, then two never are, then one is again; returns the ids. */
  async function twoAreLost(room: string): Promise<string[]> {
    const before = await alice.say(room, 'before');
    await network.settle();
    network.wire('beta').cut();
    const lost = [await alice.say(room, 'lost one'), await alice.say(room, 'lost two')];
    network.advance({ hours: 24, minutes: 1 });
    for (const { id } of lost) await network.untilRow('alpha', `SELECT 1 FROM delivery_exceptions WHERE tenant_id = $1 AND event_id = $2 AND state = 'failed'`, [id]);
    network.wire('beta').mend();
    const after = await alice.say(room, 'after');
    network.advance({ minutes: 1 });
    await network.settle();
    return [before, ...lost, after].map(({ id }) => id);
  }

  it('is missing where it would be, for people and admins to see; the host’s admin finds each in the audit once', async () => {
    const room = await sharedRoom(network, alice, bob, 'Holes');
    const [, one, two] = await twoAreLost(room);
    expect(await bob.bodies(room)).toEqual(['before', 'after']);
    const [from, to] = [await seqOf(room, one!), await seqOf(room, two!)];
    expect([await missingCount(room), await missing(room)]).toEqual([to - from + 1, [{ from_seq: from, to_seq: to }]]);
    expect([await missing(room, `?from=${to + 1}`), await missing(room, '?limit=1')]).toEqual([[{ from_seq: from, to_seq: to }], []]);
    expect([(await gaveUp(one!)).length, (await gaveUp(two!)).length]).toEqual([1, 1]);
    const later = await alice.say(room, 'the room goes on');
    await network.settle();
    expect(await bob.bodies(room)).toEqual(['before', 'after', 'the room goes on']);
    expect(await missing(room, `?from=${from}&direction=forward`)).toEqual([{ from_seq: from + 1, to_seq: to }]);
    expect((await bob.messages(room)).at(-1)).toMatchObject({ id: later.id });
    expect([(await gaveUp(one!)).length, (await gaveUp(two!)).length]).toEqual([1, 1]);
  });

  it('stays missing until the receiver’s admin fetches it: not by itself', async () => {
    const room = await sharedRoom(network, alice, bob, 'Fetched');
    const ids = await twoAreLost(room);
    await network.kill('beta', 'worker');
    await network.start('beta', 'worker');
    await alice.say(room, 'still');
    await network.settle();
    expect(await bob.bodies(room)).toEqual(['before', 'after', 'still']);
    expect(await bert.call('POST', `/v1/admin/rooms/${room}/federation/backfill`)).toMatchObject({ status: 202 });
    await network.settle();
    expect((await bob.messages(room)).map((event) => event.id).slice(0, 4)).toEqual(ids);
    expect(await network.order('beta', room)).toEqual(await network.order('alpha', room));
    expect([await missingCount(room), await missing(room)]).toEqual([0, []]);
    expect((await bert.must<any[]>('GET', '/v1/admin/audit?action=room.backfill_wanted')).map((entry) => entry.subject)).toContain(room);
  });

  it('is no longer missing when the sender’s admin has it delivered again', async () => {
    const room = await sharedRoom(network, alice, bob, 'Redelivered');
    const ids = await twoAreLost(room);
    expect(await missingCount(room)).toBe(2);
    await anna.must('POST', '/v1/admin/federation/deliveries/redeliver', { room_id: room });
    await network.untilRow('beta', `SELECT 1 FROM rooms WHERE tenant_id = $1 AND id = $2 AND missing_count = 0`, [room]);
    expect((await bob.messages(room)).map((event) => event.id)).toEqual(ids);
    expect([await missingCount(room), await missing(room)]).toEqual([0, []]);
  });
});

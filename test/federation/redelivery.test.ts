import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestNetwork, type Person } from '@scaiwave/testing';
import { sharedRoom } from './rooms-between-servers.js';

describe('what was not delivered', () => {
  let network: TestNetwork;
  let alice: Person;
  let bob: Person;
  let anna: Person;
  let bert: Person;

  beforeAll(async () => {
    network = await TestNetwork.create(['alpha', 'beta']);
    [alice, bob, anna, bert] = await Promise.all([
      network.person('alice', 'alpha'), network.person('bob', 'beta'), network.person('anna', 'alpha', 'admin'), network.person('bert', 'beta', 'admin'),
    ]);
  });
  afterAll(() => network?.close());

  const explain = (admin: Person, eventId: string, peer: Person) => admin.must('GET', `/v1/admin/federation/explain?event_id=${eventId}&peer=${encodeURIComponent(peer.serverName)}`);
  const redeliver = (admin: Person, selection: object) => admin.must('POST', '/v1/admin/federation/deliveries/redeliver', selection);
  const deliveryOf = async (person: Person, room: string, eventId: string) => (await person.must<any[]>('GET', `/v1/rooms/${room}/events/${eventId}/deliveries`))[0];
  const isFailed = (server: string, eventId: string) => network.untilRow(server, `SELECT 1 FROM delivery_exceptions WHERE tenant_id = $1 AND event_id = $2 AND state = 'failed' AND requested_at IS NULL`, [eventId]);
  const isOver = (server: string) => network.untilRow(server, `SELECT 1 FROM peers WHERE tenant_id = $1 AND NOT has_redelivery AND NOT EXISTS (SELECT 1 FROM delivery_exceptions x WHERE x.tenant_id = $1)`);
  const timesFailed = async (admin: Person, eventId: string) => (await admin.must<any[]>('GET', '/v1/admin/audit?action=delivery.failed&limit=500')).filter((entry) => entry.subject === eventId).length;

  it('within 24 hours has failed once, is explained, and takes its place in the order when it is redelivered', async () => {
    const room = await sharedRoom(network, alice, bob, 'Outage');
    await network.kill('beta', 'api', 'worker');
    const one = await alice.say(room, 'one');
    await network.untilRow('alpha', `SELECT 1 FROM peers WHERE tenant_id = $1 AND verdict = 'down'`);
    expect(await explain(anna, one.id, bob)).toMatchObject({ verdict: 'waiting', because: expect.stringContaining('cannot be reached'), next: expect.stringContaining('tried again at') });
    const two = await alice.say(room, 'two');
    network.advance({ hours: 24, minutes: 1 });
    await isFailed('alpha', two.id);
    expect(await explain(anna, one.id, bob)).toMatchObject({ verdict: 'failed', next: expect.stringContaining('Redeliver') });
    expect(await deliveryOf(alice, room, one.id)).toMatchObject({ state: 'failed', code: 'SW_FED_PEER_UNREACHABLE' });

    await network.start('beta');
    const three = await alice.say(room, 'three');
    await network.untilRow('beta', `SELECT 1 FROM events WHERE tenant_id = $1 AND id = $2`, [three.id]);
    await network.settle();
    expect(await bob.bodies(room)).toEqual(['three']);

    expect((await redeliver(anna, { peer: bob.serverName })).events).toBeGreaterThanOrEqual(2);
    await isOver('alpha');
    expect(await bob.bodies(room)).toEqual(['one', 'two', 'three']);
    expect(await network.order('beta', room)).toEqual(await network.order('alpha', room));
    expect((await bob.messages(room)).map((event) => [event.id, event.is_late])).toEqual([[one.id, true], [two.id, true], [three.id, false]]);
    expect(await deliveryOf(alice, room, one.id)).toMatchObject({ state: 'stored', code: null });
    expect(await explain(anna, one.id, bob)).toMatchObject({ verdict: 'stored' });
    expect([await timesFailed(anna, one.id), await timesFailed(anna, two.id)]).toEqual([1, 1]);
  });

  it('to a room’s host has failed for its sender, and has its place when the sender’s admin redelivers it', async () => {
    const room = await sharedRoom(network, alice, bob, 'Host away');
    await network.kill('alpha', 'api', 'worker');
    const lost = await bob.say(room, 'are you there?');
    network.advance({ hours: 24, minutes: 1 });
    await isFailed('beta', lost.id);
    expect((await bob.messages(room)).map((event) => event.state)).toEqual(['failed']);
    await network.start('alpha');
    await network.settle();
    expect(await redeliver(bert, { event_id: lost.id })).toEqual({ events: 1, control_events: 0 });
    await isOver('beta');
    await network.settle();
    expect(await alice.bodies(room)).toEqual(['are you there?']);
    expect((await bob.messages(room)).map((event) => [event.id, event.state])).toEqual([[lost.id, 'sequenced']]);
    expect(await network.order('beta', room)).toEqual(await network.order('alpha', room));
  });

  it('again within 24 hours has failed once more', async () => {
    const room = await sharedRoom(network, alice, bob, 'Twice');
    await network.kill('beta', 'api', 'worker');
    const one = await alice.say(room, 'one');
    network.advance({ hours: 24, minutes: 1 });
    await isFailed('alpha', one.id);
    expect(await redeliver(anna, { room_id: room, event_ids: [one.id] })).toEqual({ events: 1, control_events: 0 });
    expect(await explain(anna, one.id, bob)).toMatchObject({ verdict: 'waiting', because: expect.stringContaining('asked for it to be sent again') });
    network.advance({ hours: 24, minutes: 1 });
    await isFailed('alpha', one.id);
    expect(await timesFailed(anna, one.id)).toBe(2);
    await network.start('beta');
    await redeliver(anna, { peer: bob.serverName });
    await isOver('alpha');
    expect(await bob.bodies(room)).toEqual(['one']);
  });

  it('is explained only where one thing is named, and redelivered only where something is', async () => {
    const ask = async (query: string) => (await anna.call('GET', `/v1/admin/federation/explain${query}`)).error?.code;
    const unknown = '01900000-0000-7000-8000-000000000000';
    expect([await ask(''), await ask(`?event_id=${unknown}&invite_id=${unknown}`), await ask(`?event_id=${unknown}`), await ask(`?invite_id=${unknown}`)])
      .toEqual(['SW_REQUEST_INVALID', 'SW_REQUEST_INVALID', 'SW_EVENT_NOT_FOUND', 'SW_FED_INVITE_INVALID']);
    expect((await anna.call('POST', '/v1/admin/federation/deliveries/redeliver', {})).error?.code).toBe('SW_REQUEST_INVALID');
    expect((await alice.call('GET', `/v1/admin/federation/explain?event_id=${unknown}`)).status).toBe(403);
  });

  it('of an invitation says who ended it and why', async () => {
    const room = await alice.createRoom('Invited');
    const { data } = await alice.invite(room.id, bob.fqid);
    const ask = (admin: Person) => admin.must('GET', `/v1/admin/federation/explain?invite_id=${data.id}`);
    expect(await ask(anna)).toMatchObject({ verdict: 'pending', because: `${bob.fqid} has it and has not answered.` });
    await bob.answer(data.id, 'decline');
    await network.settle();
    expect([(await ask(anna)).verdict, (await ask(bert)).verdict]).toEqual(['declined', 'declined']);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestNetwork, type Layout, type Person } from '@scaiwave/testing';

/** alice (alpha) makes a room, invites bob (beta), bob accepts. */
export async function sharedRoom(network: TestNetwork, alice: Person, bob: Person, name = 'Launch'): Promise<string> {
  const room = await alice.createRoom(name);
  await join(network, { room: room.id, by: alice, who: bob });
  return room.id;
}

export async function join(network: TestNetwork, input: { room: string; by: Person; who: Person }): Promise<void> {
  const invited = await input.by.invite(input.room, input.who.fqid);
  expect(invited).toMatchObject({ status: 201, data: { state: 'pending' } });
  const accepted = await input.who.answer(invited.data.id, 'accept');
  expect(accepted.status).toBeLessThan(300);
  await network.settle();
}

/** The main job, as people see it. The same source runs between installations and between tenants of one. */
export function describeRoomsBetweenServers(layout: Layout): void {
  describe(`a room between servers (${layout})`, () => {
    let network: TestNetwork;
    let alice: Person;
    let bob: Person;
    let carol: Person;

    beforeAll(async () => {
      network = await TestNetwork.create(['alpha', 'beta', 'gamma'], { layout });
      [alice, bob, carol] = await Promise.all([network.person('alice', 'alpha'), network.person('bob', 'beta'), network.person('carol', 'gamma')]);
    });
    afterAll(() => network?.close());

    const sameOrder = async (room: string, ...servers: string[]) => {
      const orders = await Promise.all(servers.map((server) => network.order(server, room)));
      for (const order of orders) expect(order).toEqual(orders[0]);
      expect(orders[0]!.map((place) => Number(place.split(' ')[0]))).toEqual(orders[0]!.map((_, index) => index + 1));
    };

    it('shows an invitation to the invitee, makes a member of who accepts, and tells the inviter', async () => {
      const room = await alice.createRoom('Launch', { topic: 'Friday' });
      const invited = await alice.invite(room.id, bob.fqid);
      expect(invited).toMatchObject({ status: 201, data: { state: 'pending', invitee: bob.fqid, error: null } });

      const [seen] = await bob.invitations();
      expect(seen).toMatchObject({ id: invited.data.id, state: 'pending', inviter: { fqid: alice.fqid }, room: { id: room.id, name: 'Launch', host: alice.serverName } });
      const notifications = await bob.must<any[]>('GET', '/v1/notifications');
      expect(notifications.map((note) => note.kind)).toContain('invitation');

      expect((await bob.answer(seen.id, 'accept')).status).toBe(200);
      await network.settle();
      expect(await alice.members(room.id)).toEqual([alice.fqid, bob.fqid]);
      expect(await bob.members(room.id)).toEqual([alice.fqid, bob.fqid]);
      expect(await bob.must('GET', `/v1/rooms/${room.id}`)).toMatchObject({ name: 'Launch', topic: 'Friday', is_federated: true, host: alice.serverName, servers: [alice.serverName, bob.serverName] });
      expect((await alice.must<any[]>('GET', '/v1/notifications')).map((note) => note.kind)).toContain('invitation_outcome');
    });

    it('carries messages, replies, reactions, edits, redactions and mentions both ways, in one order with one chain', async () => {
      const room = await sharedRoom(network, alice, bob);
      const first = await alice.say(room, 'hello from alpha');
      await network.settle();
      const reply = await bob.say(room, 'hello from beta', { reply_to_event_id: first.id, mentions: [alice.fqid] });
      await network.settle();
      await alice.must('POST', `/v1/rooms/${room}/events/${reply.id}/reaction`, { emoji: '🚀' });
      await bob.must('POST', `/v1/rooms/${room}/events/${first.id}/reaction`, { emoji: '👋' });
      await bob.must('POST', `/v1/rooms/${room}/events/${reply.id}/edit`, { content: { msgtype: 'swp.text', body: 'hello again from beta' } });
      const secret = await alice.say(room, 'oops');
      await network.settle();
      await alice.must('POST', `/v1/rooms/${room}/events/${secret.id}/redact`, {});
      await network.settle();

      for (const person of [alice, bob]) {
        const [one, two, three] = await person.messages(room);
        expect(one).toMatchObject({ content: { body: 'hello from alpha' }, state: 'sequenced', reactions: [{ emoji: '👋', count: 1, me: person === bob }] });
        expect(two).toMatchObject({ content: { body: 'hello again from beta' }, reply_to_event_id: first.id, reactions: [{ emoji: '🚀', count: 1 }], sender: { fqid: bob.fqid } });
        expect(two.edited_at).not.toBeNull();
        expect(three.redacted_at).not.toBeNull();
        expect(JSON.stringify(three)).not.toContain('oops');
      }
      expect((await alice.must<any[]>('GET', '/v1/notifications')).some((note) => note.kind === 'mention' && note.data.event_id === reply.id)).toBe(true);
      await sameOrder(room, 'alpha', 'beta');
    });

    it('takes a reaction back on both sides', async () => {
      const room = await sharedRoom(network, alice, bob);
      const message = await alice.say(room, 'react to me');
      await network.settle();
      await bob.must('POST', `/v1/rooms/${room}/events/${message.id}/reaction`, { emoji: '👍' });
      await network.settle();
      await bob.must('DELETE', `/v1/rooms/${room}/events/${message.id}/reaction`, { emoji: '👍' });
      await network.settle();
      for (const person of [alice, bob]) expect((await person.messages(room))[0].reactions).toEqual([]);
    });

    it('gives somebody who joins later the whole history, verified and in order', async () => {
      const room = await alice.createRoom('History');
      for (const body of ['one', 'two', 'three']) await alice.say(room.id, body);
      await join(network, { room: room.id, by: alice, who: bob });
      expect(await bob.bodies(room.id)).toEqual(['one', 'two', 'three']);
      await sameOrder(room.id, 'alpha', 'beta');
    });

    it('hides the time before the join where the room says so', async () => {
      const room = await alice.createRoom('No history', { hides_history: true });
      await alice.say(room.id, 'before');
      await join(network, { room: room.id, by: alice, who: bob });
      await alice.say(room.id, 'after');
      await network.settle();
      expect(await bob.bodies(room.id)).toEqual(['after']);
    });

    it('lets a member of another server ask for a third one, and all three see one room', async () => {
      const room = await sharedRoom(network, alice, bob);
      await alice.say(room, 'before carol');
      await network.settle();
      await join(network, { room, by: bob, who: carol });
      await carol.say(room, 'carol is here');
      await bob.say(room, 'welcome');
      await network.settle();
      for (const person of [alice, bob, carol]) {
        expect(await person.members(room)).toEqual([alice.fqid, bob.fqid, carol.fqid]);
        expect((await person.bodies(room)).toSorted()).toEqual(['before carol', 'carol is here', 'welcome']);
      }
      await sameOrder(room, 'alpha', 'beta', 'gamma');
    });

    it('tells the inviter when an invitation is declined, and the room has no new member', async () => {
      const room = await alice.createRoom('Declined');
      const { data } = await alice.invite(room.id, bob.fqid);
      expect((await bob.answer(data.id, 'decline')).status).toBe(200);
      await network.settle();
      const [invitation] = await alice.must<any[]>('GET', `/v1/rooms/${room.id}/invitations`);
      expect(invitation).toMatchObject({ id: data.id, state: 'declined' });
      expect(await alice.members(room.id)).toEqual([alice.fqid]);
    });

    it('refuses the acceptance of an invitation that was revoked', async () => {
      const room = await alice.createRoom('Revoked');
      const { data } = await alice.invite(room.id, bob.fqid);
      expect((await alice.call('DELETE', `/v1/rooms/${room.id}/invitations/${data.id}`)).status).toBeLessThan(300);
      await network.settle();
      expect((await bob.invitations()).find((invitation) => invitation.id === data.id)?.state ?? 'revoked').toBe('revoked');
      expect(await bob.answer(data.id, 'accept')).toMatchObject({ status: 409, error: { code: 'SW_FED_INVITE_INVALID' } });
    });

    it('stops at a person who leaves, and at one who is kicked', async () => {
      const room = await sharedRoom(network, alice, bob);
      await join(network, { room, by: alice, who: carol });
      await bob.must('POST', `/v1/rooms/${room}/leave`);
      await network.settle();
      expect(await alice.members(room)).toEqual([alice.fqid, carol.fqid]);

      const members = await alice.must<any[]>('GET', `/v1/rooms/${room}/members`);
      const carolThere = members.find((member) => member.participant.fqid === carol.fqid).participant_id;
      await alice.must('POST', `/v1/rooms/${room}/kick`, { participant_id: carolThere, reason: 'done' });
      await network.settle();
      await alice.say(room, 'nobody else hears this');
      await network.settle();
      for (const server of ['beta', 'gamma']) {
        const held = await network.rows(server, `SELECT 1 FROM events WHERE tenant_id = $1 AND room_id = $2 AND content LIKE '%nobody else%'`, [room]);
        expect(held).toEqual([]);
      }
      expect((await carol.call('GET', `/v1/rooms/${room}/messages`)).status).toBeGreaterThanOrEqual(200);
      expect((await carol.must<any[]>('GET', '/v1/rooms')).map((seen) => seen.id)).not.toContain(room);
    });

    it('lets somebody who left be invited again, without a gap in the order', async () => {
      const room = await sharedRoom(network, alice, bob);
      await bob.must('POST', `/v1/rooms/${room}/leave`);
      await network.settle();
      await alice.say(room, 'while bob was away');
      await join(network, { room, by: alice, who: bob });
      await alice.say(room, 'bob is back');
      await network.settle();
      expect(await bob.bodies(room)).toEqual(['while bob was away', 'bob is back']);
      await sameOrder(room, 'alpha', 'beta');
    });

    it('asks the host to invite a colleague who is added to a room of another server', async () => {
      const room = await sharedRoom(network, alice, bob);
      const bea = await network.person('bea', 'beta');
      const { participant_id } = await bea.must('GET', '/v1/me');
      expect(await bob.call('POST', `/v1/rooms/${room}/invite`, { participant_id })).toMatchObject({ status: 202, meta: { invitation: { invitee: bea.fqid, state: 'pending' } } });
      await network.settle();
      const [invitation] = await bea.invitations();
      expect(invitation).toMatchObject({ state: 'pending', inviter: { fqid: bob.fqid } });
      expect((await bea.answer(invitation.id, 'accept')).status).toBe(200);
      await network.settle();
      for (const person of [alice, bea]) expect(await person.members(room)).toEqual([alice.fqid, bea.fqid, bob.fqid].toSorted());
      await sameOrder(room, 'alpha', 'beta');
    });

    it('opens one DM per pair of people, however often it is asked for', async () => {
      const opened = await alice.call('POST', '/v1/me/federated-dms', { fqid: carol.fqid });
      expect(opened).toMatchObject({ status: 201, data: { room: { room_type: 'dm', dm_fqid: carol.fqid }, invitation: { state: 'pending', invitee: carol.fqid } } });
      const again = await alice.call('POST', '/v1/me/federated-dms', { fqid: carol.fqid });
      expect(again.data.room.id).toBe(opened.data.room.id);
      await carol.answer(opened.data.invitation.id, 'accept');
      await network.settle();
      await carol.say(opened.data.room.id, 'just us');
      await network.settle();
      expect(await alice.bodies(opened.data.room.id)).toEqual(['just us']);
    });

    it('changes name, topic and power for everybody', async () => {
      const room = await sharedRoom(network, alice, bob);
      expect(await bob.call('PUT', `/v1/rooms/${room}/name`, { name: 'Mine' })).toMatchObject({ status: 403, error: { code: 'SW_ROOM_FORBIDDEN' } });
      const members = await alice.must<any[]>('GET', `/v1/rooms/${room}/members`);
      const bobThere = members.find((member) => member.participant.fqid === bob.fqid).participant_id;
      await alice.must('PUT', `/v1/rooms/${room}/members/${bobThere}/power`, { power_level: 50 });
      await network.settle();
      await bob.must('PUT', `/v1/rooms/${room}/name`, { name: 'Ours' });
      await network.settle();
      for (const person of [alice, bob]) expect(await person.must('GET', `/v1/rooms/${room}`)).toMatchObject({ name: 'Ours' });
      await sameOrder(room, 'alpha', 'beta');
    });

    it('takes nothing more in a closed room', async () => {
      const room = await sharedRoom(network, alice, bob);
      await alice.must('POST', `/v1/rooms/${room}/close`);
      await network.settle();
      for (const person of [alice, bob]) {
        expect(await person.call('POST', `/v1/rooms/${room}/send`, { content: { msgtype: 'swp.text', body: 'late' } })).toMatchObject({ status: 409, error: { code: 'SW_ROOM_FROZEN' } });
      }
    });

    it('refuses incognito and bridge rooms, unknown people, unreachable servers and malformed names, and leaves nothing behind', async () => {
      const admin = await network.person('root', 'alpha', 'admin');
      const incognito = await alice.createRoom('Quiet', { room_type: 'incognito' });
      const bridge = await admin.createRoom('Bridge', { room_type: 'bridge' });
      const plain = await alice.createRoom('Plain');
      const refusals = [
        { by: alice, room: incognito.id, fqid: bob.fqid, status: 400, code: 'SW_ROOM_TYPE_INVARIANT' },
        { by: admin, room: bridge.id, fqid: bob.fqid, status: 400, code: 'SW_ROOM_TYPE_INVARIANT' },
        { by: alice, room: plain.id, fqid: `@nobody:${bob.serverName}`, status: 404, code: 'SW_FED_USER_UNKNOWN' },
        { by: alice, room: plain.id, fqid: '@zoe:unreachable.localhost:1', status: 502, code: 'SW_FED_PEER_UNREACHABLE' },
        ...['@Bob:beta.test', '@bob: beta.test', '@bob:beta.test.', '@bob:beta.test:65536', 'bob', '@bob:', '@:beta.test'].map((fqid) => ({ by: alice, room: plain.id, fqid, status: 400, code: 'SW_FED_FQID_INVALID' })),
      ];
      for (const { by, room, fqid, status, code } of refusals) expect(await by.invite(room, fqid)).toMatchObject({ status, error: { code } });
      expect(await network.rows('alpha', `SELECT id FROM invitations WHERE tenant_id = $1 AND room_id = ANY($2::uuid[]) AND state IN ('sending', 'pending')`, [[incognito.id, bridge.id, plain.id]])).toEqual([]);
      expect(await network.rows('alpha', `SELECT id FROM control_events WHERE tenant_id = $1 AND state = 'queued'`)).toEqual([]);
    });
  });
}

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AcceptInvitation, AddLocalMember, ChangeMembership, DeclineInvitation, ExpireInvitations, InviteForeign, invitationSignal, membershipSignal, RevokeInvitation, type Actor, type RoomRow } from '@scaiwave/core';
import { DomainError, LIMITS } from '@scaiwave/protocol';
import { Signals } from '@scaiwave/redis';
import { InvitationWorld } from './invitation-world.js';

/** alice (alpha) hosts the room, bob (beta) is in it and asks for others. */
describe('an invitation that a member of another server asks the host for', () => {
  let world: InvitationWorld;
  let alice: Actor;
  let bob: Actor;
  let carol: Actor;
  let room: RoomRow;
  let count = 0;

  beforeAll(async () => {
    world = await InvitationWorld.create(['alpha', 'beta', 'gamma']);
  });
  afterAll(() => world?.close());

  beforeEach(async () => {
    count += 1;
    world.down.clear();
    await world.database.rows('DELETE FROM invitations');
    await world.database.rows('DELETE FROM control_events');
    [alice, bob, carol] = await Promise.all([world.person(`alice${count}`, 'alpha'), world.person(`bob${count}`, 'beta'), world.person(`carol${count}`, 'gamma')]);
    room = await world.room(alice);
    const { invitation } = await invite(alice, bob.fqid);
    await accept(bob, invitation.id);
    await world.carry();
    await world.carryRoom(room.id, 'alpha', 'beta');
    await world.database.rows('DELETE FROM invitations');
    await world.database.rows('DELETE FROM notifications');
    world.traffic.length = 0;
    world.clock.advance({ seconds: 1 });
  });

  const invite = (actor: Actor, fqid: string) => world.during(world.get(InviteForeign).run({ actor, roomId: room.id, fqid }));
  const accept = (actor: Actor, invitationId: string) => world.get(AcceptInvitation).run({ actor, invitationId });
  const refusal = (call: Promise<unknown>) => call.then(() => 'done', (error: unknown) => (error instanceof DomainError ? { code: error.code, ...error.details } : error));

  it('reaches a third server in the host’s name, and the asking call answers when it is there', async () => {
    const { outcome, invitation } = await invite(bob, carol.fqid);
    expect(outcome).toBe('pending');
    expect(await world.states('alpha', 'beta', 'gamma')).toEqual(['alpha: pending', 'beta: pending', 'gamma: pending']);
    const [[atHost], [atCarol]] = await Promise.all([world.invitations('alpha'), world.invitations('gamma')]);
    expect(atHost).toMatchObject({ id: invitation.id, asked_by: 'beta.test', inviter: bob.fqid, inviter_name: bob.displayName });
    expect(atCarol).toMatchObject({ id: invitation.id, host: 'alpha.test', inviter: bob.fqid, room: { servers: ['alpha.test', 'beta.test'] } });
    expect(await world.news(carol)).toEqual(['invitation pending']);
    expect(world.traffic).toEqual(['beta→alpha swp.room.invite.request stored', 'alpha→gamma swp.room.invite stored', 'alpha→beta swp.room.invite.delivered stored']);
  });

  it('makes a member when accepted, and the host hands the answer on in the bytes of the invitee’s server', async () => {
    const { invitation } = await invite(bob, carol.fqid);
    await accept(carol, invitation.id);
    await world.carry();
    expect(await world.members('alpha', room.id)).toEqual([alice.fqid, bob.fqid, carol.fqid]);
    expect(await world.states('alpha', 'beta', 'gamma')).toEqual(['alpha: accepted', 'beta: accepted', 'gamma: accepted']);
    expect(await world.news(bob)).toEqual(['invitation_outcome accepted']);
    const relayed = await world.database.rows(`SELECT id, payload FROM control_events WHERE type = 'swp.room.invite.accepted' AND room_id = $1 AND content LIKE $2`, [room.id, `%${invitation.id}%`]);
    expect(new Set(relayed.map((row) => row.payload)).size).toBe(1);
    expect(relayed).toHaveLength(2);
  });

  it('is declined for everybody', async () => {
    const { invitation } = await invite(bob, carol.fqid);
    await world.get(DeclineInvitation).run({ actor: carol, invitationId: invitation.id });
    await world.carry();
    expect(await world.states('alpha', 'beta', 'gamma')).toEqual(['alpha: declined', 'beta: declined', 'gamma: declined']);
    expect(await world.news(bob)).toEqual(['invitation_outcome declined']);
  });

  it('may be for one of the host’s own people', async () => {
    const adam = await world.person(`adam${count}`, 'alpha');
    const { invitation } = await invite(bob, adam.fqid);
    expect(await world.states('alpha', 'beta')).toEqual(['alpha: pending', 'beta: pending']);
    expect(await world.news(adam)).toEqual(['invitation pending']);
    await accept(adam, invitation.id);
    await world.carry();
    expect(await world.members('alpha', room.id)).toEqual([adam.fqid, alice.fqid, bob.fqid]);
    expect(await world.states('alpha', 'beta')).toEqual(['alpha: accepted', 'beta: accepted']);
    expect(await world.news(bob)).toEqual(['invitation_outcome accepted']);
  });

  it('may be for one of the asking server’s own people', async () => {
    const bea = await world.person(`bea${count}`, 'beta');
    const { invitation } = await invite(bob, bea.fqid);
    expect((await world.invitations('beta'))[0]).toMatchObject({ id: invitation.id, direction: 'in', state: 'pending' });
    expect(await world.news(bea)).toEqual(['invitation pending']);
    await accept(bea, invitation.id);
    await world.carry();
    expect(await world.members('alpha', room.id)).toEqual([alice.fqid, bea.fqid, bob.fqid]);
    expect(await world.states('alpha', 'beta')).toEqual(['alpha: accepted', 'beta: accepted']);
    expect(await world.news(bob)).toEqual(['invitation_outcome accepted']);
  });

  describe('makes nobody wait', () => {
    it('for the sweep: a third server in back-off is tried at once', async () => {
      await world.database.rows(`UPDATE peers SET verdict = 'down', next_attempt_at = $2 WHERE tenant_id = $1 AND server_name = 'gamma.test'`, [alice.tenant.id, new Date(world.clock.now() + 3_000)]);
      await invite(bob, carol.fqid);
      const [peer] = await world.database.rows(`SELECT next_attempt_at FROM peers WHERE tenant_id = $1 AND server_name = 'gamma.test'`, [alice.tenant.id]);
      expect(peer!.next_attempt_at).toEqual(world.clock.date());
    });

    it('for a look into Postgres: whoever waits is woken when it has arrived, and when its invitee is in', async () => {
      const bea = await world.person(`bea${count}`, 'beta');
      await world.get(Signals).ready();
      const call = world.get(InviteForeign).run({ actor: bob, roomId: room.id, fqid: bea.fqid });
      while ((await world.invitations('beta')).length === 0) await new Promise(setImmediate);
      const id = (await world.invitations('beta'))[0]!.id;
      const arrived = world.get(Signals).wait(invitationSignal(id));
      await world.during(call);
      expect(await arrived.next(5_000)).toBe(true);
      arrived.stop();
      const joined = world.get(Signals).wait(membershipSignal(room.id, bea.fqid));
      await accept(bea, id);
      await world.carry();
      await world.carryRoom(room.id, 'alpha', 'beta');
      expect(await joined.next(5_000)).toBe(true);
      joined.stop();
    });
  });

  describe('by adding a colleague of their own server', () => {
    const add = (actor: Actor, whom: Actor) => world.during(world.get(AddLocalMember).run({ actor, roomId: room.id, participantId: whom.participantId }));

    it('is an invitation like any: the colleague answers it, and only the host makes the member', async () => {
      const bea = await world.person(`bea${count}`, 'beta');
      expect(await add(bob, bea)).toMatchObject({ invitee: bea.fqid, host: 'alpha.test' });
      expect(await world.database.rows(`SELECT 1 FROM events WHERE tenant_id = $1 AND room_id = $2 AND state = 'pending'`, [bob.tenant.id, room.id])).toEqual([]);
      expect(world.traffic).toEqual(['beta→alpha swp.room.invite.request stored', 'alpha→beta swp.room.invite stored']);
      const [forBea] = await world.invitations('beta');
      expect(forBea).toMatchObject({ direction: 'in', state: 'pending', inviter: bob.fqid, invitee: bea.fqid });
      expect(await world.news(bea)).toEqual(['invitation pending']);
      expect(await world.members('beta', room.id)).toEqual([alice.fqid, bob.fqid]);
      await accept(bea, forBea!.id);
      await world.carry();
      await world.carryRoom(room.id, 'alpha', 'beta');
      for (const name of ['alpha', 'beta']) expect(await world.members(name, room.id)).toEqual([alice.fqid, bea.fqid, bob.fqid]);
    });

    it('is refused with the host’s code where the host keeps the colleague out', async () => {
      const bea = await world.person(`bea${count}`, 'beta');
      await world.get(ChangeMembership).run({ actor: alice, roomId: room.id, change: { act: 'ban', target: bea.fqid } });
      expect(await refusal(add(bob, bea))).toEqual({ code: 'SW_ROOM_FORBIDDEN', by: 'alpha.test' });
      expect(await world.invitations('beta')).toEqual([]);
    });

    it('is at once where their server hosts the room', async () => {
      const adam = await world.person(`adam${count}`, 'alpha');
      expect(await add(alice, adam)).toBeNull();
      expect(await world.members('alpha', room.id)).toEqual([adam.fqid, alice.fqid, bob.fqid]);
      expect(await refusal(add(alice, adam))).toMatchObject({ code: 'SW_FED_ALREADY_MEMBER' });
    });

    it('is refused for strangers, who do not learn that there is a room', async () => {
      const bea = await world.person(`bea${count}`, 'beta');
      expect(await refusal(add(bea, bob))).toEqual({ code: 'SW_ROOM_NOT_FOUND' });
    });
  });

  describe('and that is refused', () => {
    it.each([
      ['by the host', '@nobody:alpha.test', 'alpha.test'],
      ['by the third server', '@nobody:gamma.test', 'gamma.test'],
      ['by the asking server itself, through the host', '@nobody:beta.test', 'us'],
    ])('%s, since nobody has that name, answers with the code and leaves nothing at the asking server', async (_, fqid, by) => {
      expect(await refusal(invite(bob, fqid))).toEqual({ code: 'SW_FED_USER_UNKNOWN', by });
      expect(await world.invitations('beta')).toEqual([]);
      expect(await world.news(bob)).toEqual([]);
    });

    it('by the host’s policy, which the asking server learns as one code', async () => {
      await world.setPolicy('alpha', { blocked_peers: ['gamma.test'] });
      expect(await refusal(invite(bob, carol.fqid))).toEqual({ code: 'SW_FED_PEER_UNKNOWN', by: 'alpha.test' });
      await world.setPolicy('alpha', {});
    });

    it('by the host’s limit', async () => {
      await world.setPolicy('alpha', { max_foreign_participants_per_room: 1 });
      expect(await refusal(invite(bob, carol.fqid))).toEqual({ code: 'SW_ROOM_CAPACITY', by: 'alpha.test' });
      await world.setPolicy('alpha', {});
    });

    it('by the host, since the person was banned meanwhile', async () => {
      const { invitation } = await invite(alice, carol.fqid);
      await accept(carol, invitation.id);
      await world.carry();
      await world.get(ChangeMembership).run({ actor: alice, roomId: room.id, change: { act: 'ban', target: carol.fqid } });
      expect(await refusal(invite(bob, carol.fqid))).toEqual({ code: 'SW_ROOM_FORBIDDEN', by: 'alpha.test' });
    });

    it('by our own policy about third servers, before the host is asked', async () => {
      await world.setPolicy('beta', { third_party_servers: 'accepted', default_mode: 'invite_only', allowed_peers: ['alpha.test'] });
      expect(await refusal(invite(bob, carol.fqid))).toMatchObject({ code: 'SW_FED_PEER_UNKNOWN', by: 'us' });
      await world.setPolicy('beta', {});
      expect(world.traffic).toEqual([]);
    });

    it('by the third server because of a server in the room that it does not accept', async () => {
      await world.setPolicy('gamma', { third_party_servers: 'accepted', default_mode: 'invite_only', allowed_peers: ['alpha.test'] });
      expect(await refusal(invite(bob, carol.fqid))).toEqual({ code: 'SW_FED_PEER_UNKNOWN', by: 'gamma.test' });
      await world.setPolicy('gamma', {});
    });
  });

  it('is given up by the host when the third server is not reached in 24 hours, and the inviter is told', async () => {
    world.down.add('gamma.test');
    const { invitation } = await invite(bob, carol.fqid);
    expect(await world.states('alpha', 'beta')).toEqual(['alpha: sending', 'beta: pending']);
    await world.giveUp('alpha');
    await world.carry();
    expect((await world.invitations('beta'))[0]).toMatchObject({ id: invitation.id, state: 'failed', error_code: 'SW_FED_PEER_UNREACHABLE', error_by: 'gamma.test' });
    expect(await world.news(bob)).toEqual(['invitation_outcome failed']);
  });

  it('is revoked by somebody with power at the host, and both other servers learn it', async () => {
    const { invitation } = await invite(bob, carol.fqid);
    await world.get(RevokeInvitation).run({ actor: alice, roomId: room.id, invitationId: invitation.id });
    await world.carry();
    expect(await world.states('alpha', 'beta', 'gamma')).toEqual(['alpha: revoked', 'beta: revoked', 'gamma: revoked']);
    expect(await refusal(world.get(RevokeInvitation).run({ actor: bob, roomId: room.id, invitationId: invitation.id }))).toMatchObject({ code: 'SW_FED_FORBIDDEN' });
  });

  it('expires everywhere, each side by its own clock', async () => {
    await invite(bob, carol.fqid);
    world.clock.advance({ ms: LIMITS.inviteLifetimeMs });
    expect(await world.get(ExpireInvitations).run()).toBe(3);
    await world.carry();
    expect(await world.states('alpha', 'beta', 'gamma')).toEqual(['alpha: expired', 'beta: expired', 'gamma: expired']);
    expect(world.traffic.filter((line) => line.includes('expired')).toSorted()).toEqual(['alpha→beta swp.room.invite.expired stored', 'alpha→gamma swp.room.invite.expired stored']);
  });

  it('is made once, however often the request comes', async () => {
    const request = {
      carrier: bob.tenant.serverName,
      payload: { id: room.id, type: 'swp.room.invite.request', room_id: room.id, origin: 'beta.test', sender: bob.fqid, origin_ts: world.clock.now(), content_sha256: '' },
      content: { invite_id: bob.participantId, invitee: carol.fqid },
    };
    expect(await world.receive('alpha', request)).toEqual({ status: 'stored' });
    expect(await world.receive('alpha', request)).toEqual({ status: 'stored' });
    expect(await world.states('alpha')).toEqual(['alpha: sending']);
    const other = { ...request, content: { invite_id: bob.participantId, invitee: '@other:gamma.test' } };
    expect(await world.receive('alpha', other)).toMatchObject({ status: 'rejected', code: 'SW_FED_ID_CONFLICT' });
  });

  it.each([
    ['somebody who is not in the room', 'SW_NOT_MEMBER', () => ({ sender: '@stranger:beta.test', room_id: room.id })],
    ['a room that is not here', 'SW_ROOM_NOT_FOUND', () => ({ sender: bob.fqid, room_id: bob.participantId })],
  ])('is refused for %s', async (_, code, said) => {
    const payload = { id: room.id, type: 'swp.room.invite.request', origin: 'beta.test', origin_ts: world.clock.now(), content_sha256: '', ...said() };
    const verdict = await world.receive('alpha', { carrier: bob.tenant.serverName, payload, content: { invite_id: room.id, invitee: carol.fqid } });
    expect(verdict).toMatchObject({ status: 'rejected', code });
  });
});

it('a call for a third server’s person ends with the host’s word that it is there, however long it would wait for a refusal', async () => {
  const patient = await InvitationWorld.create(['alpha', 'beta', 'gamma'], [], { callMs: 3_600_000, secondHopMs: 3_600_000 });
  try {
    const [alice, bob, carol] = await Promise.all([patient.person('alice', 'alpha'), patient.person('bob', 'beta'), patient.person('carol', 'gamma')]);
    const room = await patient.room(alice);
    const invite = (actor: Actor, fqid: string) => patient.during(patient.get(InviteForeign).run({ actor, roomId: room.id, fqid }));
    await patient.get(AcceptInvitation).run({ actor: bob, invitationId: (await invite(alice, bob.fqid)).invitation.id });
    await patient.carry();
    await patient.carryRoom(room.id, 'alpha', 'beta');
    expect(await invite(bob, carol.fqid)).toMatchObject({ outcome: 'pending', invitation: { state: 'pending' } });
  } finally {
    await patient.close();
  }
});

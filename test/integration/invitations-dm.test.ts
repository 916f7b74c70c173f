import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AcceptInvitation, ChangeMembership, DeclineInvitation, ExpireInvitations, FederatedDms, InviteForeign, MessagesModule, OpenFederatedDm, PostMessage, RoomStore, StartInvitation, type Actor } from '@scaiwave/core';
import { DomainError, LIMITS, type RoomId } from '@scaiwave/protocol';
import { until } from '@scaiwave/testing';
import { InvitationWorld } from './invitation-world.js';

describe('a DM with a person of another server', () => {
  let world: InvitationWorld;
  let alice: Actor;
  let bob: Actor;
  let count = 0;

  beforeAll(async () => {
    world = await InvitationWorld.create(['alpha', 'beta'], [MessagesModule]);
  });
  afterAll(() => world?.close());

  beforeEach(async () => {
    count += 1;
    world.down.clear();
    for (const table of ['invitations', 'control_events', 'rooms']) await world.database.rows(`DELETE FROM ${table}`);
    [alice, bob] = await Promise.all([world.person(`alice${count}`, 'alpha'), world.person(`bob${count}`, 'beta')]);
    world.traffic.length = 0;
    world.clock.advance({ seconds: 1 });
  });

  const open = (actor: Actor, fqid: string) => world.during(world.get(OpenFederatedDm).run({ actor, fqid }));
  const openWhileAway = async (actor: Actor, fqid: string) => {
    world.down.add('alpha.test').add('beta.test');
    const answer = await world.get(OpenFederatedDm).run({ actor, fqid });
    world.down.clear();
    return answer;
  };
  const accept = (actor: Actor, invitationId: string) => world.get(AcceptInvitation).run({ actor, invitationId });
  const rooms = (name: string) => world.database.rows<{ id: string; state: string; dm_key: string | null }>('SELECT id, state, dm_key FROM rooms WHERE tenant_id = $1 ORDER BY id', [world.tenant(name).id]);
  const waitingForAdvisoryLocks = async () => Number((await world.database.rows<{ count: string }>(`SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`))[0]?.count);
  const refusal = (call: Promise<unknown>) => call.then(() => 'done', (error: unknown) => (error instanceof DomainError ? { code: error.code, ...error.details } : error));
  const say = (actor: Actor, roomId: RoomId, body: string) => world.get(PostMessage).run({ actor, roomId, content: { msgtype: 'swp.text', body } });

  it('is a room and its invitation; the same call again gives the same room', async () => {
    const first = await open(alice, bob.fqid);
    expect(first).toMatchObject({ outcome: 'pending', room: { room_type: 'dm' }, invitation: { state: 'pending', invitee: bob.fqid } });
    const again = await open(alice, bob.fqid);
    expect(again).toMatchObject({ outcome: 'existing', room: { id: first.room.id }, invitation: { id: first.invitation!.id } });
    expect(world.traffic).toEqual(['alpha→beta swp.room.invite stored']);
    await accept(bob, first.invitation!.id);
    await world.carry();
    await world.carryRoom(first.room.id, 'alpha', 'beta');
    expect(await world.members('beta', first.room.id)).toEqual([alice.fqid, bob.fqid]);
    expect((await open(bob, alice.fqid)).room.id).toBe(first.room.id);
    expect((await open(alice, bob.fqid)).room.id).toBe(first.room.id);
  });

  it('is made once by two calls at the same time', async () => {
    const [one, two] = await world.during(Promise.all([alice, alice].map((actor) => world.get(OpenFederatedDm).run({ actor, fqid: bob.fqid }))));
    expect(one!.room.id).toBe(two!.room.id);
    expect(await rooms('alpha')).toHaveLength(1);
  });

  it('is gone with an invitation that is refused, and the next call makes a new one', async () => {
    expect(await refusal(open(alice, '@nobody:beta.test'))).toEqual({ code: 'SW_FED_USER_UNKNOWN', by: 'beta.test' });
    expect(await rooms('alpha')).toEqual([]);
    expect(await world.invitations('alpha')).toEqual([]);
    const nobody = await world.person('nobody', 'beta');
    expect((await open(alice, nobody.fqid)).outcome).toBe('pending');
  });

  it.each([
    { rule: 'our own policy', server: 'alpha', policy: { default_mode: 'closed' }, expected: { code: 'SW_FED_PEER_UNKNOWN', by: 'us', rule: 'mode_closed' } },
    { rule: 'our own limit', server: 'alpha', policy: { max_foreign_participants_per_room: 0 }, expected: { code: 'SW_ROOM_CAPACITY', by: 'us', rule: 'max_foreign_participants_per_room' } },
    { rule: 'their limit', server: 'beta', policy: { max_foreign_participants_per_room: 0 }, expected: { code: 'SW_ROOM_CAPACITY', by: 'beta.test' } },
  ])('is refused by $rule and leaves nothing', async ({ server, policy, expected }) => {
    await world.setPolicy(server, policy);
    expect(await refusal(open(alice, bob.fqid))).toEqual(expected);
    await world.setPolicy(server, {});
    expect(await rooms('alpha')).toEqual([]);
  });

  it('is refused with somebody of this server and with a malformed name', async () => {
    expect(await refusal(open(alice, '@zoe:alpha.test'))).toMatchObject({ code: 'SW_REQUEST_INVALID', field: 'fqid' });
    expect(await refusal(open(alice, 'bob'))).toMatchObject({ code: 'SW_FED_FQID_INVALID' });
  });

  it('takes no third person', async () => {
    const { room } = await open(alice, bob.fqid);
    const bea = await world.person(`bea${count}`, 'beta');
    expect(await refusal(world.get(InviteForeign).run({ actor: alice, roomId: room.id, fqid: bea.fqid }))).toMatchObject({ code: 'SW_ROOM_TYPE_INVARIANT' });
  });

  it('is gone when it is declined or runs out while nobody wrote in it', async () => {
    const first = await open(alice, bob.fqid);
    await world.get(DeclineInvitation).run({ actor: bob, invitationId: first.invitation!.id });
    await world.carry();
    expect(await rooms('alpha')).toEqual([]);
    await open(alice, bob.fqid);
    world.clock.advance({ ms: LIMITS.inviteLifetimeMs });
    await world.get(ExpireInvitations).run();
    expect(await rooms('alpha')).toEqual([]);
  });

  it('stays when something was written in it, and the next call invites to the same room', async () => {
    const first = await open(alice, bob.fqid);
    await say(alice, first.room.id, 'are you there?');
    await world.get(DeclineInvitation).run({ actor: bob, invitationId: first.invitation!.id });
    await world.carry();
    world.clock.advance({ seconds: 1 });
    const second = await open(alice, bob.fqid);
    expect(second.room.id).toBe(first.room.id);
    expect(second.invitation!.id).not.toBe(first.invitation!.id);
    expect(second.outcome).toBe('pending');
  });

  it('is a new room after one of the two has left', async () => {
    const first = await open(alice, bob.fqid);
    await accept(bob, first.invitation!.id);
    await world.carry();
    await world.get(ChangeMembership).run({ actor: alice, roomId: first.room.id, change: { act: 'leave' } });
    const second = await open(alice, bob.fqid);
    expect(second.room.id).not.toBe(first.room.id);
  });

  it('opened by the invitee too is the accepted one', async () => {
    const first = await open(alice, bob.fqid);
    const theirs = await open(bob, alice.fqid);
    // The host has let them in; its log, which says so, has not been carried.
    expect(theirs).toMatchObject({ outcome: 'joining', room: { id: first.room.id }, invitation: { state: 'accepted' } });
    expect(await world.members('alpha', first.room.id)).toEqual([alice.fqid, bob.fqid]);
  });

  describe('opened by the invitee while its host', () => {
    it('does not answer is there, with the caller on the way in, and goes on by itself', async () => {
      const first = await open(alice, bob.fqid);
      world.down.add('alpha.test');
      expect(await open(bob, alice.fqid)).toMatchObject({ outcome: 'joining', room: { id: first.room.id }, invitation: { state: 'accepted' } });
      expect(await mine(bob, first.room.id)).toEqual(['joining', 'joining']);
      expect(await refusal(say(bob, first.room.id, 'hello?'))).toEqual({ code: 'SW_NOT_MEMBER' });
      world.down.clear();
      await world.carry();
      await world.carryRoom(first.room.id, 'alpha', 'beta');
      expect(await mine(bob, first.room.id)).toEqual(['join', 'join']);
      expect((await open(bob, alice.fqid)).outcome).toBe('existing');
    });

    it('refuses the acceptance is refused with the host’s code, and is gone', async () => {
      const first = await open(alice, bob.fqid);
      await world.setPolicy('alpha', { max_foreign_participants_per_room: 0 });
      expect(await refusal(open(bob, alice.fqid))).toEqual({ code: 'SW_ROOM_CAPACITY', by: 'alpha.test' });
      await world.setPolicy('alpha', {});
      expect(await mine(bob, first.room.id)).toEqual([]);
    });

    it('had let them in before is being joined again after a leave', async () => {
      const room = await world.room(alice);
      const invite = async () => (await world.during(world.get(InviteForeign).run({ actor: alice, roomId: room.id, fqid: bob.fqid }))).invitation.id;
      await accept(bob, await invite());
      await world.carry();
      await world.carryRoom(room.id, 'alpha', 'beta');
      world.clock.advance({ seconds: 1 });
      await world.get(ChangeMembership).run({ actor: alice, roomId: room.id, change: { act: 'kick', target: bob.fqid } });
      await world.carryRoom(room.id, 'alpha', 'beta');
      expect(await mine(bob, room.id)).toEqual(['leave']);
      world.clock.advance({ seconds: 1 });
      const again = await invite();
      expect(await mine(bob, room.id)).toEqual(['leave']);
      await accept(bob, again);
      expect(await mine(bob, room.id)).toEqual(['joining', 'joining']);
    });

    /** Membership as one asks for the room, then as it stands in one's list of rooms. */
    const mine = (actor: Actor, roomId: string) => world.db.readTenant(actor.tenant.id, async (db) => {
      const one = await world.get(RoomStore).findMyRoom(db, { fqid: actor.fqid, roomId });
      const listed = (await world.get(RoomStore).listMyRooms(db, actor.fqid)).filter((room) => room.id === roomId);
      return [one, ...listed].flatMap((room) => room?.membership ?? []);
    });
  });

  describe('opened by both at the same time', () => {
    it('is the one with the lower room_id, the other is declined by machine and gone, and nobody is told of that', async () => {
      const ours = await openWhileAway(alice, bob.fqid);
      world.clock.advance({ seconds: 1 });
      const theirs = await openWhileAway(bob, alice.fqid);
      expect(ours.room.id < theirs.room.id).toBe(true);
      await world.carry();
      expect(await rooms('alpha')).toMatchObject([{ id: ours.room.id, state: 'open' }]);
      expect(await rooms('beta')).toEqual([]);
      expect(world.traffic.toSorted()).toEqual(['alpha→beta swp.room.invite stored', 'alpha→beta swp.room.invite.declined stored', 'beta→alpha swp.room.invite stored']);
      expect(await world.news(alice)).toEqual([]);
      expect(await world.news(bob)).toEqual(['invitation pending']);
      await accept(bob, ours.invitation!.id);
      await world.carry();
      expect(await world.members('alpha', ours.room.id)).toEqual([alice.fqid, bob.fqid]);
    });

    it('closes the higher one instead where something was written in it', async () => {
      const ours = await openWhileAway(alice, bob.fqid);
      world.clock.advance({ seconds: 1 });
      const theirs = await openWhileAway(bob, alice.fqid);
      await say(bob, theirs.room.id, 'hello?');
      await world.carry();
      expect(await rooms('beta')).toMatchObject([{ id: theirs.room.id, state: 'closed' }]);
      await accept(bob, ours.invitation!.id);
      await world.carry();
      expect((await rooms('beta')).map((room) => room.state).toSorted()).toEqual(['closed', 'open']);
      expect((await open(bob, alice.fqid)).room.id).toBe(ours.room.id);
    });

    it('is one room also when their invitation comes before ours is committed', async () => {
      let carrying: Promise<void> | undefined;
      let isCarried = false;
      const ours = await world.db.forTenant(alice.tenant.id, async (tx) => {
        const made = await world.get(FederatedDms).ensureRoom(tx, { actor: alice, invitee: bob.fqid });
        if (made.kind !== 'alone') throw new Error('the room was there before');
        await world.get(StartInvitation).run(tx, { actor: alice, room: made.room, invitee: bob.fqid });
        world.clock.advance({ seconds: 1 });
        await openWhileAway(bob, alice.fqid);
        carrying = world.carry().finally(() => {
          isCarried = true;
        });
        await until('their invitation waits for ours', async () => isCarried || (await waitingForAdvisoryLocks()) > 0);
        return made.room;
      });
      await carrying;
      await world.carry();
      expect(await rooms('alpha')).toMatchObject([{ id: ours.id, state: 'open' }]);
      expect(await rooms('beta')).toEqual([]);
    });

    it('ends with both callers in one room', async () => {
      const [ours, theirs] = await world.during(Promise.all([
        world.get(OpenFederatedDm).run({ actor: alice, fqid: bob.fqid }),
        world.get(OpenFederatedDm).run({ actor: bob, fqid: alice.fqid }),
      ]));
      // Each answer may call for another one: the loser's decline, the winner's acceptance, the join.
      for (let round = 0; round < 5; round += 1) await world.carry();
      const lower = [ours!.room.id, theirs!.room.id].toSorted()[0];
      const open = [...(await rooms('alpha')), ...(await rooms('beta'))].filter((room) => room.state === 'open');
      expect(new Set(open.map((room) => room.id))).toEqual(new Set([lower]));
    });
  });
});

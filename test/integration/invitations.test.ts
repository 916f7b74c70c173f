import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  AcceptInvitation, ChangeMembership, DeclineInvitation, ExpireInvitations, FreezeRoom, InviteForeign, ListInvitations, RevokeInvitation, type Actor, type RoomRow,
} from '@scaiwave/core';
import { DomainError, LIMITS } from '@scaiwave/protocol';
import { InvitationWorld } from './invitation-world.js';

const WEEK = { ms: LIMITS.inviteLifetimeMs };

describe('invitations between two servers', () => {
  let world: InvitationWorld;
  let alice: Actor;
  let bob: Actor;
  let room: RoomRow;
  let count = 0;

  beforeAll(async () => {
    world = await InvitationWorld.create(['alpha', 'beta']);
  });
  afterAll(() => world?.close());

  beforeEach(async () => {
    count += 1;
    world.down.clear();
    world.traffic.length = 0;
    await world.database.rows('DELETE FROM invitations');
    await world.database.rows('DELETE FROM control_events');
    [alice, bob] = await Promise.all([world.person(`alice${count}`, 'alpha'), world.person(`bob${count}`, 'beta')]);
    room = await world.room(alice);
  });

  const invite = (fqid: string = bob.fqid, actor = alice, roomId = room.id) => world.during(world.get(InviteForeign).run({ actor, roomId, fqid }));
  const accept = (invitationId: string, actor = bob) => world.get(AcceptInvitation).run({ actor, invitationId });
  const refusal = (call: Promise<unknown>) => call.then(() => 'done', (error: unknown) => (error instanceof DomainError ? { code: error.code, ...error.details } : error));

  /** Invites while the other server is away, so that nothing was answered yet. */
  const inviteWhileAway = async () => {
    world.down.add(bob.tenant.serverName);
    const row = await world.get(InviteForeign).run({ actor: alice, roomId: room.id, fqid: bob.fqid });
    world.down.clear();
    return row;
  };

  describe('made', () => {
    it('is pending on both sides, seen by the invitee at once, and expires seven days after its signature', async () => {
      const { outcome, invitation } = await invite();
      expect(outcome).toBe('pending');
      const [[ours], [theirs]] = await Promise.all([world.invitations('alpha'), world.invitations('beta')]);
      expect(ours).toMatchObject({ id: invitation.id, direction: 'out', state: 'pending', inviter: alice.fqid, invitee: bob.fqid, host: 'alpha.test' });
      expect(theirs).toMatchObject({ id: invitation.id, direction: 'in', state: 'pending', inviter_name: alice.displayName, room: { name: 'Launch', servers: ['alpha.test'] } });
      expect(theirs!.expires_at.getTime() - theirs!.created_at.getTime()).toBe(LIMITS.inviteLifetimeMs);
      expect(theirs!.expires_at).toEqual(ours!.expires_at);
      expect(await world.news(bob)).toEqual(['invitation pending']);
      expect(await world.news(alice)).toEqual([]);
      expect(await world.database.rows('SELECT 1 FROM rooms WHERE tenant_id = $1', [bob.tenant.id])).toEqual([]);
    });

    it('is sending while the other server does not answer in time, and goes on by itself', async () => {
      const { outcome } = await inviteWhileAway();
      expect(outcome).toBe('sending');
      await world.carry();
      expect(await world.states('alpha', 'beta')).toEqual(['alpha: pending', 'beta: pending']);
    });

    it('that comes to nothing after the call was answered stays as failed, and the inviter is told', async () => {
      await inviteWhileAway();
      await world.giveUp('alpha');
      const [ours] = await world.invitations('alpha');
      expect(ours).toMatchObject({ state: 'failed', error_code: 'SW_FED_PEER_UNREACHABLE', error_by: 'beta.test' });
      expect(await world.news(alice)).toEqual(['invitation_outcome failed']);
    });

    it('again replaces the pending one on both sides, and only the newer can be accepted', async () => {
      const first = await invite();
      world.clock.advance({ seconds: 1 });
      const second = await invite();
      expect(await world.states('alpha', 'beta')).toEqual(['alpha: revoked, pending', 'beta: revoked, pending']);
      expect(await refusal(accept(first.invitation.id))).toMatchObject({ code: 'SW_FED_INVITE_INVALID' });
      await accept(second.invitation.id);
      await world.carry();
      expect(await world.members('alpha', room.id)).toEqual([alice.fqid, bob.fqid]);
    });
  });

  describe('refused on our side, with nothing left behind', () => {
    const nothingLeft = async () => {
      expect(await world.invitations('alpha')).toEqual([]);
      expect(await world.database.rows('SELECT 1 FROM control_events')).toEqual([]);
    };

    it.each([
      ['malformed', '@Bob:beta.test', 'SW_FED_FQID_INVALID'],
      ['with a trailing dot', '@bob:beta.test.', 'SW_FED_FQID_INVALID'],
      ['of our own server', '@zoe:alpha.test', 'SW_REQUEST_INVALID'],
    ])('when the FQID is %s', async (_, fqid, code) => {
      expect(await refusal(invite(fqid))).toMatchObject({ code, field: 'fqid' });
      await nothingLeft();
    });

    it('when the caller is not in the room, which then does not exist for them', async () => {
      const mallory = await world.person(`mallory${count}`, 'alpha');
      expect(await refusal(invite(bob.fqid, mallory))).toMatchObject({ code: 'SW_ROOM_NOT_FOUND' });
    });

    it.each([['incognito'], ['bridge']] as const)('when the room is of the kind %s', async (kind) => {
      const owner: Actor = { ...alice, role: 'admin' };
      const hidden = await world.room(owner, 'Hidden', kind);
      expect(await refusal(invite(bob.fqid, owner, hidden.id))).toMatchObject({ code: 'SW_ROOM_TYPE_INVARIANT', by: 'us' });
      await nothingLeft();
    });

    it('when policy does not accept the server; our admin finds the rule in the audit log', async () => {
      await world.setPolicy('alpha', { default_mode: 'closed' });
      expect(await refusal(invite())).toEqual({ code: 'SW_FED_PEER_UNKNOWN', by: 'us', rule: 'mode_closed' });
      await world.setPolicy('alpha', {});
      await nothingLeft();
      const [entry] = await world.database.rows(`SELECT * FROM audit_log WHERE tenant_id = $1 AND action = 'invitation.refused' AND actor = $2`, [alice.tenant.id, alice.fqid]);
      expect(entry).toMatchObject({ subject: bob.fqid, details: { code: 'SW_FED_PEER_UNKNOWN', rule: 'mode_closed', by: 'us' } });
    });

    it('when the room is closed', async () => {
      await world.get(FreezeRoom).run({ actor: alice, roomId: room.id, state: 'closed' });
      expect(await refusal(invite())).toMatchObject({ code: 'SW_ROOM_FROZEN' });
    });

    it('when the person is a member, or banned', async () => {
      await accept((await invite()).invitation.id);
      await world.carry();
      expect(await refusal(invite())).toMatchObject({ code: 'SW_FED_ALREADY_MEMBER', by: 'us' });
      await world.get(ChangeMembership).run({ actor: alice, roomId: room.id, change: { act: 'ban', target: bob.fqid } });
      expect(await refusal(invite())).toMatchObject({ code: 'SW_ROOM_FORBIDDEN', by: 'us' });
    });

    it('when pending and joined people of other servers fill the room', async () => {
      await world.setPolicy('alpha', { max_foreign_participants_per_room: 1 });
      const other = await world.person(`bea${count}`, 'beta');
      await invite();
      expect(await refusal(invite(other.fqid))).toMatchObject({ code: 'SW_ROOM_CAPACITY', by: 'us' });
      await expect(invite()).resolves.toMatchObject({ outcome: 'pending' });
      await world.setPolicy('alpha', {});
    });
  });

  describe('refused by the other side, with nothing left behind', () => {
    const nothingLeft = async () => {
      expect(await world.states('alpha', 'beta')).toEqual(['alpha: ', 'beta: ']);
      expect(await world.news(alice)).toEqual([]);
    };

    it('when nobody of that name signed in there', async () => {
      expect(await refusal(invite('@nobody:beta.test'))).toEqual({ code: 'SW_FED_USER_UNKNOWN', by: 'beta.test' });
      await nothingLeft();
    });

    it('when they allow fewer people of other servers', async () => {
      await world.setPolicy('beta', { max_foreign_participants_per_room: 0 });
      expect(await refusal(invite())).toEqual({ code: 'SW_ROOM_CAPACITY', by: 'beta.test' });
      await world.setPolicy('beta', {});
      await nothingLeft();
    });

    it('when the room id belongs to a room of another host there', async () => {
      await world.database.rows(
        `INSERT INTO rooms (tenant_id, id, host, room_type, creator, chain, created_at) VALUES ($1, $2, 'gamma.test', 'group', '@x:gamma.test', $3, now())`,
        [bob.tenant.id, room.id, Buffer.alloc(32)],
      );
      expect(await refusal(invite())).toEqual({ code: 'SW_FED_ROOM_CONFLICT', by: 'beta.test' });
      await nothingLeft();
    });
  });

  describe('accepted', () => {
    it('makes a member at the host without power, tells the inviter, and settles both rows', async () => {
      const { invitation } = await invite();
      expect((await accept(invitation.id)).state).toBe('accepted');
      expect(await world.database.rows('SELECT host, name FROM rooms WHERE tenant_id = $1', [bob.tenant.id])).toContainEqual({ host: 'alpha.test', name: 'Launch' });
      expect(await world.members('alpha', room.id)).toEqual([alice.fqid]);
      await world.carry();
      expect(await world.members('alpha', room.id)).toEqual([alice.fqid, bob.fqid]);
      expect(await world.states('alpha', 'beta')).toEqual(['alpha: accepted', 'beta: accepted']);
      expect(await world.news(alice)).toEqual(['invitation_outcome accepted']);
      expect(await world.news(bob)).toEqual(['invitation pending']);
      const [join] = await world.database.rows(`SELECT * FROM events WHERE tenant_id = $1 AND room_id = $2 AND type = 'swp.room.member' ORDER BY room_seq DESC LIMIT 1`, [alice.tenant.id, room.id]);
      expect(join).toMatchObject({ sender: null, origin: 'alpha.test' });
      expect(JSON.parse(join!.content)).toEqual({ fqid: bob.fqid, membership: 'join', power_level: 0, display_name: bob.displayName, invite_id: invitation.id });
      const lanes = await world.database.rows('SELECT server_name, kind, end_seq FROM lanes WHERE tenant_id = $1 AND room_id = $2', [alice.tenant.id, room.id]);
      expect(lanes).toEqual([{ server_name: 'beta.test', kind: 'host', end_seq: null }]);
    });

    it('twice changes nothing', async () => {
      const { invitation } = await invite();
      await accept(invitation.id);
      await accept(invitation.id);
      await world.carry();
      expect(world.traffic.filter((line) => line.includes('accepted'))).toEqual(['beta→alpha swp.room.invite.accepted stored']);
    });

    it('by somebody else is not found', async () => {
      const { invitation } = await invite();
      const eve = await world.person(`eve${count}`, 'beta');
      expect(await refusal(accept(invitation.id, eve))).toMatchObject({ code: 'SW_INVITATION_NOT_FOUND' });
    });

    it('while our own policy has turned against the host is refused here', async () => {
      const { invitation } = await invite();
      await world.setPolicy('beta', { blocked_peers: ['alpha.test'] });
      expect(await refusal(accept(invitation.id))).toMatchObject({ code: 'SW_FED_PEER_UNKNOWN', by: 'us', rule: 'blocked_peers' });
      await world.setPolicy('beta', {});
      expect(await world.states('beta')).toEqual(['beta: pending']);
    });

    it('when the last place was taken meanwhile fails, the invitee is told, and the room is forgotten', async () => {
      const { invitation } = await invite();
      await world.setPolicy('alpha', { max_foreign_participants_per_room: 0 });
      await accept(invitation.id);
      await world.carry();
      await world.setPolicy('alpha', {});
      expect(await world.members('alpha', room.id)).toEqual([alice.fqid]);
      const [theirs] = await world.invitations('beta');
      expect(theirs).toMatchObject({ state: 'failed', error_code: 'SW_ROOM_CAPACITY', error_by: 'alpha.test' });
      expect(await world.news(bob)).toEqual(['invitation pending', 'invitation_outcome failed']);
      expect(await world.database.rows('SELECT 1 FROM rooms WHERE tenant_id = $1 AND id = $2', [bob.tenant.id, room.id])).toEqual([]);
    });

    it('on its way while the host revokes it: the host’s word counts', async () => {
      const { invitation } = await invite();
      await accept(invitation.id);
      await world.get(RevokeInvitation).run({ actor: alice, roomId: room.id, invitationId: invitation.id });
      await world.carry();
      expect(await world.members('alpha', room.id)).toEqual([alice.fqid]);
      expect(await world.states('alpha', 'beta')).toEqual(['alpha: revoked', 'beta: failed']);
    });

    it('lets somebody who left be invited again', async () => {
      await accept((await invite()).invitation.id);
      await world.carry();
      await world.carryRoom(room.id, 'alpha', 'beta');
      await world.get(ChangeMembership).run({ actor: alice, roomId: room.id, change: { act: 'kick', target: bob.fqid } });
      await accept((await invite()).invitation.id);
      await world.carry();
      expect(await world.members('alpha', room.id)).toEqual([alice.fqid, bob.fqid]);
    });
  });

  describe('declined and revoked', () => {
    it('is declined on both sides, the inviter is told, nobody joins', async () => {
      const { invitation } = await invite();
      await world.get(DeclineInvitation).run({ actor: bob, invitationId: invitation.id });
      expect(await world.states('alpha', 'beta')).toEqual(['alpha: pending', 'beta: declined']);
      await world.carry();
      expect(await world.states('alpha', 'beta')).toEqual(['alpha: declined', 'beta: declined']);
      expect(await world.news(alice)).toEqual(['invitation_outcome declined']);
      expect(await world.members('alpha', room.id)).toEqual([alice.fqid]);
      expect(await refusal(accept(invitation.id))).toMatchObject({ code: 'SW_FED_INVITE_INVALID' });
    });

    it('is revoked on both sides, the invitee is told and cannot accept any more', async () => {
      const { invitation } = await invite();
      await world.get(RevokeInvitation).run({ actor: alice, roomId: room.id, invitationId: invitation.id });
      await world.carry();
      expect(await world.states('alpha', 'beta')).toEqual(['alpha: revoked', 'beta: revoked']);
      expect(await world.news(bob)).toEqual(['invitation pending', 'invitation_outcome revoked']);
      expect(await refusal(accept(invitation.id))).toMatchObject({ code: 'SW_FED_INVITE_INVALID' });
    });

    it('is revoked by the inviter or somebody with power, not by any member', async () => {
      const { invitation } = await invite();
      const mallory = await world.person(`mallory${count}`, 'beta');
      await accept((await invite(mallory.fqid)).invitation.id, mallory);
      await world.carry();
      await world.carryRoom(room.id, 'alpha', 'beta');
      const revoke = world.get(RevokeInvitation).run({ actor: mallory, roomId: room.id, invitationId: invitation.id });
      expect(await refusal(revoke)).toMatchObject({ code: 'SW_ROOM_FORBIDDEN' });
    });
  });

  describe('after seven days', () => {
    it('is open for a minute less and over at the deadline, by each side’s own clock and before any sweep', async () => {
      const { invitation } = await invite();
      world.clock.advance({ ...WEEK, minutes: -1 });
      expect(await world.get(ExpireInvitations).run()).toBe(0);
      expect((await world.get(ListInvitations).mine({ actor: bob }))[0]).toMatchObject({ state: 'pending' });
      world.clock.advance({ minutes: 1 });
      expect((await world.get(ListInvitations).mine({ actor: bob }))[0]).toMatchObject({ state: 'expired' });
      expect((await world.get(ListInvitations).ofRoom({ actor: alice, roomId: room.id }))[0]).toMatchObject({ state: 'expired' });
      expect(await refusal(accept(invitation.id))).toMatchObject({ code: 'SW_FED_INVITE_EXPIRED', by: 'us' });
    });

    it('is ended by the sweep on both sides, both people are told once, and the host’s word changes nothing more', async () => {
      await invite();
      world.clock.advance(WEEK);
      expect(await world.get(ExpireInvitations).run()).toBe(2);
      expect(await world.get(ExpireInvitations).run()).toBe(0);
      await world.carry();
      expect(world.traffic.at(-1)).toBe('alpha→beta swp.room.invite.expired stored');
      expect(await world.states('alpha', 'beta')).toEqual(['alpha: expired', 'beta: expired']);
      expect(await world.news(alice)).toEqual(['invitation_outcome expired']);
      expect(await world.news(bob)).toEqual(['invitation pending', 'invitation_outcome expired']);
    });

    it('refuses an acceptance that was given in time but arrives too late, and tells the invitee', async () => {
      const { invitation } = await invite();
      await accept(invitation.id);
      world.clock.advance(WEEK);
      await world.carry();
      expect(world.traffic.at(-1)).toBe('beta→alpha swp.room.invite.accepted SW_FED_INVITE_EXPIRED');
      const [theirs] = await world.invitations('beta');
      expect(theirs).toMatchObject({ state: 'expired', error_code: 'SW_FED_INVITE_EXPIRED', error_by: 'alpha.test' });
      expect(await world.news(bob)).toEqual(['invitation pending', 'invitation_outcome expired']);
    });

    it('is refused when it comes for the first time', async () => {
      world.down.add('beta.test');
      const call = world.get(InviteForeign).run({ actor: alice, roomId: room.id, fqid: bob.fqid });
      await call;
      world.clock.advance(WEEK);
      world.down.clear();
      await world.carry();
      expect(world.traffic.at(-1)).toBe('alpha→beta swp.room.invite SW_FED_INVITE_EXPIRED');
      expect(await world.states('beta')).toEqual(['beta: ']);
    });
  });
});

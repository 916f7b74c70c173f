import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  AcceptInvitation, ChangeMembership, ChangePeer, EndRefusedInvitations, FreezeRoom, InviteForeign, OpenFederatedDm, PeerAdminModule, PolicyModule, type Actor, type PeerAction, type RoomRow,
} from '@scaiwave/core';
import { DomainError, LIMITS, type ServerName } from '@scaiwave/protocol';
import { InvitationWorld } from './invitation-world.js';

/** alice (alpha) hosts the room; bob (beta) is in it, bea (beta) and carol (gamma) are not. */
describe('open invitations end', () => {
  let world: InvitationWorld;
  let alice: Actor;
  let bob: Actor;
  let bea: Actor;
  let carol: Actor;
  let room: RoomRow;
  let count = 0;

  beforeAll(async () => {
    world = await InvitationWorld.create(['alpha', 'beta', 'gamma'], [PeerAdminModule, PolicyModule]);
  });
  afterAll(() => world?.close());

  beforeEach(async () => {
    count += 1;
    world.down.clear();
    for (const table of ['invitations', 'control_events', 'rooms', 'audit_log']) await world.database.rows(`DELETE FROM ${table}`);
    await world.database.rows(`UPDATE peers SET admin_state = 'active', declaration = NULL`);
    await world.database.rows(`UPDATE tenants SET provider_policy = '{}'`);
    for (const name of ['alpha', 'beta', 'gamma']) await world.setPolicy(name, {});
    [alice, bob, bea, carol] = await Promise.all([
      world.person(`alice${count}`, 'alpha'), world.person(`bob${count}`, 'beta'), world.person(`bea${count}`, 'beta'), world.person(`carol${count}`, 'gamma'),
    ]);
    room = await world.room(alice);
    await world.get(AcceptInvitation).run({ actor: bob, invitationId: (await invite(alice, bob.fqid)).id });
    await world.carry();
    await world.carryRoom(room.id, 'alpha', 'beta');
    await world.database.rows('DELETE FROM invitations');
    await world.database.rows('DELETE FROM notifications');
    world.traffic.length = 0;
    world.clock.advance({ seconds: 1 });
  });

  async function invite(actor: Actor, fqid: string) {
    return (await world.during(world.get(InviteForeign).run({ actor, roomId: room.id, fqid }))).invitation;
  }
  const accept = (actor: Actor, invitationId: string) => world.get(AcceptInvitation).run({ actor, invitationId });
  const refusal = (call: Promise<unknown>) => call.then(() => 'done', (error: unknown) => (error instanceof DomainError ? { code: error.code, ...error.details } : error));
  const why = async (name: string) => (await world.invitations(name)).map((row) => `${row.state} ${row.error_code} ${row.error_by}`);
  const unread = (actor: Actor) => world.database.rows(`SELECT kind FROM notifications WHERE tenant_id = $1 AND participant_id = $2 AND read_at IS NULL AND kind = 'invitation'`, [actor.tenant.id, actor.participantId]);

  describe('when the room is frozen', () => {
    const freeze = (state: 'archived' | 'closed', actor = alice) => world.get(FreezeRoom).run({ actor, roomId: room.id, state });

    it.each(['archived', 'closed'] as const)('(%s) on all sides, with the reason, and nobody is asked any more', async (state) => {
      const direct = await invite(alice, bea.fqid);
      await invite(bob, carol.fqid);
      await freeze(state);
      await world.carry();
      for (const name of ['alpha', 'beta', 'gamma']) expect([name, [...new Set(await why(name))]]).toEqual([name, ['revoked SW_ROOM_FROZEN alpha.test']]);
      for (const person of [bea, carol]) {
        expect(await unread(person)).toEqual([]);
        expect(await world.news(person)).toEqual(['invitation pending', 'invitation_outcome revoked']);
      }
      expect(await world.news(bob)).toEqual(['invitation_outcome revoked']);
      expect(await world.news(alice)).toEqual([]);
      expect(await refusal(accept(bea, direct.id))).toMatchObject({ code: 'SW_FED_INVITE_INVALID' });
    });

    it('once: doing it again says nothing more', async () => {
      await invite(alice, bea.fqid);
      await freeze('closed');
      await freeze('closed');
      await world.carry();
      expect(world.traffic.filter((line) => line.includes('revoked'))).toEqual(['alpha→beta swp.room.invite.revoked stored']);
    });

    it('not by somebody who may not freeze it', async () => {
      await invite(alice, carol.fqid);
      expect(await refusal(freeze('closed', bob))).toMatchObject({ code: 'SW_ROOM_FORBIDDEN' });
      expect(await world.states('alpha')).toEqual(['alpha: pending']);
    });

    it('also before the other server has heard of them: it hears of both, in order', async () => {
      world.down.add('gamma.test');
      await invite(alice, carol.fqid);
      await freeze('closed');
      world.down.clear();
      await world.carry();
      expect(world.traffic).toEqual(['alpha→gamma swp.room.invite stored', 'alpha→gamma swp.room.invite.revoked stored']);
      expect(await why('gamma')).toEqual(['revoked SW_ROOM_FROZEN alpha.test']);
    });

    it('an unanswered DM stays, closed', async () => {
      const dm = await world.during(world.get(OpenFederatedDm).run({ actor: alice, fqid: carol.fqid }));
      await world.get(FreezeRoom).run({ actor: alice, roomId: dm.room.id, state: 'closed' });
      await world.carry();
      expect(await world.database.rows('SELECT state FROM rooms WHERE tenant_id = $1 AND id = $2', [alice.tenant.id, dm.room.id])).toEqual([{ state: 'closed' }]);
      expect(await world.states('alpha', 'gamma')).toEqual(['alpha: revoked', 'gamma: revoked']);
    });
  });

  describe('when a server is blocked', () => {
    const change = (name: string, serverName: string, action: PeerAction) =>
      world.get(ChangePeer).run({ actor: { ...alice, tenant: world.tenant(name), fqid: `@root:${name}.test` as never }, serverName: serverName as ServerName, action });

    it('by the host: those for its people and those that it asked for, with the reason; what it is to hear waits', async () => {
      await invite(alice, bea.fqid);
      await invite(bob, carol.fqid);
      world.down.add('beta.test');
      await change('alpha', 'beta.test', 'block');
      await world.carry();
      expect(await why('alpha')).toEqual(['revoked SW_FED_PEER_UNKNOWN alpha.test', 'revoked SW_FED_PEER_UNKNOWN alpha.test']);
      expect(await why('gamma')).toEqual(['revoked SW_FED_PEER_UNKNOWN alpha.test']);
      expect(await world.news(alice)).toEqual(['invitation_outcome revoked']);
      expect(await world.news(carol)).toEqual(['invitation pending', 'invitation_outcome revoked']);
      expect(await world.states('beta')).toEqual(['beta: pending, pending']);
      world.down.clear();
      await world.carry();
      expect(await world.states('beta')).toEqual(['beta: revoked, revoked']);
    });

    it('by the invitee’s: its own people are told, and the host takes it for a decline', async () => {
      await invite(alice, carol.fqid);
      await change('gamma', 'alpha.test', 'block');
      expect(await why('gamma')).toEqual(['failed SW_FED_PEER_UNKNOWN gamma.test']);
      expect(await unread(carol)).toEqual([]);
      expect(await world.news(carol)).toEqual(['invitation pending', 'invitation_outcome failed']);
      await world.carry();
      expect(world.traffic.at(-1)).toBe('gamma→alpha swp.room.invite.declined stored');
      expect(await world.states('alpha')).toEqual(['alpha: declined']);
    });

    it('by the server that asked: whoever asked is told', async () => {
      await invite(bob, carol.fqid);
      await change('beta', 'alpha.test', 'block');
      expect(await why('beta')).toEqual(['failed SW_FED_PEER_UNKNOWN beta.test']);
      expect(await world.news(bob)).toEqual(['invitation_outcome failed']);
    });

    it('and not where another server is, or where it is only paused', async () => {
      await invite(alice, carol.fqid);
      await change('alpha', 'beta.test', 'block');
      await change('alpha', 'gamma.test', 'pause');
      await world.get(EndRefusedInvitations).run();
      expect(await world.states('alpha')).toEqual(['alpha: pending']);
    });
  });

  describe('when the host refuses the acceptance', () => {
    const refusals: Array<[string, string, () => Promise<unknown>]> = [
      ['the room is full', 'SW_ROOM_CAPACITY', () => world.setPolicy('alpha', { max_foreign_participants_per_room: 1 })],
      ['the invitee was banned', 'SW_ROOM_FORBIDDEN', () => world.get(ChangeMembership).run({ actor: alice, roomId: room.id, change: { act: 'ban', target: carol.fqid } })],
      ['the room no longer federates', 'SW_ROOM_FORBIDDEN', () => world.database.rows('UPDATE rooms SET federation_enabled = false WHERE tenant_id = $1', [alice.tenant.id])],
    ];

    it.each(refusals)('since %s, on all sides with its code, %s', async (_, code, happens) => {
      const { id } = await invite(bob, carol.fqid);
      await happens();
      await accept(carol, id);
      await world.carry();
      expect(world.traffic.filter((line) => /accepted|revoked/.test(line))).toEqual([`gamma→alpha swp.room.invite.accepted ${code}`, 'alpha→beta swp.room.invite.revoked stored']);
      for (const name of ['alpha', 'beta']) expect([name, await why(name)]).toEqual([name, [`revoked ${code} alpha.test`]]);
      expect(await why('gamma')).toEqual([`failed ${code} alpha.test`]);
      expect(await world.news(bob)).toEqual(['invitation_outcome revoked']);
      expect(await world.news(carol)).toEqual(['invitation pending', 'invitation_outcome failed']);
      expect(await world.members('alpha', room.id)).toEqual([alice.fqid, bob.fqid]);
      expect(await world.database.rows('SELECT 1 FROM rooms WHERE tenant_id = $1', [carol.tenant.id])).toEqual([]);
    });

    it('and a new invitation can be accepted', async () => {
      await world.setPolicy('alpha', { max_foreign_participants_per_room: 2 });
      const first = await invite(alice, carol.fqid);
      await world.setPolicy('alpha', { max_foreign_participants_per_room: 1 });
      await accept(carol, first.id);
      await world.carry();
      expect(await world.news(alice)).toEqual(['invitation_outcome revoked']);
      await world.setPolicy('alpha', {});
      world.clock.advance({ seconds: 1 });
      await accept(carol, (await invite(alice, carol.fqid)).id);
      await world.carry();
      expect(await world.members('alpha', room.id)).toEqual([alice.fqid, bob.fqid, carol.fqid]);
    });

    it('too late, as expired, before any sweep', async () => {
      const { id } = await invite(alice, carol.fqid);
      await accept(carol, id);
      world.clock.advance({ ms: LIMITS.inviteLifetimeMs });
      await world.carry();
      expect(await world.states('alpha', 'gamma')).toEqual(['alpha: expired', 'gamma: expired']);
      expect(await world.news(alice)).toEqual(['invitation_outcome expired']);
    });

    it('of one of its own people, who is told by the call', async () => {
      const adam = await world.person(`adam${count}`, 'alpha');
      const { id } = await invite(bob, adam.fqid);
      await world.get(ChangeMembership).run({ actor: alice, roomId: room.id, change: { act: 'ban', target: adam.fqid } });
      expect(await refusal(accept(adam, id))).toEqual({ code: 'SW_ROOM_FORBIDDEN', by: 'us' });
      await world.carry();
      for (const name of ['alpha', 'beta']) expect([name, await why(name)]).toEqual([name, ['revoked SW_ROOM_FORBIDDEN alpha.test']]);
      expect(await world.news(adam)).toEqual(['invitation pending']);
      expect(await unread(adam)).toEqual([]);
    });
  });

  describe('by the sweep, which sees what was decided elsewhere', () => {
    const cases: Array<[string, () => Promise<unknown>]> = [
      ['the admin’s list of blocked servers', () => world.setPolicy('alpha', { blocked_peers: ['*.test'] })],
      ['the provider’s list of blocked servers', () => world.database.rows(`UPDATE tenants SET provider_policy = '{"blocked_peers": ["gamma.test"]}' WHERE id = $1`, [alice.tenant.id])],
      ['the removal of the peer', () => world.database.rows(`UPDATE peers SET admin_state = 'removed' WHERE tenant_id = $1 AND server_name = 'gamma.test'`, [alice.tenant.id])],
    ];
    it.each(cases)('%s', async (_, part) => {
      await invite(alice, carol.fqid);
      expect(await world.get(EndRefusedInvitations).run()).toBe(0);
      await part();
      expect(await world.get(EndRefusedInvitations).run()).toBe(1);
      expect(await world.get(EndRefusedInvitations).run()).toBe(0);
      expect(await why('alpha')).toEqual(['revoked SW_FED_PEER_UNKNOWN alpha.test']);
      expect(await world.news(alice)).toEqual(['invitation_outcome revoked']);
    });

    it('a policy that no longer accepts a server: what we made as host, and not what our own people may yet answer', async () => {
      await invite(alice, carol.fqid);
      for (const name of ['alpha', 'gamma']) await world.setPolicy(name, { default_mode: 'closed' });
      expect(await world.get(EndRefusedInvitations).run()).toBe(1);
      expect(await why('alpha')).toEqual(['revoked SW_FED_PEER_UNKNOWN alpha.test']);
      expect(await world.states('gamma')).toEqual(['gamma: pending']);
    });

    it('but not a suspension, which pauses', async () => {
      await invite(alice, carol.fqid);
      await world.database.rows(`UPDATE peers SET declaration = '{"policy": {"suspend": true}}' WHERE tenant_id = $1 AND server_name = 'gamma.test'`, [alice.tenant.id]);
      expect(await world.get(EndRefusedInvitations).run()).toBe(0);
      expect(await world.states('alpha')).toEqual(['alpha: pending']);
    });
  });
});

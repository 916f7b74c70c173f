import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AcceptInvitation, InviteForeign, type Actor, type PeerDeclaration, type RoomRow } from '@scaiwave/core';
import { DomainError } from '@scaiwave/protocol';
import { InvitationWorld } from './invitation-world.js';

/** alice (alpha) hosts the room; bob and bea (beta) and carol (gamma) are to come. */
describe('what provider and admin state about people of other servers', () => {
  let world: InvitationWorld;
  let alice: Actor;
  let bob: Actor;
  let bea: Actor;
  let carol: Actor;
  let room: RoomRow;
  let count = 0;

  beforeAll(async () => {
    world = await InvitationWorld.create(['alpha', 'beta', 'gamma']);
  });
  afterAll(() => world?.close());

  beforeEach(async () => {
    count += 1;
    world.traffic.length = 0;
    for (const table of ['invitations', 'control_events', 'rooms']) await world.database.rows(`DELETE FROM ${table}`);
    await world.database.rows('UPDATE peers SET declaration = NULL');
    await world.database.rows(`UPDATE tenants SET provider_policy = '{}'`);
    for (const name of ['alpha', 'beta', 'gamma']) await world.setPolicy(name, {});
    [alice, bob, bea, carol] = await Promise.all([
      world.person(`alice${count}`, 'alpha'), world.person(`bob${count}`, 'beta'), world.person(`bea${count}`, 'beta'), world.person(`carol${count}`, 'gamma'),
    ]);
    room = await world.room(alice);
  });

  const invite = (actor: Actor, invitee: Actor) => world.during(world.get(InviteForeign).run({ actor, roomId: room.id, fqid: invitee.fqid }));
  const accept = (actor: Actor, invitationId: string) => world.get(AcceptInvitation).run({ actor, invitationId });
  const refusal = (call: Promise<unknown>) => call.then(() => 'done', (error: unknown) => (error instanceof DomainError ? { code: error.code, ...error.details } : error));
  const provider = (name: string, policy: object) => world.database.rows('UPDATE tenants SET provider_policy = $2 WHERE id = $1', [world.tenant(name).id, JSON.stringify(policy)]);

  /** What the provider's Peer resource says at `name` about `server`. */
  function declare(name: string, server: string, policy: Partial<PeerDeclaration['policy']>): Promise<unknown> {
    const declaration = { policy: { suspend: false, max_foreign_participants_per_room: null, allow_invites: true, ...policy } };
    return world.database.rows('UPDATE peers SET declaration = $3 WHERE tenant_id = $1 AND server_name = $2', [world.tenant(name).id, `${server}.test`, JSON.stringify(declaration)]);
  }
  async function join(guest: Actor): Promise<void> {
    await accept(guest, (await invite(alice, guest)).invitation.id);
    await world.carry();
    await world.carryRoom(room.id, 'alpha', guest.tenant.serverName.replace('.test', ''));
  }

  describe('how many there may be in one room', () => {
    const full = (rule: string) => ({ code: 'SW_ROOM_CAPACITY', by: 'us', rule });

    it.each([['the provider’s', 1, 5], ['the admin’s', 5, 1]])('the smaller number is in force: %s', async (_, ofProvider, ofAdmin) => {
      await provider('alpha', { max_foreign_participants_per_room: ofProvider });
      await world.setPolicy('alpha', { max_foreign_participants_per_room: ofAdmin });
      await invite(alice, bob);
      expect(await refusal(invite(alice, carol))).toEqual(full('max_foreign_participants_per_room'));
    });

    it('of one peer: the provider’s number for it is counted by itself, open invitations too', async () => {
      await declare('alpha', 'beta', { max_foreign_participants_per_room: 1 });
      await invite(alice, bob);
      expect(await refusal(invite(alice, bea))).toEqual(full('peer_max_foreign_participants_per_room'));
      expect(await invite(alice, carol)).toMatchObject({ outcome: 'pending' });
    });

    it('of one peer: the tenant’s smaller number counts all the same', async () => {
      await declare('alpha', 'beta', { max_foreign_participants_per_room: 5 });
      await world.setPolicy('alpha', { max_foreign_participants_per_room: 0 });
      expect(await refusal(invite(alice, bob))).toEqual(full('max_foreign_participants_per_room'));
    });

    it('of one peer: is counted again when somebody accepts', async () => {
      const first = await invite(alice, bob);
      world.clock.advance({ seconds: 1 });
      const second = await invite(alice, bea);
      await declare('alpha', 'beta', { max_foreign_participants_per_room: 1 });
      await accept(bob, first.invitation.id);
      await accept(bea, second.invitation.id);
      await world.carry();
      expect(await world.members('alpha', room.id)).toEqual([alice.fqid, bob.fqid]);
      const ends = async (name: string) => (await world.invitations(name)).map((row) => `${row.invitee}: ${row.state} ${row.error_code ?? ''}`.trim()).toSorted();
      expect(await ends('beta')).toEqual([`${bea.fqid}: failed SW_ROOM_CAPACITY`, `${bob.fqid}: accepted`]);
      expect(await ends('alpha')).toEqual([`${bea.fqid}: revoked SW_ROOM_CAPACITY`, `${bob.fqid}: accepted`]);
    });

    it('on the invitee’s side: an invitation into a room with more of a peer than its provider allows is refused', async () => {
      await declare('gamma', 'alpha', { max_foreign_participants_per_room: 0 });
      expect(await refusal(invite(alice, carol))).toEqual({ code: 'SW_ROOM_CAPACITY', by: 'gamma.test' });
      await declare('gamma', 'alpha', { max_foreign_participants_per_room: 1 });
      expect(await invite(alice, carol)).toMatchObject({ outcome: 'pending' });
    });

    it('on the invitee’s side: what has changed since is judged at the acceptance, and the invitation stays', async () => {
      const { invitation } = await invite(alice, carol);
      await declare('gamma', 'alpha', { max_foreign_participants_per_room: 0 });
      expect(await refusal(accept(carol, invitation.id))).toEqual(full('peer_max_foreign_participants_per_room'));
      await provider('gamma', { max_foreign_participants_per_room: 0 });
      expect(await refusal(accept(carol, invitation.id))).toEqual(full('max_foreign_participants_per_room'));
      expect(await world.states('gamma')).toEqual(['gamma: pending']);
      await provider('gamma', {});
      await declare('gamma', 'alpha', {});
      await accept(carol, invitation.id);
    });

    it('on a member’s side: nobody of a third server is asked for beyond it', async () => {
      await join(bob);
      world.traffic.length = 0;
      await world.setPolicy('beta', { max_foreign_participants_per_room: 1 });
      expect(await refusal(invite(bob, carol))).toEqual(full('max_foreign_participants_per_room'));
      await world.setPolicy('beta', {});
      await declare('beta', 'gamma', { max_foreign_participants_per_room: 0 });
      expect(await refusal(invite(bob, carol))).toEqual(full('peer_max_foreign_participants_per_room'));
      expect(world.traffic).toEqual([]);
      expect(await invite(bob, bea)).toMatchObject({ outcome: 'pending' });
    });
  });

  describe('a peer that may not invite', () => {
    it('is refused as by policy, also for a room elsewhere to which its people invite', async () => {
      await declare('gamma', 'alpha', { allow_invites: false });
      expect(await refusal(invite(alice, carol))).toEqual({ code: 'SW_FED_PEER_UNKNOWN', by: 'gamma.test' });
      expect(await world.invitations('gamma')).toEqual([]);
      await declare('gamma', 'alpha', {});
      await declare('gamma', 'beta', { allow_invites: false });
      await join(bob);
      expect(await refusal(invite(bob, carol))).toEqual({ code: 'SW_FED_PEER_UNKNOWN', by: 'gamma.test' });
    });

    it('is not asked for others by its people in our rooms; the rooms go on', async () => {
      await join(bob);
      await declare('alpha', 'beta', { allow_invites: false });
      expect(await refusal(invite(bob, carol))).toEqual({ code: 'SW_FED_PEER_UNKNOWN', by: 'alpha.test' });
      expect(await world.members('alpha', room.id)).toEqual([alice.fqid, bob.fqid]);
    });

    it('may be invited, and what came before may be accepted', async () => {
      const { invitation } = await invite(alice, carol);
      await declare('gamma', 'alpha', { allow_invites: false });
      await accept(carol, invitation.id);
      await world.carry();
      await declare('alpha', 'beta', { allow_invites: false });
      await join(bob);
      expect(await world.members('alpha', room.id)).toEqual([alice.fqid, bob.fqid, carol.fqid]);
    });

    it('hands on what one of our own people asked it for', async () => {
      await join(bob);
      await declare('beta', 'alpha', { allow_invites: false });
      expect(await invite(bob, bea)).toMatchObject({ outcome: 'pending' });
      expect(await world.news(bea)).toEqual(['invitation pending']);
    });
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AcceptInvitation, buildDraft, ChangeMembership, InviteForeign, RoomLog, type Actor, type RoomRow } from '@scaiwave/core';
import type { Fqid } from '@scaiwave/protocol';
import { newId } from '@scaiwave/telemetry';
import { InvitationWorld } from './invitation-world.js';

/** alice (alpha) hosts the room; bob (beta) and carol (gamma) are in it. */
describe('the name of a person of another server', () => {
  let world: InvitationWorld;
  let alice: Actor;
  let bob: Actor;
  let carol: Actor;
  let room: RoomRow;

  beforeAll(async () => {
    world = await InvitationWorld.create(['alpha', 'beta', 'gamma']);
  });
  afterAll(() => world?.close());

  let count = 0;
  beforeEach(async () => {
    count += 1;
    [alice, bob, carol] = await Promise.all([world.person(`alice${count}`, 'alpha'), world.person(`bob${count}`, 'beta'), world.person(`carol${count}`, 'gamma')]);
    room = await world.room(alice);
    for (const guest of [bob, carol]) await join(guest);
    await world.carryRoom(room.id, 'alpha', 'beta');
    await world.carryRoom(room.id, 'alpha', 'gamma');
  });

  async function join(guest: Actor): Promise<void> {
    const { invitation } = await world.during(world.get(InviteForeign).run({ actor: alice, roomId: room.id, fqid: guest.fqid }));
    await world.get(AcceptInvitation).run({ actor: guest, invitationId: invitation.id });
    await world.carry();
  }

  /** What the host writes into the room's log by itself. */
  async function hostSays(content: object): Promise<void> {
    const tenant = world.tenant('alpha');
    await world.db.forTenant(tenant.id, async (tx) => {
      const locked = await world.get(RoomLog).lockRoom(tx, tenant, room.id);
      const draft = buildDraft({ clock: world.clock, type: 'swp.room.member', roomId: room.id, origin: tenant.serverName, content });
      await world.get(RoomLog).append(tx, locked!, [draft]);
    });
    await world.carryRoom(room.id, 'alpha', 'gamma');
  }

  const names = async (name: string, fqid: Fqid) => (await world.database.rows<{ display_name: string }>('SELECT display_name FROM participants WHERE tenant_id = $1 AND fqid = $2', [world.tenant(name).id, fqid])).map((row) => row.display_name);

  it('is what the host says, as long as nobody is known by it', async () => {
    expect(await names('gamma', bob.fqid)).toEqual([bob.displayName]);
    await hostSays({ fqid: '@dave:delta.test', membership: 'join', display_name: 'Dave' });
    expect(await names('gamma', '@dave:delta.test' as Fqid)).toEqual(['Dave']);
  });

  it('is not changed by the host of a room', async () => {
    await hostSays({ fqid: bob.fqid, membership: 'join', display_name: 'Mallory' });
    expect(await names('gamma', bob.fqid)).toEqual([bob.displayName]);
    expect(await names('alpha', bob.fqid)).toEqual([bob.displayName]);
  });

  it('follows the host where they are its own', async () => {
    await hostSays({ fqid: alice.fqid, membership: 'join', display_name: 'Alice Cooper' });
    expect(await names('gamma', alice.fqid)).toEqual(['Alice Cooper']);
  });

  it('is renewed by the acceptance that their own server signed', async () => {
    await world.get(ChangeMembership).run({ actor: alice, roomId: room.id, change: { act: 'kick', target: bob.fqid } });
    await world.carryRoom(room.id, 'alpha', 'beta');
    await join({ ...bob, displayName: 'Bobby' });
    expect(await names('alpha', bob.fqid)).toEqual(['Bobby']);
    await world.carryRoom(room.id, 'alpha', 'gamma');
    expect(await names('gamma', bob.fqid)).toEqual([bob.displayName]);
  });

  it('in an invitation is taken from the inviter’s own server, not from another host', async () => {
    const said = (host: string, inviter: Fqid, display_name: string) => {
      const id = newId(world.clock);
      const servers = [`${host}.test`];
      const payload = { id, type: 'swp.room.invite', room_id: room.id, origin: `${host}.test`, ...(inviter.endsWith(`:${host}.test`) && { sender: inviter }), origin_ts: world.clock.now(), content_sha256: '' };
      const content = { invite_id: id, room: { id: room.id, room_type: 'group', host: `${host}.test`, servers }, inviter: { fqid: inviter, display_name }, invitee: dora.fqid, expires_at: world.clock.now() + 604_800_000 };
      return world.receive('gamma', { carrier: `${host}.test` as never, payload, content });
    };
    const dora = await world.person(`dora${count}`, 'gamma');
    expect(await said('alpha', bob.fqid, 'Mallory')).toEqual({ status: 'stored' });
    expect(await names('gamma', bob.fqid)).toEqual([bob.displayName]);
    expect(await said('alpha', alice.fqid, 'Alice Cooper')).toEqual({ status: 'stored' });
    expect(await names('gamma', alice.fqid)).toEqual(['Alice Cooper']);
  });

  it('makes nobody of ours: a name that a host took would be gone for the one who signs in', async () => {
    await hostSays({ fqid: '@newcomer:gamma.test', membership: 'ban', display_name: 'Newcomer' });
    expect(await names('gamma', '@newcomer:gamma.test' as Fqid)).toEqual([]);
    expect(await world.members('gamma', room.id)).toEqual([alice.fqid, bob.fqid, carol.fqid]);
  });
});

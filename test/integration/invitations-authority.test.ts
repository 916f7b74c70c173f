import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { InviteForeign, type Actor, type RoomRow } from '@scaiwave/core';
import type { Fqid } from '@scaiwave/protocol';
import { InvitationWorld } from './invitation-world.js';

describe('what a server says of an invitation that is not its own', () => {
  let world: InvitationWorld;
  let bob: Actor;
  let room: RoomRow;
  let invite: () => ReturnType<InviteForeign['run']>;

  beforeAll(async () => {
    world = await InvitationWorld.create(['alpha', 'beta']);
    const alice = await world.person('alice', 'alpha');
    bob = await world.person('bob', 'beta');
    room = await world.room(alice);
    invite = () => world.during(world.get(InviteForeign).run({ actor: alice, roomId: room.id, fqid: bob.fqid }));
  });
  afterAll(() => world?.close());
  beforeEach(() => world.database.rows('DELETE FROM invitations'));

  const answer = (type: string, origin: string, sender?: Fqid) => (invite_id: string) =>
    world.receive('alpha', { carrier: origin as never, payload: { id: invite_id, type, room_id: room.id, origin, sender, origin_ts: world.clock.now(), content_sha256: '' }, content: { invite_id } });

  it.each([
    ['an acceptance of another server', 'swp.room.invite.accepted', 'gamma.test'],
    ['a decline of another server', 'swp.room.invite.declined', 'gamma.test'],
    ['a revocation by the invitee’s server', 'swp.room.invite.revoked', 'beta.test'],
    ['word by a stranger that it is delivered', 'swp.room.invite.delivered', 'gamma.test'],
    ['an expiry by a stranger', 'swp.room.invite.expired', 'gamma.test'],
  ])('refuses %s', async (_, type, origin) => {
    const { invitation } = await invite();
    expect(await answer(type, origin)(invitation.id)).toMatchObject({ status: 'rejected', code: 'SW_FED_FORBIDDEN' });
    expect(await world.states('alpha')).toEqual(['alpha: pending']);
  });

  it('refuses the answer of another person of the right server', async () => {
    const { invitation } = await invite();
    const verdict = await answer('swp.room.invite.accepted', 'beta.test', '@eve:beta.test' as Fqid)(invitation.id);
    expect(verdict).toMatchObject({ status: 'rejected', code: 'SW_FED_FORBIDDEN' });
  });

  it('refuses answers to invitations that never were', async () => {
    expect(await answer('swp.room.invite.accepted', 'beta.test')(room.id)).toMatchObject({ status: 'rejected', code: 'SW_FED_INVITE_INVALID' });
  });
});

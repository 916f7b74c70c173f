import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Actor } from '@scaiwave/core';
import { newId } from '@scaiwave/telemetry';
import type { EventToMake, FakePeer, MadeEvent } from '@scaiwave/testing';
import { DeliveryWorld } from './delivery-world.js';

/** alice (alpha, us) asked beta, the room's host, to invite carol (gamma). */
describe('an answer that the host hands on while the key of the server that gave it cannot be had', () => {
  let world: DeliveryWorld;
  let alice: Actor;
  let beta: FakePeer;
  let gamma: FakePeer;
  let inviteId: string;
  let roomId: string;
  let count = 0;

  beforeAll(async () => {
    world = await DeliveryWorld.create();
    alice = await world.person('alice');
  });
  afterAll(() => world?.close());
  beforeEach(async () => {
    count += 1;
    [beta, gamma] = [await world.peer(`beta${count}`), await world.peer(`gamma${count}`)];
    [inviteId, roomId] = [newId(world.clock), newId(world.clock)];
    const room = { id: roomId, name: 'Abroad', topic: null, room_type: 'group', host: beta.serverName, servers: [beta.serverName, 'alpha.localhost'] };
    await world.database.rows(
      `INSERT INTO invitations (tenant_id, id, room_id, direction, host, inviter, inviter_name, invitee, state, room, created_at, expires_at, updated_at)
       VALUES ($1, $2, $3, 'out', $4, $5, 'Alice', $6, 'pending', $7, $8, $9, $8)`,
      [world.tenant.id, inviteId, roomId, beta.serverName, alice.fqid, carol(), JSON.stringify(room), world.clock.date(), new Date(world.clock.now() + 604_800_000)],
    );
    gamma.descriptorBehaviour = { kind: 'closesEarly' };
  });

  const carol = () => `@carol:${gamma.serverName}`;
  const answer = (more: Partial<EventToMake> = {}) => gamma.event({ type: 'swp.room.invite.accepted', roomId, sender: carol(), content: { invite_id: inviteId }, ...more });
  const handOn = (made: MadeEvent, by = beta) => world.inbound(by, [made]);
  const state = async () => (await world.database.rows('SELECT state FROM invitations WHERE id = $1', [inviteId]))[0]?.state;
  const news = async () => (await world.database.rows<{ data: { state: string } }>(`SELECT data FROM notifications WHERE data->>'id' = $1`, [inviteId])).map(({ data }) => data.state);
  async function keyComes(): Promise<void> {
    gamma.descriptorBehaviour = { kind: 'ok' };
    world.clock.advance({ minutes: 2 });
    await world.sweep();
  }

  test.each([['swp.room.invite.accepted', 'accepted'], ['swp.room.invite.declined', 'declined']])('is stored without effect, and takes it once when the key has come: %s', async (type, expected) => {
    const made = answer({ type });
    expect(await handOn(made)).toEqual(['stored']);
    await world.sweep();
    expect(await state()).toBe('pending');
    await keyComes();
    expect([await state(), await news()]).toEqual([expected, [expected]]);
    await world.sweep();
    expect([await handOn(made), await news()]).toEqual([['duplicate'], [expected]]);
  });

  test('takes effect also when the host repeats it before we have looked', async () => {
    const made = answer();
    await handOn(made);
    gamma.descriptorBehaviour = { kind: 'ok' };
    world.clock.advance({ minutes: 2 });
    expect([await handOn(made), await state()]).toEqual([['stored'], 'accepted']);
    expect([await handOn(made), await news()]).toEqual([['duplicate'], ['accepted']]);
  });

  test.each<[string, () => Partial<EventToMake>, string]>([
    ['is not signed by that server', () => ({ key: beta.key }), 'SW_FED_SIGNATURE_MISMATCH'],
    ['is said by another person', () => ({ sender: `@eve:${gamma.serverName}` }), 'SW_FED_FORBIDDEN'],
  ])('and that %s is as good as refused when the key has come', async (_, wrong, code) => {
    const made = answer(wrong());
    expect(await handOn(made)).toEqual(['stored']);
    await keyComes();
    expect([await state(), await news()]).toEqual(['pending', []]);
    expect(await world.database.rows('SELECT 1 FROM control_inbox WHERE id = $1', [made.id])).toEqual([]);
    expect(await world.database.rows('SELECT code, origin FROM rejected_inbound WHERE origin = $1', [beta.serverName])).toEqual([{ code, origin: beta.serverName }]);
    expect([await handOn(answer()), await state()]).toEqual([['stored'], 'accepted']);
  });

  test('is not taken from a server that does not host the room', async () => {
    const delta = await world.peer(`delta${count}`);
    expect(await handOn(answer(), delta)).toEqual(['SW_FED_FORBIDDEN']);
  });
});

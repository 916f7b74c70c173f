import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { OwnPresence, OwnTyping, SendEphemerals, type Actor, type RoomRow } from '@scaiwave/core';
import type { ServerName } from '@scaiwave/protocol';
import { EphemeralBox } from '@scaiwave/redis';
import type { FakePeer } from '@scaiwave/testing';
import { DeliveryWorld } from './delivery-world.js';

let world: DeliveryWorld;
let alice: Actor;
let anna: Actor;
let beta: FakePeer;
let room: RoomRow;
let count = 0;

beforeAll(async () => {
  world = await DeliveryWorld.create();
  alice = await world.person('alice');
  anna = await world.person('anna');
});
afterAll(() => world?.close());
beforeEach(async () => {
  beta = await world.peer(`beta${(count += 1)}`);
  room = await world.hostedRoom(alice, [beta]);
  await world.say(world.tenant, room.id, { type: 'swp.room.member', content: { fqid: anna.fqid, membership: 'join' } });
  await world.drain(beta);
  beta.received.length = 0;
});

const type = (person: Actor, typing: boolean) => world.get(OwnTyping).run(person, { roomId: room.id, typing });
const send = () => world.get(SendEphemerals).run(world.tenant.id, beta.serverName as ServerName);
const waiting = async () => [...(await world.get(EphemeralBox).take(world.tenant.id, beta.serverName)).keys()];
/** By request; within one their order says nothing. */
const told = () => beta.batches.map(({ ephemeral }) => (ephemeral as Array<{ fqid: string; typing?: boolean; status?: string }>).map(({ fqid, typing, status }) => [fqid, typing ?? status]).toSorted());

describe('typing and presence on their way to a peer', () => {
  test('are coalesced: of each person the newest, all of them in one request', async () => {
    for (const typing of [true, false, true, false]) await type(alice, typing);
    await type(anna, true);
    await send();
    await send();
    expect(told()).toEqual([[[alice.fqid, false], [anna.fqid, true]]]);
  });

  test('wait where a person’s presence was told a moment ago, for its newest', async () => {
    const be = (status: 'online' | 'idle' | 'busy') => world.get(OwnPresence).state(alice, status);
    await be('online');
    await send();
    for (const status of ['idle', 'busy'] as const) {
      await be(status);
      await send();
    }
    expect(told()).toEqual([[[alice.fqid, 'online']]]);
    world.clock.advance({ seconds: 5 });
    await send();
    expect(told()).toEqual([[[alice.fqid, 'online']], [[alice.fqid, 'busy']]]);
  });

  test('are dropped while it is down, also what waited when it went down, and nothing of it comes later', async () => {
    await type(alice, true);
    beta.behaviour = { kind: 'closesEarly' };
    await world.post(alice, room.id);
    await world.drain(beta);
    beta.received.length = 0;
    await send();
    expect(beta.received).toEqual([]);
    expect(await waiting()).toEqual([]);
    await type(alice, false);
    expect(await waiting()).toEqual([]);
    beta.behaviour = { kind: 'ok' };
    await world.advanceAndDrain(beta, { seconds: 3 });
    await send();
    expect(await world.lane(beta, room.id)).toBe('5/5 ok');
    expect(told().flat()).toEqual([]);
    await type(anna, true);
    await send();
    expect(told().flat()).toEqual([[anna.fqid, true]]);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ENDPOINTS, serverNameSchema } from '@scaiwave/protocol';
import { parseRequestSignature, verifyRequestSignature } from '@scaiwave/protocol/node';
import type { Actor, RoomRow } from '@scaiwave/core';
import type { FakePeer } from '@scaiwave/testing';
import { DeliveryWorld } from './delivery-world.js';

let world: DeliveryWorld;
let alice: Actor;
let beta: FakePeer;
let room: RoomRow;
let count = 0;

beforeAll(async () => {
  world = await DeliveryWorld.create();
  alice = await world.person('alice');
});
afterAll(() => world?.close());
beforeEach(async () => {
  beta = await world.peer(`beta${(count += 1)}`);
  room = await world.hostedRoom(alice, [beta]);
});

const seqsSent = (): unknown[] => beta.batches.flatMap((batch) => batch.events.map((event) => event.room_seq));

describe('a drain', () => {
  test('brings a member server everything from its join on, in order, signed once', async () => {
    await world.post(alice, room.id, 'one');
    await world.post(alice, room.id, 'two');
    await world.drain(beta);
    expect(seqsSent()).toEqual([3, 4, 5]);
    expect(beta.batches[0]?.events.map((event) => event.prev_seq)).toEqual([0, 3, 4]);
    expect(await world.lane(beta, room.id)).toBe('5/5 ok');
  });
});

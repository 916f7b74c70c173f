import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildDraft, RoomLog, type RoomRow } from '@scaiwave/core';
import type { Fqid } from '@scaiwave/protocol';
import type { FakePeer } from '@scaiwave/testing';
import { DeliveryWorld } from './delivery-world.js';

// A quarter less than a day: what is a day old is given up.
const QUARTERS = 24 * 4 - 1;
const MINUTES = 15;

let world: DeliveryWorld;
let beta: FakePeer;

beforeAll(async () => {
  world = await DeliveryWorld.create();
  beta = await world.peer('beta');
});
afterAll(() => world?.close());

function sayOneLater({ room, sender, text }: { room: RoomRow; sender: Fqid; text: string }): ReturnType<typeof buildDraft> {
  world.clock.advance({ minutes: 1 });
  return buildDraft({ clock: world.clock, type: 'swp.room.message', roomId: room.id, origin: world.tenant.serverName, sender, content: { msgtype: 'swp.text', body: text } });
}

test('a peer that was away for a day in which something was said every minute gets all of it, in order, once', async () => {
  const alice = await world.person('alice');
  const room = await world.hostedRoom(alice, [beta]);
  await world.drain(beta);
  beta.behaviour = { kind: 'closesEarly' };
  const said: string[] = [];
  for (let quarter = 0; quarter < QUARTERS; quarter += 1) {
    const drafts = Array.from({ length: MINUTES }, (_, n) => sayOneLater({ room, sender: alice.fqid, text: `minute ${quarter * MINUTES + n}` }));
    await world.db.forTenant(world.tenant.id, async (tx) => {
      const locked = await world.get(RoomLog).lockRoom(tx, world.tenant, room.id);
      if (locked) await world.get(RoomLog).say(tx, locked, drafts);
    });
    said.push(...drafts.map(({ id }) => id));
    await world.drain(beta);
  }
  beta.behaviour = { kind: 'ok' };
  beta.received.length = 0;
  world.clock.advance({ minutes: 1 }); // the next probe
  for (let drains = 0; drains < 3; drains += 1) await world.drain(beta);

  const entries = beta.batches.flatMap(({ events }) => events);
  expect(entries.map(({ room_seq: seq }) => seq)).toEqual(entries.map((_, n) => Number(entries[0]?.room_seq) + n));
  expect(entries.map(({ prev_seq: before }) => before)).toEqual(entries.map(({ room_seq: seq }) => Number(seq) - 1));
  const stored = await world.database.rows<{ id: string }>(
    `SELECT e.id FROM events e JOIN lanes l ON l.tenant_id = e.tenant_id AND l.room_id = e.room_id WHERE e.room_id = $1 AND e.type = 'swp.room.message' AND e.room_seq <= l.acked_seq ORDER BY e.room_seq`, [room.id],
  );
  expect(stored.map(({ id }) => id)).toEqual(said);
  expect(await world.audit('delivery.failed')).toEqual([]);
});

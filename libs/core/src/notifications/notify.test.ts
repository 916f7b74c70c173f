import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '@scaiwave/database';
import { RoomChannel, type RedisClients } from '@scaiwave/redis';
import { ManualClock, newId } from '@scaiwave/telemetry';
import { createTestDatabase, type TestDatabase } from '@scaiwave/testing/database';
import { createTestRedis } from '@scaiwave/testing/redis';
import { NotificationStore } from './notification.store.js';
import { Notify } from './notify.js';

describe('notifications', () => {
  const clock = new ManualClock();
  const store = new NotificationStore();
  const tenantId = newId(clock);
  let database: TestDatabase;
  let db: Database;
  let redis: RedisClients;
  let channel: RoomChannel;
  let notify: Notify;

  beforeAll(async () => {
    database = await createTestDatabase();
    db = database.open();
    redis = await createTestRedis().open();
    channel = new RoomChannel(redis);
    notify = new Notify(clock, store, channel);
  });
  afterAll(async () => {
    await redis?.close();
    await db?.close();
    await database?.drop();
  });

  const tell = (participantId: string, data: Record<string, unknown> = {}) => db.forTenant(tenantId, (tx) => notify.run(tx, { participantId, kind: 'mention', data }));
  const list = (participantId: string, filter = {}) => db.readTenant(tenantId, (reader) => store.list(reader, participantId, filter));

  it('are listed newest first, page by page, for the person they are for', async () => {
    const [alice, bob] = [newId(clock), newId(clock)];
    for (const n of [1, 2, 3]) await tell(alice, { n });
    await tell(bob, { n: 4 });
    const { rows, total, unread } = await list(alice, { limit: 2 });
    expect(rows.map((row) => row.data.n)).toEqual([3, 2]);
    expect({ total, unread }).toEqual({ total: 3, unread: 3 });
    expect((await list(alice, { limit: 2, offset: 2 })).rows.map((row) => row.data.n)).toEqual([1]);
  });

  it('are marked read by name or all at once, and never those of another person', async () => {
    const [alice, bob] = [newId(clock), newId(clock)];
    for (const n of [1, 2, 3]) await tell(alice, { n });
    await tell(bob, { n: 4 });
    const [newest] = (await list(alice)).rows;
    const [ofBob] = (await list(bob)).rows;
    const markRead = (ids?: string[]) => db.forTenant(tenantId, (tx) => store.markRead(tx, { participantId: alice, ids, at: clock.date() }));
    expect(await markRead([newest!.id, ofBob!.id])).toBe(1);
    expect((await list(alice, { unreadOnly: true })).rows.map((row) => row.data.n)).toEqual([2, 1]);
    expect(await markRead()).toBe(2);
    expect((await list(alice)).unread).toBe(0);
    expect((await list(bob)).unread).toBe(1);
  });

  it('wake open streams after the commit, and not at all when the transaction is rolled back', async () => {
    const alice = newId(clock);
    const heard: string[] = [];
    let resolve: () => void = () => undefined;
    const first = new Promise<void>((done) => {
      resolve = done;
    });
    const stop = await channel.subscribe(tenantId, (message) => {
      heard.push(message.kind);
      resolve();
    });
    const undone = db.forTenant(tenantId, async (tx) => {
      await notify.run(tx, { participantId: alice, kind: 'mention', data: {} });
      throw new Error('undo');
    });
    await expect(undone).rejects.toThrow('undo');
    await tell(alice);
    await first;
    expect(heard).toEqual(['stream']);
    expect((await list(alice)).total).toBe(1);
    await stop();
  });
});

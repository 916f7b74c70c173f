import { createTestRedis, type TestRedis } from '@scaiwave/testing/redis';
import { AwakePeople, RedisClients } from './index.js';

const START = Date.UTC(2026, 0, 1);

let redis: TestRedis;
let clients: RedisClients;
let people: AwakePeople;

beforeEach(async () => {
  redis = createTestRedis();
  clients = await redis.open();
  people = new AwakePeople(clients);
});
afterEach(() => clients.close());

const hear = (device: string, state: 'online' | 'idle', { at = 0, forS = 120, by = people } = {}) =>
  by.hear({ tenantId: 't', participantId: 'p', device, state, nowMs: START + at * 1_000, untilMs: START + (at + forS) * 1_000 });
const told = async (tenantId = 't') => (await people.of(tenantId, ['p', 'q'])).get('p') ?? 'offline';
const sweep = (at: number, by = people) => by.sweep(START + at * 1_000);

test('the most awake device wins, and each change is news once', async () => {
  expect(await hear('phone', 'idle')).toEqual({ tenantId: 't', participantId: 'p', state: 'idle', isNews: true });
  expect(await hear('phone', 'idle')).toMatchObject({ isNews: false });
  expect(await hear('desk', 'online')).toMatchObject({ state: 'online', isNews: true });
  expect(await hear('phone', 'idle')).toMatchObject({ state: 'online', isNews: false });
  expect(await told()).toBe('online');
  expect(await told('another')).toBe('offline');
});

test('what a device said ends by itself: the sweep tells what is left, and at last that nothing is', async () => {
  await hear('desk', 'online');
  await hear('phone', 'idle', { at: 60 });
  expect(await sweep(119)).toEqual([]);
  expect(await sweep(120)).toMatchObject([{ state: 'idle' }]);
  expect(await told()).toBe('idle');
  expect(await sweep(180)).toMatchObject([{ tenantId: 't', participantId: 'p', state: 'offline' }]);
  expect(await sweep(181)).toEqual([]);
  expect(await told()).toBe('offline');
});

test('of processes that sweep or hear at once, one has the news', async () => {
  const other = await redis.open();
  const both = [people, new AwakePeople(other)];
  expect((await Promise.all(both.map((by) => hear('desk', 'online', { by })))).filter(({ isNews }) => isNews)).toHaveLength(1);
  expect((await Promise.all(both.map((by) => sweep(130, by)))).flat()).toHaveLength(1);
  await other.close();
});

test('without Redis everybody is offline, and nothing is news', async () => {
  await hear('desk', 'online');
  clients.commands.destroy();
  expect(await told()).toBe('offline');
  expect(await hear('desk', 'idle')).toMatchObject({ state: 'offline', isNews: false });
  expect(await sweep(130)).toEqual([]);
});

import { createTestRedis, type TestRedis } from '@scaiwave/testing/redis';
import { NonceMemory, RedisClients, type NonceClaim } from './index.js';

const start = Date.UTC(2026, 0, 1);
const beganAt = start - 600_000;
const claimAt = (nowMs: number, changes: Partial<NonceClaim> = {}): NonceClaim => ({ tenantId: 't1', origin: 'alpha.test', nonce: 'n1', createdSeconds: Math.floor(nowMs / 1000), nowMs, ...changes });

let redis: TestRedis;
let clients: RedisClients;
let memory: NonceMemory;

beforeEach(async () => {
  redis = createTestRedis();
  clients = await redis.open();
  memory = new NonceMemory(clients);
  await memory.begin(beganAt);
});
afterEach(() => clients.close());

test('a nonce is fresh once, for each tenant and origin', async () => {
  expect(await memory.claim(claimAt(start))).toBe('fresh');
  expect(await memory.claim(claimAt(start))).toBe('replayed');
  expect(await memory.claim(claimAt(start, { tenantId: 't2' }))).toBe('fresh');
  expect(await memory.claim(claimAt(start, { origin: 'beta.test' }))).toBe('fresh');
});

test('of twenty claims at once, through two connections, one is fresh', async () => {
  const otherClients = await redis.open();
  const replica = new NonceMemory(otherClients);
  const verdicts = await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 ? memory : replica).claim(claimAt(start))));
  expect(verdicts.filter((verdict) => verdict === 'fresh')).toHaveLength(1);
  await otherClients.close();
});

test.each([
  [130_000, 'replayed'],
  [130_001, 'fresh'],
])('%d ms later on our clock it is %s', async (laterMs, verdict) => {
  await memory.claim(claimAt(start));
  expect(await memory.claim(claimAt(start + laterMs))).toBe(verdict);
});

test('after Redis was emptied, signatures made before that are refused, later ones are not', async () => {
  await memory.claim(claimAt(start));
  await redis.empty();
  expect(await memory.claim(claimAt(start + 1_000, { createdSeconds: start / 1000 }))).toBe('memory_young');
  expect(await memory.claim(claimAt(start + 1_900, { createdSeconds: start / 1000 + 1 }))).toBe('memory_young');
  expect(await memory.claim(claimAt(start + 2_000, { nonce: 'n2', createdSeconds: start / 1000 + 2 }))).toBe('fresh');
});

test('a refused claim is not remembered as used', async () => {
  await redis.empty();
  expect(await memory.claim(claimAt(start))).toBe('memory_young');
  expect(await memory.claim(claimAt(start + 1_000, { createdSeconds: start / 1000 + 1 }))).toBe('fresh');
});

test('a memory from a clock that was set back begins anew', async () => {
  await redis.empty();
  await memory.begin(start + 86_400_000);
  await memory.claim(claimAt(start));
  expect(await memory.claim(claimAt(start + 2_000))).toBe('fresh');
});

test('while Redis is away nothing is believed', async () => {
  clients.commands.destroy();
  expect(await memory.claim(claimAt(start))).toBe('unavailable');
  expect(await memory.begin(start)).toBe(false);
});

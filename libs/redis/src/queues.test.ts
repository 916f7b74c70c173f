import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createTestRedis, type TestRedis } from '@scaiwave/testing/redis';
import { createDeliveryWorker, createRequestWorker, DeliveryQueue, RedisClients, RequestQueue, type RunningWorker } from './index.js';

let redis: TestRedis;
let clients: RedisClients;
let deliveries: DeliveryQueue;
let workers: RunningWorker[];

beforeEach(async () => {
  redis = createTestRedis();
  clients = await redis.open();
  deliveries = new DeliveryQueue(clients, (tenantId) => (tenantId === 'dedicated' ? 'acme' : 'shared'));
  workers = [];
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.close()));
  await deliveries.close();
  await clients.close();
});

/** A worker whose runs are announced and held until they are let go. */
function startWorker(pool = 'shared', concurrency = 4) {
  const runs: string[] = [];
  const waiting: (() => void)[] = [];
  const held: (() => void)[] = [];
  const drainPeer = async (tenantId: string, peer: string): Promise<void> => {
    runs.push(`${tenantId} ${peer}`);
    waiting.splice(0).forEach((wake) => wake());
    await new Promise<void>((resolve) => held.push(resolve));
  };
  const wakeRoom = async (tenantId: string, roomId: string): Promise<void> => {
    runs.push(`${tenantId} room ${roomId}`);
    waiting.splice(0).forEach((wake) => wake());
  };
  workers.push(createDeliveryWorker({ redis: clients, pool, concurrency }, { drainPeer, wakeRoom, sendEphemerals: async () => undefined }));
  const started = async (count: number): Promise<string[]> => {
    while (runs.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
    return runs;
  };
  return { runs, started, letGo: () => held.splice(0).forEach((go) => go()) };
}

test('wake-ups for one peer that come before it runs are one run', async () => {
  await Promise.all(Array.from({ length: 10 }, () => deliveries.wakePeer('t', 'alpha')));
  await deliveries.wakePeer('t', 'beta');
  const worker = startWorker();
  expect(await worker.started(2)).toEqual(['t alpha', 't beta']);
  worker.letGo();
  await deliveries.wakePeer('t', 'gamma');
  expect(await worker.started(3)).toEqual(['t alpha', 't beta', 't gamma']);
  worker.letGo();
});

test('wake-ups during a run are one more run after it', async () => {
  const worker = startWorker();
  await deliveries.wakePeer('t', 'alpha');
  await worker.started(1);
  for (let i = 0; i < 5; i += 1) await deliveries.wakePeer('t', 'alpha');
  worker.letGo();
  expect(await worker.started(2)).toEqual(['t alpha', 't alpha']);
  worker.letGo();
  await deliveries.wakeRoom('t', 'r1');
  expect(await worker.started(3)).toEqual(['t alpha', 't alpha', 't room r1']);
});

test('each pool gets its own tenants', async () => {
  const shared = startWorker('shared');
  const acme = startWorker('acme');
  await deliveries.wakePeer('dedicated', 'alpha');
  await deliveries.wakePeer('other', 'alpha');
  expect(await acme.started(1)).toEqual(['dedicated alpha']);
  expect(await shared.started(1)).toEqual(['other alpha']);
  for (const worker of [shared, acme]) worker.letGo();
});

test('requests of the API do not wait behind deliveries', async () => {
  const busy = startWorker('shared', 1);
  await deliveries.wakePeer('t', 'alpha');
  await busy.started(1);
  await deliveries.wakePeer('t', 'beta');
  const requests = new RequestQueue(clients);
  const answered = new Promise((resolve) => {
    workers.push(createRequestWorker({ redis: clients, pool: 'shared', concurrency: 1 }, async (tenantId, requestId) => resolve([tenantId, requestId])));
  });
  await requests.wake('t', 'q1');
  expect(await answered).toEqual(['t', 'q1']);
  expect(busy.runs).toEqual(['t alpha']);
  busy.letGo();
  await busy.started(2);
  busy.letGo();
});

test('a job whose handler throws is counted, and the next wake-up runs', async () => {
  let attempts = 0;
  let succeed: (value: unknown) => void;
  const succeeded = new Promise((resolve) => (succeed = resolve));
  const drainPeer = async (): Promise<void> => {
    attempts += 1;
    if (attempts === 1) throw new Error('broken');
    succeed(attempts);
  };
  workers.push(createDeliveryWorker({ redis: clients, pool: 'shared', concurrency: 1 }, { drainPeer, wakeRoom: async () => undefined, sendEphemerals: async () => undefined }));
  await deliveries.wakePeer('t', 'alpha');
  await deliveries.wakePeer('t', 'beta');
  expect(await succeeded).toBe(2);
  expect((await clients.metrics.jobFailures.get()).values).toMatchObject([{ labels: { kind: 'peer' }, value: 1 }]);
});

test('wake-ups work again after Redis was emptied', async () => {
  const worker = startWorker();
  await deliveries.wakePeer('t', 'alpha');
  await worker.started(1);
  await redis.empty();
  worker.letGo();
  await deliveries.wakePeer('t', 'alpha');
  expect(await worker.started(2)).toEqual(['t alpha', 't alpha']);
  worker.letGo();
});

test('while Redis is away a wake-up is counted and nothing is thrown', async () => {
  clients.commands.destroy();
  await deliveries.wakePeer('t', 'alpha');
  expect((await clients.metrics.wakeFailures.get()).values).toMatchObject([{ labels: { kind: 'peer' }, value: 1 }]);
});

test('a job of a worker that was killed is run by another one', async () => {
  const hooks = new URL('../../../tools/typescript-hooks.mjs', import.meta.url).href;
  const script = `await import(${JSON.stringify(hooks)});
    const { RedisClients, createDeliveryWorker } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
    const { Metrics, silentLogger } = await import('@scaiwave/telemetry');
    const redis = new RedisClients({ url: ${JSON.stringify(redis.url)}, prefix: ${JSON.stringify(redis.prefix)}, logger: silentLogger(), metrics: new Metrics() });
    createDeliveryWorker({ redis, pool: 'shared', concurrency: 1 }, { drainPeer: () => { console.log('running'); return new Promise(() => {}); }, wakeRoom: async () => {}, sendEphemerals: async () => undefined });`;
  const doomed = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await deliveries.wakePeer('t', 'alpha');
  await once(doomed.stdout, 'data');
  await deliveries.wakePeer('t', 'alpha');
  doomed.kill('SIGKILL');
  const worker = startWorker();
  expect(await worker.started(1)).toEqual(['t alpha']);
  worker.letGo();
  expect(await worker.started(2)).toEqual(['t alpha', 't alpha']);
  worker.letGo();
}, 60_000);

import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, Metrics, silentLogger } from '@scaiwave/telemetry';
import { createDeliveryWorker, DeliveryQueue, RedisClients, RoomChannel, startEmbeddedRedis, type EmbeddedRedis } from './index.js';

let dataDir: string;
let server: EmbeddedRedis | undefined;
beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'embedded-redis-'))));
afterEach(async () => {
  await server?.kill9();
  server = undefined;
  rmSync(dataDir, { recursive: true, force: true });
});

test('it starts, is killed and starts again on the same port; clients come back by themselves', async () => {
  server = await startEmbeddedRedis({ dataDir });
  const clients = new RedisClients({ url: server.url, logger: silentLogger(), metrics: new Metrics() });
  expect(await clients.waitUntilReachable(5_000)).toBe(true);
  await server.kill9();
  expect(await clients.isReachable()).toBe(false);
  server = await startEmbeddedRedis({ dataDir, port: server.port });
  expect(await clients.waitUntilReachable(5_000)).toBe(true);
  expect(await clients.isReachable()).toBe(true);
  await clients.close();
}, 60_000);

test('an outage is two lines in the log, whatever was open; afterwards wake-ups and hints arrive again', async () => {
  server = await startEmbeddedRedis({ dataDir });
  const lines: string[] = [];
  const destination = { write: (text: string) => void lines.push((JSON.parse(text) as { msg: string }).msg) };
  const redis = new RedisClients({ url: server.url, logger: createLogger('test', { destination }), metrics: new Metrics() });
  expect(await redis.waitUntilReachable(5_000)).toBe(true);
  const [ran, heard] = [new EventEmitter(), new EventEmitter()];
  const worker = createDeliveryWorker({ redis, pool: 'shared', concurrency: 1 }, { drainPeer: async (_tenantId, peer) => ran.emit('peer', peer), wakeRoom: async () => undefined, sendEphemerals: async () => undefined });
  await new RoomChannel(redis).subscribe('t', ({ kind }) => heard.emit('kind', kind));
  const deliveries = new DeliveryQueue(redis);
  const [before] = await Promise.all([once(ran, 'peer'), deliveries.wakePeer('t', 'before')]);
  const hint = once(heard, 'kind');
  await server.kill9();
  await deliveries.wakePeer('t', 'meanwhile');
  server = await startEmbeddedRedis({ dataDir, port: server.port });
  expect(await hint).toEqual(['resync']);
  expect(await redis.waitUntilReachable(5_000)).toBe(true);
  const [after] = await Promise.all([once(ran, 'peer'), deliveries.wakePeer('t', 'after')]);
  expect([before, after]).toEqual([['before'], ['after']]);
  expect(lines).toEqual(['Redis is away; deliveries go on with the sweep alone.', 'Redis is back.']);
  await worker.close();
  await deliveries.close();
  await redis.close();
}, 60_000);

test('without its password it does nothing, and nobody else may read it', async () => {
  server = await startEmbeddedRedis({ dataDir });
  expect(statSync(join(dataDir, 'redis.conf')).mode & 0o777).toBe(0o600);
  const stranger = new RedisClients({ url: `redis://127.0.0.1:${server.port}`, logger: silentLogger(), metrics: new Metrics() });
  expect(await stranger.isReachable()).toBe(false);
  await stranger.close();
}, 60_000);

test('a port in use is said in one sentence', async () => {
  const taken = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  await expect(startEmbeddedRedis({ dataDir, port })).rejects.toThrow(`Port ${port} for the embedded Redis is in use`);
  taken.close();
}, 60_000);

import { KubeConfig } from '@kubernetes/client-node';
import { ManualClock, silentLogger } from '@scaiwave/telemetry';
import { answerJson, ScriptedApiserver } from '@scaiwave/testing/scripted-apiserver';
import { Counter, Registry } from 'prom-client';
import { EventRecorder } from './event-recorder.js';
import { KubeClient } from './kube-client.js';
import type { KubeObject } from './kube-object.js';
import { TokenBuckets } from './token-buckets.js';
import { KubeTransport } from './transport.js';

interface Stored {
  metadata: { name: string };
  count: number;
  type: string;
  lastTimestamp: string;
  message: string;
}

describe('Events', () => {
  let server: ScriptedApiserver;
  let transport: KubeTransport;
  let recorder: EventRecorder;
  let clock: ManualClock;
  let stored: Map<string, Stored>;

  beforeEach(async () => {
    stored = new Map();
    server = new ScriptedApiserver(({ method, url, body }, response) => {
      const name = method === 'POST' ? (body as Stored).metadata.name : (url.pathname.split('/').at(-1) ?? '');
      const present = stored.get(name);
      if (method === 'POST' && present !== undefined) return answerJson(response, 409, { reason: 'AlreadyExists', message: 'there' });
      if (method !== 'GET') stored.set(name, { ...present, ...(body as Stored) });
      answerJson(response, 200, stored.get(name) ?? {});
    });
    const config = new KubeConfig();
    config.loadFromClusterAndUser({ name: 'c', server: await server.start(), skipTLSVerify: true }, { name: 'u', token: 't' });
    transport = new KubeTransport(config, new Counter({ name: 'requests', help: 'x', labelNames: ['code', 'method', 'host'], registers: [new Registry()] }));
    clock = new ManualClock(Date.UTC(2026, 10, 23));
    recorder = new EventRecorder(new KubeClient(transport), clock, silentLogger());
  });
  afterEach(async () => {
    await transport.close();
    await server.stop();
  });
  const about = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Thing', metadata: { name, namespace: 'n', uid: `uid-${name}` } });
  const say = (name: string, message: string): Promise<void> => recorder.record(about(name), { type: 'Warning', reason: 'Happened', message });

  test('the same thing again raises a count, another thing is another Event', async () => {
    await say('a', 'once');
    clock.advance({ minutes: 1 });
    await say('a', 'once');
    await say('a', 'something else');
    expect([...stored.values()].map(({ message, count, lastTimestamp }) => [message, count, lastTimestamp])).toEqual([
      ['once', 2, '2026-11-23T00:01:00Z'], ['something else', 1, '2026-11-23T00:01:00Z'],
    ]);
  });

  test('one object is told 25 things at once and not more, others are not held back by it', async () => {
    for (let n = 0; n < 40; n += 1) await say('a', `thing ${n}`);
    await say('b', 'another object');
    expect(stored.size).toBe(26);
  });

  test('what cannot be told ends nothing', async () => {
    await server.stop();
    await say('a', 'once');
    await server.start();
  });

  test('a bucket fills again, by one for each interval', () => {
    let now = 0;
    const buckets = new TokenBuckets({ burst: 2, everyMs: 100 }, () => now);
    const take = (): boolean[] => [1, 2, 3].map(() => buckets.take('a'));
    expect(take()).toEqual([true, true, false]);
    now = 150;
    expect(take()).toEqual([true, false, false]);
    now = 200;
    expect(take()).toEqual([true, false, false]);
    now = 1_000;
    expect(take()).toEqual([true, true, false]);
  });
});

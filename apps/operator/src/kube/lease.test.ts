import type { ServerResponse } from 'node:http';
import { KubeConfig } from '@kubernetes/client-node';
import { ManualClock, silentLogger } from '@scaiwave/telemetry';
import { answerJson, ScriptedApiserver, type AskedOfApiserver } from '@scaiwave/testing/scripted-apiserver';
import { until } from '@scaiwave/testing/until';
import { Counter, Registry } from 'prom-client';
import { KubeClient } from './kube-client.js';
import { LeaderLease, type LeaseTimes } from './lease.js';
import { KubeTransport } from './transport.js';

interface Lease {
  metadata: { resourceVersion?: string };
  spec: { holderIdentity: string; renewTime: string; acquireTime: string; leaseDurationSeconds: number; leaseTransitions: number };
}

const MICRO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const TIMES: LeaseTimes = { durationMs: 1_000, renewWithinMs: 500, retryMs: 10 };

describe('the lease of the leader', () => {
  let server: ScriptedApiserver;
  let transport: KubeTransport;
  let stored: Lease | null;
  let mode: 'answers' | 'fails' | 'hangs';
  let writes: number;
  let leases: LeaderLease[];
  let time: number;

  /** Keeps one Lease as the apiserver does: with versions, conflicts, and times to the microsecond. */
  function keep({ method, body }: AskedOfApiserver, response: ServerResponse): void {
    if (mode === 'hangs') return;
    if (mode === 'fails') return answerJson(response, 503, { reason: 'ServiceUnavailable', message: 'away' });
    const wanted = body as Lease;
    if (method === 'GET') return stored === null ? answerJson(response, 404, { reason: 'NotFound', message: 'no lease' }) : answerJson(response, 200, stored);
    if (method === 'POST' && stored !== null) return answerJson(response, 409, { reason: 'AlreadyExists', message: 'there' });
    if (method === 'PUT' && wanted.metadata.resourceVersion !== stored?.metadata.resourceVersion) return answerJson(response, 409, { reason: 'Conflict', message: 'changed' });
    if (!MICRO_TIME.test(wanted.spec.renewTime)) return answerJson(response, 400, { reason: 'BadRequest', message: 'not a MicroTime' });
    writes += 1;
    stored = { ...wanted, metadata: { ...wanted.metadata, resourceVersion: String(writes) } };
    answerJson(response, 200, stored);
  }

  beforeEach(async () => {
    [stored, mode, writes, leases, time] = [null, 'answers', 0, [], 0];
    server = new ScriptedApiserver(keep);
    const config = new KubeConfig();
    config.loadFromClusterAndUser({ name: 'c', server: await server.start(), skipTLSVerify: true }, { name: 'u', token: 't' });
    transport = new KubeTransport(config, new Counter({ name: 'requests', help: 'x', labelNames: ['code', 'method', 'host'], registers: [new Registry()] }));
  });
  afterEach(async () => {
    const released = Promise.all(leases.map((lease) => lease.release()));
    if (mode === 'answers') await released;
    await transport.close();
    await released;
    await server.stop();
  });

  function lease(identity: string, clock = new ManualClock(Date.UTC(2026, 10, 23))): LeaderLease {
    const made = new LeaderLease(new KubeClient(transport), { key: 'ns/lease', identity, times: TIMES, now: () => time }, clock, silentLogger());
    leases.push(made);
    return made;
  }
  /** Resolves after so many more requests. */
  async function untilAsked(count: number): Promise<void> {
    const before = server.asked.length;
    await until(`${count} more requests have come`, () => server.asked.length >= before + count);
  }

  test('who comes first leads, as long as he renews', async () => {
    const clock = new ManualClock(Date.UTC(2026, 10, 23));
    const first = lease('first', clock);
    expect(await first.acquire()).toBe(true);
    expect(stored?.spec).toMatchObject({ holderIdentity: 'first', leaseDurationSeconds: 1, leaseTransitions: 0 });
    const held = first.hold();
    const second = lease('second');
    const waiting = second.acquire();
    for (let passed = 0; passed < 2 * TIMES.durationMs; passed += 100) {
      time += 100;
      clock.advance({ ms: 100 });
      await untilAsked(4);
    }
    expect([first.isLeader, second.isLeader, stored?.spec.holderIdentity]).toEqual([true, false, 'first']);
    await first.release();
    await held;
    expect(await waiting).toBe(true);
    expect(stored?.spec).toMatchObject({ holderIdentity: 'second', leaseTransitions: 1 });
  });

  test('a holder who died is followed when his lease has not changed for its duration under the eyes of the next, whatever his clock said', async () => {
    const nextCentury = new ManualClock(Date.UTC(2126, 0, 1));
    await lease('first', nextCentury).acquire();
    const second = lease('second');
    const waiting = second.acquire();
    await untilAsked(3);
    time += TIMES.durationMs;
    await untilAsked(3);
    expect(second.isLeader).toBe(false);
    time += 1;
    expect(await waiting).toBe(true);
    expect(stored?.spec).toMatchObject({ holderIdentity: 'second', leaseTransitions: 1 });
  });

  test('a clock that jumps, forwards or back, costs nobody the lease', async () => {
    const clock = new ManualClock(Date.UTC(2026, 10, 23));
    const first = lease('first', clock);
    await first.acquire();
    const held = first.hold().then(() => 'lost');
    const second = lease('second', new ManualClock(Date.UTC(2000, 0, 1)));
    const waiting = second.acquire();
    for (const days of [400, -800, 3]) {
      clock.advance({ days });
      const before = writes;
      await until('it is renewed', () => writes > before + 2);
    }
    expect([first.isLeader, second.isLeader]).toEqual([true, false]);
    await first.release();
    await Promise.all([held, waiting]);
  });

  test.each(['fails', 'hangs'] as const)('who cannot renew because the apiserver %s stops, before others take over', async (fault) => {
    const first = lease('first');
    await first.acquire();
    const held = first.hold();
    await untilAsked(3);
    mode = fault;
    time += TIMES.renewWithinMs;
    await untilAsked(fault === 'hangs' ? 1 : 3);
    expect(first.isLeader).toBe(true);
    time += 1;
    await held;
    expect(first.isLeader).toBe(false);
  });

  test('who finds somebody else in his lease stops at once', async () => {
    const first = lease('first');
    await first.acquire();
    if (stored !== null) stored = { ...stored, metadata: { resourceVersion: 'x' }, spec: { ...stored.spec, holderIdentity: 'second' } };
    const before = writes;
    await first.hold();
    expect([first.isLeader, writes]).toEqual([false, before]);
  });

  test('of two who take a lease that is free at the same time one gets it', async () => {
    const both = [lease('a'), lease('b')];
    await Promise.race(both.map((one) => one.acquire()));
    await untilAsked(4);
    expect(both.filter(({ isLeader }) => isLeader)).toHaveLength(1);
  });

  test('stopped while it waits it never leads', async () => {
    await lease('first').acquire();
    const second = lease('second');
    const waiting = second.acquire();
    await second.release();
    expect([await waiting, stored?.spec.holderIdentity]).toEqual([false, 'first']);
  });
});

import type { Tenant } from '../kinds.js';
import { decideDrained, planDrain } from './drain-tenant.js';

const DELETED = Date.UTC(2027, 0, 1, 12);
const deleted = (deletionPolicy?: object): Tenant => ({ apiVersion: '', kind: 'Tenant', metadata: { name: 'acme', deletionTimestamp: new Date(DELETED).toISOString() }, spec: { serverName: 'acme.example', auth: { oidc: { issuer: '', clientId: '' } }, ...(deletionPolicy && { deletionPolicy }) } });
const after = (seconds: number): number => DELETED + seconds * 1_000;

describe('the time of a deleted tenant', () => {
  test.each<[string, object | undefined, number, boolean]>([
    ['ten minutes when nothing is said', undefined, 600, false],
    ['what drainTimeout says', { drainTimeout: '1h30m' }, 5_400, false],
    ['nothing with 0s', { drainTimeout: '0s' }, 0, false],
    ['half a minute for the farewell with Discard', { queue: 'Discard' }, 30, true],
    ['what drainTimeout says with Discard when that is less', { queue: 'Discard', drainTimeout: '5s' }, 5, true],
  ])('is %s', (_, policy, seconds, dropsQueue) => {
    expect(planDrain(deleted(policy))).toEqual({ until: new Date(after(seconds)), dropsQueue });
  });

  const plan = planDrain(deleted());
  const busy = { events: 7, peers: ['a.example', 'b.example', 'c.example', 'd.example'], hasParted: false };
  const farewells = { events: 1, peers: ['a.example'], hasParted: true };
  const done = { events: 0, peers: [], hasParted: true };

  test('is over when nothing is left', () => {
    expect(decideDrained({ plan, leaving: done, now: after(1) })).toEqual({ kind: 'over', left: null });
  });

  test('goes on while something waits, with how much, for whom and until when', () => {
    expect(decideDrained({ plan, leaving: busy, now: after(1) })).toEqual({ kind: 'waits', message: '7 events wait for 4 peers (a.example, b.example, c.example and 1 more). Until 2027-01-01T12:10:00Z it is tried, then they are dropped.' });
  });

  test('is over for farewells at its end, for what is still to be cut half a minute later', () => {
    expect(decideDrained({ plan, leaving: farewells, now: after(599) }).kind).toBe('waits');
    expect(decideDrained({ plan, leaving: farewells, now: after(600) })).toEqual({ kind: 'over', left: expect.stringContaining('1 events wait for 1 peers (a.example)') });
    expect(decideDrained({ plan, leaving: busy, now: after(629) }).kind).toBe('waits');
    expect(decideDrained({ plan, leaving: busy, now: after(630) }).kind).toBe('over');
  });

  test('is over at its end without Postgres, too', () => {
    expect(decideDrained({ plan, leaving: null, now: after(599) })).toMatchObject({ kind: 'waits', message: expect.stringContaining('Postgres does not answer') });
    expect(decideDrained({ plan, leaving: null, now: after(600) })).toMatchObject({ kind: 'over', left: expect.stringContaining('peers may not have been told') });
  });
});

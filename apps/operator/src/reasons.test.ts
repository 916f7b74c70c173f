import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Registry } from 'prom-client';
import { OperatorMetrics } from './operator-metrics.js';
import { EVENT_REASONS, PEER_REASONS, TENANT_REASONS } from './reasons.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (files: string[]): string => files.map((file) => readFileSync(`${root}${file}`, 'utf8')).join('\n');
const isTest = (file: string): boolean => file.endsWith('.test.ts');
const ours = globSync('apps/operator/src/**/*.ts', { cwd: root });
const sources = read(ours.filter((file) => !isTest(file) && !file.endsWith('/reasons.ts')));
const tests = read([...ours.filter((file) => isTest(file) && !file.endsWith('/reasons.test.ts')), ...globSync('test/**/*.test.ts', { cwd: root })]);

const of = (kind: string, table: object): [string, string][] => Object.entries(table).flatMap(([condition, reasons]) => Object.keys(reasons as object).map((reason): [string, string] => [`${kind} ${condition}`, reason]));
const registered = [...of('Tenant', TENANT_REASONS), ...of('Peer', PEER_REASONS), ...Object.keys(EVENT_REASONS).map((reason): [string, string] => ['Event', reason])];

describe('reasons and metrics', () => {
  test('every reason that the operator gives is described in reasons.ts', () => {
    const given = [...sources.matchAll(/\breason: '([A-Z]\w+)'|\b(?:ok|bad|unknown)\('\w+', '([A-Z]\w+)'/g)].map(([, a, b]) => a ?? b ?? '');
    expect(given.length).toBeGreaterThan(20);
    expect(given.filter((reason) => !registered.some(([, known]) => known === reason))).toEqual([]);
  });

  test.each(registered)('%s: %s is given by the operator', (_, reason) => {
    expect(sources.includes(`'${reason}'`)).toBe(true);
  });

  test.each(registered)('%s: %s is produced by a test', (_, reason) => {
    expect(tests.includes(`'${reason}'`)).toBe(true);
  });

  test('every metric is looked at by a test', async () => {
    const registry = new Registry();
    new OperatorMetrics(registry);
    const names = (await registry.getMetricsAsJSON()).map(({ name }) => name);
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !tests.includes(name))).toEqual([]);
  });
});

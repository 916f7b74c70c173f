import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { LABEL_VALUES, Metrics } from '@scaiwave/telemetry';
import { Registry } from 'prom-client';
import { parse } from 'yaml';
import { OperatorMetrics } from '../../apps/operator/src/operator-metrics.js';
import { findPromtool } from './promtool.js';

interface Rule {
  alert?: string;
  record?: string;
  expr: string;
  labels?: { severity?: string };
  annotations?: { summary?: string; description?: string; runbook_url?: string };
}

interface Panel {
  id: number;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets: Array<{ refId: string; expr: string }>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');
const RULES = 'charts/scaiwave/files/rules.yaml';
const CASES = 'test/monitoring/rules.test.yaml';
const rules = (parse(read(RULES)) as { groups: Array<{ rules: Rule[] }> }).groups.flatMap((group) => group.rules);
const alerts = rules.filter((rule) => rule.alert !== undefined);
const dashboard = JSON.parse(read('charts/scaiwave/files/dashboard.json')) as { panels: Panel[]; templating: { list: Array<{ name: string; definition?: string }> } };
const expressions = dashboard.panels.flatMap((panel) => panel.targets.map((target) => target.expr));
const metrics = new Metrics().registry.getMetricsAsArray();
const own = new Set(metrics.flatMap((metric) => (String(metric.type) === 'histogram' ? [`${metric.name}_bucket`, `${metric.name}_sum`, `${metric.name}_count`] : [metric.name])));
// The operator has a registry and a page of its own.
const operatorMetrics = new Registry();
new OperatorMetrics(operatorMetrics);
const everywhere = new Set([...own, ...operatorMetrics.getMetricsAsArray().map(({ name }) => name)]);
const metricsIn = (expr: string): string[] => [...expr.matchAll(/(?<![\w:])scaiwave_\w+/g)].map(([name]) => name);

describe('Prometheus rules', () => {
  const promtool = findPromtool();
  const withPromtool = promtool.path === null ? test.skip : test;
  const needs = promtool.path === null ? ` (needs ${promtool.reason})` : '';
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(promtool.path!, args, { cwd: root, encoding: 'utf8' });
    return { status, output: `${stdout}${stderr}` };
  };

  withPromtool(`are valid for the real promtool${needs}`, () => {
    const { status, output } = run('check', 'rules', RULES);
    expect([status, output]).toEqual([0, expect.stringContaining(`${rules.length} rules found`)]);
  });

  withPromtool(`fire when they should, and only then${needs}`, () => {
    const { status, output } = run('test', 'rules', CASES);
    expect([status, output]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });

  test('of every alert there is a case that fires and one that does not', () => {
    const cases = (parse(read(CASES)) as { tests: Array<{ name: string; promql_expr_test: Array<{ expr: string; exp_samples: unknown[] }> }> }).tests;
    const found = cases.map(({ promql_expr_test: [one] }) => `${/alertname="(\w+)"/.exec(one!.expr)?.[1]} ${one!.exp_samples.length === 1 ? 'fires' : 'is quiet'}`);
    expect(found.toSorted()).toEqual(alerts.flatMap(({ alert }) => [`${alert} fires`, `${alert} is quiet`]).toSorted());
    expect(cases.map(({ name }) => name)).toEqual(found);
  });

  test('every alert says what it is, how bad, and what to do, and every runbook has its alert', () => {
    for (const { alert, labels, annotations } of alerts) {
      expect(labels?.severity).toMatch(/^(warning|critical)$/);
      expect([annotations?.summary, annotations?.description]).toEqual([expect.stringMatching(/\w/), expect.stringMatching(/\w/)]);
      expect(annotations?.runbook_url).toBe(`docs/operating/runbooks/${alert}.md`);
      const page = read(annotations!.runbook_url!);
      for (const heading of [`# ${alert}`, '## What it means', '## What to look at', '## What to do']) expect(page).toContain(`${heading}\n`);
    }
    expect(readdirSync(`${root}docs/operating/runbooks`).toSorted()).toEqual(alerts.map(({ alert }) => `${alert}.md`).toSorted());
  });

  test('they ask only for metrics that exist', () => {
    expect(rules.flatMap(({ expr }) => metricsIn(expr)).filter((name) => !everywhere.has(name))).toEqual([]);
  });
});

describe('the dashboard', () => {
  test('asks only for metrics that exist, in panels that do not overlap', () => {
    const asked = [...expressions, ...dashboard.templating.list.map(({ definition }) => definition ?? '')];
    expect(asked.flatMap(metricsIn).filter((name) => !own.has(name))).toEqual([]);
    const places = dashboard.panels.map(({ gridPos: { x, y } }) => `${x} ${y}`);
    expect([new Set(places).size, new Set(dashboard.panels.map(({ id }) => id)).size]).toEqual([dashboard.panels.length, dashboard.panels.length]);
  });

  test('shows every delivery and inbound metric, for the tenants and peers that are chosen', () => {
    const shown = new Set(expressions.flatMap(metricsIn));
    const wanted = [...own].filter((name) => /^scaiwave_(delivery|inbound|peer)/.test(name) && !/_(sum|count)$/.test(name));
    expect(wanted.filter((name) => !shown.has(name))).toEqual([]);
    expect(dashboard.templating.list.map(({ name }) => name)).toEqual(['datasource', 'tenant', 'peer']);
  });

  const promtool = findPromtool();
  (promtool.path === null ? test.skip : test)(`has only expressions that the real promtool can read${promtool.path === null ? ` (needs ${promtool.reason})` : ''}`, () => {
    const asRules = { groups: [{ name: 'dashboard', rules: expressions.map((expr, n) => ({ record: `panel:${n}`, expr: expr.replaceAll('$__rate_interval', '5m') })) }] };
    const folder = mkdtempSync(join(tmpdir(), 'dashboard-rules-'));
    writeFileSync(join(folder, 'rules.yaml'), JSON.stringify(asRules));
    const { status, stderr, stdout } = spawnSync(promtool.path!, ['check', 'rules', join(folder, 'rules.yaml')], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect([status, `${stdout}${stderr}`]).toEqual([0, expect.stringContaining(`${expressions.length} rules found`)]);
  });
});

describe('docs/operating/monitoring.md', () => {
  const page = read('docs/operating/monitoring.md');

  test('lists every metric with its labels and its meaning, and no other', () => {
    const rows = [...page.matchAll(/^\| `(scaiwave_\w+)` \| ([^|]*) \| ([^|]*) \|$/gm)].map(([, name, labels, help]) => `${name} [${[...labels!.matchAll(/`(\w+)`/g)].map(([, label]) => label).join(' ')}] ${help}`);
    const inCode = metrics.map((metric) => {
      const { name, help, labelNames } = metric as unknown as { name: string; help: string; labelNames: string[] };
      return `${name} [${labelNames.join(' ')}] ${help}`;
    });
    expect(rows.toSorted()).toEqual(inCode.toSorted());
  });

  test('lists every value of a label, and every alert', () => {
    for (const value of Object.values(LABEL_VALUES).flat()) expect(page).toContain(`\`${value}\``);
    for (const { alert } of alerts) expect(page).toContain(`[${alert}](runbooks/${alert}.md)`);
  });
});

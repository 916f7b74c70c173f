import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lint-'));
  // Its file patterns count from where the configuration lies.
  for (const file of ['.oxlintrc.json', 'tools/lint/plugin.mjs']) cpSync(join(root, file), join(folder, file));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The rules that one source breaks, if it stood at `path`. */
function rulesBrokenBy(source: string, path = 'libs/core/src/some/thing.ts'): string[] {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, source);
  const { stdout } = spawnSync(join(root, 'node_modules/.bin/oxlint'), ['-f', 'unix', path], { cwd: folder, encoding: 'utf8' });
  return [...new Set([...stdout.matchAll(/\[Error\/(\w+\([\w-]+\))\]/g)].map(([, rule]) => rule!))];
}

test.each([
  ['export const t = Date.now();', 'scaiwave(no-ambient)'],
  ['export const t = new Date();', 'scaiwave(no-ambient)'],
  ['export const t = Math.random();', 'scaiwave(no-ambient)'],
  ['export const t = process.env.X;', 'scaiwave(no-ambient)'],
  ['export const t = fetch("http://x");', 'scaiwave(no-ambient)'],
  ['export function f(a, b, c, d) { return [a, b, c, d]; }', 'scaiwave(max-params)'],
  ['export class C { constructor(a, b, c, d, e, f) { this.all = [a, b, c, d, e, f]; } }', 'scaiwave(max-params)'],
  ['export function f(p) { void p(); }', 'scaiwave(no-bare-void)'],
  ['const d = (c) => c; @d export class A { constructor(readonly b: B) {} } export class B {}', 'scaiwave(inject-after-definition)'],
  [`export const lines = [\n${'1,\n'.repeat(301)}];`, 'eslint(max-lines)'],
  [`export function f() {\n${'f.x = 1;\n'.repeat(61)}}`, 'eslint(max-lines-per-function)'],
  [`export function f(a) {\n${Array.from({ length: 13 }, (_, index) => `if (a === ${index}) return ${index};`).join(' ')} return 0; }`, 'eslint(complexity)'],
  ['export function f(a: any) { return a; }', 'typescript(no-explicit-any)'],
  ['console.log(1);', 'eslint(no-console)'],
])('%s breaks %s', (source, rule) => {
  expect(rulesBrokenBy(source)).toEqual([rule]);
});

test.each([
  ['a constructor of five', 'export class C { constructor(a, b, c, d, e) { this.all = [a, b, c, d, e]; } }', undefined],
  ['a date made of a number', 'export const t = new Date(5);', undefined],
  ['the clock itself', 'export const t = Date.now();', 'libs/telemetry/src/clock.ts'],
  ['the reader of the environment', 'export const t = process.env;', 'libs/config/src/read-env.ts'],
])('%s is allowed', (_what, source, path) => {
  expect(rulesBrokenBy(source, path)).toEqual([]);
});

test('a test that sleeps is refused', () => {
  expect(rulesBrokenBy('await new Promise((resolve) => setTimeout(resolve, 50));', 'libs/core/src/x.test.ts')).toEqual(['scaiwave(no-sleep)']);
});

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'totals-'));
  mkdirSync(join(folder, 'tools'));
  cpSync(join(root, 'tools/run-tests.mjs'), join(folder, 'tools/run-tests.mjs'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'jest.config.mjs'), 'export default { testMatch: ["**/*.test.mjs"] };');
  const files = {
    'passing.test.mjs': 'test("a", () => {}); test("b", () => {});',
    'failing.test.mjs': 'test("c", () => { throw new Error("no"); });',
    'broken.test.mjs': 'import "./nowhere.mjs";',
    'sometimes.test.mjs': 'import { existsSync, writeFileSync } from "node:fs"; test("f", () => { if (existsSync("there")) return; writeFileSync("there", ""); throw new Error("the first time"); });',
    'skipping.test.mjs': 'test("d", () => {}); test.skip("in a browser (needs chromium)", () => {});',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  [['passing'], 0, ['2 passed, 0 failed']],
  [['passing', 'failing'], 1, ['2 passed, 1 failed']],
  [['passing', 'broken'], 1, ['2 passed, 1 failed']],
  [['skipping'], 0, ['skipped: 1 (needs chromium)', '1 passed, 0 failed']],
  [['--again-alone', 'passing', 'failing'], 1, ['2 passed, 1 failed']],
  [['--again-alone', 'passing', 'broken'], 1, ['2 passed, 1 failed']],
  [['sometimes'], 1, ['0 passed, 1 failed']],
  [['nothing-has-this-name'], 1, ['No test ran: that is a failure.', '0 passed, 0 failed']],
])('%j ends with %d and says %j', (patterns, code, lines) => {
  const { status, stdout } = spawnSync(process.execPath, ['tools/run-tests.mjs', ...patterns], { cwd: folder, encoding: 'utf8' });
  expect({ status, lines: stdout.trimEnd().split('\n') }).toEqual({ status: code, lines });
});

test('what failed is run again, alone, where that is asked for, and the second run counts', () => {
  rmSync(join(folder, 'there'), { force: true });
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/run-tests.mjs', '--again-alone', 'passing', 'sometimes'], { cwd: folder, encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '3 passed, 0 failed\n' });
  expect(stderr).toContain('Run again, alone: sometimes.test.mjs\n');
});

import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const { default: rules } = (await import(new URL('../../.dependency-cruiser.mjs', import.meta.url).href)) as { default: { forbidden: IForbiddenRuleType[]; options: object } };
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imports-'));
  for (const file of ['libs/core/src/index.ts', 'libs/core/src/inner.ts', 'libs/protocol/src/index.ts', 'libs/redis/src/index.ts', 'libs/testing/src/index.ts', 'apps/api/src/app.ts', 'apps/worker/src/app.ts']) write(file, 'export {};');
  for (const name of ['undici', 'pg', 'bullmq']) {
    write(`node_modules/${name}/index.js`, 'export {};');
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js', type: 'module' }));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** The rules that one import breaks. */
async function rulesBrokenBy(from: string, imported: string): Promise<string[]> {
  write(from, `import '${imported}';`);
  const { forbidden, options } = rules;
  const { output } = await cruise([from], { ...options, baseDir: folder, ruleSet: { forbidden }, validate: true } as never);
  return [...new Set((output as ICruiseResult).summary.violations.map(({ rule }) => rule.name))];
}

test.each([
  ['libs/protocol/src/a.ts', '../../core/src/index.js', 'imports-of-libs-protocol'],
  ['libs/redis/src/a.ts', '../../core/src/index.js', 'imports-of-libs-redis'],
  ['apps/web/src/a.ts', '../../../libs/core/src/index.js', 'imports-of-apps-web'],
  ['apps/api/src/a.ts', '../../../libs/testing/src/index.js', 'imports-of-apps-api'],
  ['apps/api/src/a.ts', '../../worker/src/app.js', 'no-app-imports-an-app'],
  ['libs/core/src/a.ts', '../../../apps/api/src/app.js', 'no-library-imports-an-app'],
  ['apps/api/src/a.ts', '../../../libs/core/src/inner.js', 'library-through-its-index'],
  ['apps/api/src/a.ts', 'undici', 'home-of-undici'],
  ['libs/core/src/rooms/a.ts', 'pg', 'home-of-pg'],
  ['libs/core/src/rooms/a.ts', 'bullmq', 'home-of--nestjs-bullmq'],
  ['apps/api/src/a.ts', './nowhere.js', 'resolvable'],
])('%s may not import %s (%s)', async (from, imported, rule) => {
  expect(await rulesBrokenBy(from, imported)).toContain(rule);
});

test.each([
  ['libs/core/src/b.ts', '../../protocol/src/index.js'],
  ['apps/api/src/b.ts', '../../../libs/core/src/index.js'],
  ['libs/core/src/rooms/room.store.ts', 'pg'],
  ['libs/core/src/peers/outbound/peer-client.ts', 'undici'],
  ['libs/core/src/b.test.ts', '../../testing/src/index.js'],
])('%s may import %s', async (from, imported) => {
  expect(await rulesBrokenBy(from, imported)).toEqual([]);
});

import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const source = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
const files = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'node.ts');

test.each(files)('%s is browser-safe: it imports zod and its neighbours only', (name) => {
  const imports = [...source(name).matchAll(/from '([^']+)'/g)].map(([, path]) => path ?? '');
  expect(imports.filter((path) => path !== 'zod' && !/^\.\/[a-z0-9-]+\.js$/.test(path))).toEqual([]);
  expect(source(name)).not.toMatch(/\b(Buffer|process|require)\b[.(]/);
});

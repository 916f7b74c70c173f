// Lets plain node import our TypeScript sources without a build: test set-up runs before, or without, `tsc -b`.
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformSync } from '@swc/core';
import { swcOptions } from './swc-options.mjs';

const root = new URL('../', import.meta.url);
const library = /^@scaiwave\/(config|telemetry|database|redis)$/;

registerHooks({
  resolve(specifier, context, next) {
    const [, name] = library.exec(specifier) ?? [];
    if (name) return { url: new URL(`libs/${name}/src/index.ts`, root).href, shortCircuit: true };
    if (/^\.{1,2}\/.*\.js$/.test(specifier) && context.parentURL?.endsWith('.ts')) {
      const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
      if (existsSync(source)) return { url: pathToFileURL(fileURLToPath(source)).href, shortCircuit: true };
    }
    return next(specifier, context);
  },
  load(url, context, next) {
    if (!url.endsWith('.ts') || url.includes('/node_modules/')) return next(url, context);
    const filename = fileURLToPath(url);
    const { code } = transformSync(readFileSync(filename, 'utf8'), { ...swcOptions, filename, swcrc: false });
    return { format: 'module', source: code, shortCircuit: true };
  },
});

// Builds what is not up to date: the server with `tsc -b`, then the web app with vite.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

run('tsc', ['-b'], root);
const web = join(root, 'apps/web');
if (isWebStale()) run('vite', ['build', '--logLevel', 'warn'], web);

function isWebStale() {
  if (!existsSync(join(web, 'vite.config.ts'))) return false;
  const built = join(web, 'dist/index.html');
  if (!existsSync(built)) return true;
  const builtAt = statSync(built).mtimeMs;
  const sources = ['apps/web/src', 'apps/web/public', 'libs/protocol/src'].flatMap((folder) => filesBelow(join(root, folder)));
  return [...sources, join(web, 'index.html'), join(web, 'vite.config.ts'), join(root, 'package-lock.json')].some((file) => statSync(file).mtimeMs > builtAt);
}

function filesBelow(folder) {
  return existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)) : [];
}

function run(program, args, cwd) {
  const { status } = spawnSync(join(root, 'node_modules/.bin', program), args, { cwd, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(1);
}

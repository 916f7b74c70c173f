// Removes what was built and what the demo keeps. A demo that still runs is left alone, with a sentence.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const data = process.env.DEMO_DIR ?? join(root, '.demo');

for (const claim of filesNamed(data, 'used-by')) {
  const [pid] = readFileSync(claim, 'utf8').split(' ');
  if (existsSync(`/proc/${pid}`)) fail(`The demo still runs (process ${pid}): stop it with Ctrl-C, then clean.`);
}
// Under /root, where Postgres' own user cannot go, its files lie elsewhere; a pointer says where.
for (const pointer of filesNamed(data, 'cluster-location')) {
  const folder = readFileSync(pointer, 'utf8').trim();
  if (folder.startsWith('/var/lib/scaiwave/embedded/')) rmSync(folder, { recursive: true, force: true });
}
rmSync(data, { recursive: true, force: true });
rmSync(join(root, '.cluster'), { recursive: true, force: true });
rmSync(join(root, '.cache'), { recursive: true, force: true });
for (const folder of execFileSync('git', ['ls-files', '--others', '--ignored', '--exclude-standard', '--directory', 'apps', 'libs'], { cwd: root, encoding: 'utf8' }).split('\n')) {
  if (/(^|\/)dist\/$/.test(folder)) rmSync(join(root, folder), { recursive: true, force: true });
}

function filesNamed(folder, name) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true }).filter((path) => path.split('/').at(-1) === name).map((path) => join(folder, path));
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

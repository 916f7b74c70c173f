// Installs what package-lock.json says, if it is not there already. Runs on any Node from 20 on.
import { spawnSync } from 'node:child_process';
import { readFileSync, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ATTEMPTS = 3;
const PAUSE_MS = 5_000;
const root = fileURLToPath(new URL('../', import.meta.url));

if (isComplete()) process.exit(0);
for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
  process.stderr.write(`Installing packages (npm ci, attempt ${attempt} of ${ATTEMPTS}) …\n`);
  if (spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: ['ignore', 2, 2] }).status === 0) break;
  if (attempt === ATTEMPTS) fail('npm ci did not succeed: see its message above, check the network or the registry, then try again.');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS * attempt);
}
if (!existsSync(`${root}node_modules/.bin/node`)) fail('npm left out the optional package with Node 24 for this machine: install Node 24 and run again, or remove `omit=optional` from the npm settings.');

// npm keeps a copy of what it installed; the same versions there mean that there is nothing to do.
function isComplete() {
  const [wanted, installed] = ['package-lock.json', 'node_modules/.package-lock.json'].map(readPackages);
  if (wanted === null || installed === null) return false;
  return Object.entries(wanted).every(([path, { version, link, optional }]) => path === '' || link || !path.startsWith('node_modules/') || installed[path]?.version === version || (optional && !installed[path]));
}

function readPackages(file) {
  return existsSync(root + file) ? JSON.parse(readFileSync(root + file, 'utf8')).packages : null;
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

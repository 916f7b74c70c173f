// The import table (.dependency-cruiser.mjs) against the sources. Needs a build: packages are entered through their dist.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const { stdout, stderr } = spawnSync('depcruise', ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'libs', 'apps'], { cwd: root, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
if (!stdout.startsWith('{')) fail(stderr);
const { summary } = JSON.parse(stdout);
for (const { rule, from, to, comment } of summary.violations) process.stderr.write(`${from} → ${to}: ${rule.name}${comment ? ` (${comment})` : ''}\n`);
// A cruise that sees next to nothing would find nothing wrong.
if (summary.totalCruised < 200) fail(`Only ${summary.totalCruised} modules were read: dependency-cruiser no longer understands the sources.`);
process.exit(summary.violations.length > 0 ? 1 : 0);

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

// Makes everything that is derived from something else. `--verify` fails instead when a committed file is not what this makes;
// `--sources` makes only what the build needs, and needs no build.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildValuesSchema, describeValues } from './chart/describe-values.mjs';
import { wrapCrd } from './chart/wrap-crd.mjs';
import { describeClient } from './api-client/describe-client.mjs';
import { compareSchema } from './compare-schema.mjs';
import { describeConditions } from './describe-conditions.mjs';
import { describeConfig } from './describe-config.mjs';
import { describeResources } from './describe-resources.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const built = (path) => import(pathToFileURL(join(root, path)).href);
const read = async (path) => readFileSync(join(root, path), 'utf8');
const isVerifying = process.argv.includes('--verify');
let problems = 0;

/** Committed file → its text, made from its source. The first ones are sources of ours themselves. */
const sources = {
  'libs/core/src/tenants/resource-types.ts': async () => describeResources(root),
};
const derived = {
  ...sources,
  'docs/operating/configuration.md': async () => describeConfig(await built('libs/config/dist/index.js')),
  'docs/operating/conditions.md': async () => describeConditions(await built('apps/operator/dist/reasons.js'), await built('apps/operator/dist/operator-metrics.js'), await import('prom-client')),
  'apps/web/src/api/generated.ts': () => describeClient(built),
  'charts/scaiwave/values.schema.json': async () => buildValuesSchema(await read('charts/scaiwave/values.yaml')),
  'docs/operating/chart-values.md': async () => describeValues(await read('charts/scaiwave/values.yaml')),
  ...Object.fromEntries(['tenants', 'peers'].map((plural) => [`charts/scaiwave/templates/crds/${plural}.yaml`, async () => wrapCrd(await read(`crds/${plural}.federation.scaiwave.io.yaml`))])),
};

for (const [path, make] of Object.entries(process.argv.includes('--sources') ? sources : derived)) {
  await make().then(
    (text) => keep(path, text),
    (error) => complain(`${path} could not be made: ${error.stack}`),
  );
}
if (process.argv.includes('--sources')) process.exit(problems > 0 ? 1 : 0);
run({ command: ['node', 'test/vectors/generate.mjs', ...(isVerifying ? ['--check'] : [])], otherwise: 'The golden vectors are not what test/vectors/generate.mjs makes.' });
if (isVerifying) (await compareSchema(root)).forEach(complain);
else run({ command: ['prisma', 'generate'], otherwise: 'The Prisma client could not be generated.' });
process.exit(problems > 0 ? 1 : 0);

function keep(path, text) {
  const file = join(root, path);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  if (isVerifying) return complain(`${path} is not what its source makes: run \`make gen\` and commit it.`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function run({ command: [program, ...args], otherwise }) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) complain(`${stdout}${stderr}${otherwise}`);
}

function complain(sentence) {
  process.stderr.write(`${sentence}\n`);
  problems += 1;
}

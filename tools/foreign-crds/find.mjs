// CRDs of other projects, for the tests: from their Go modules, which Go keeps in its cache and whose sums are given here.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const PROJECTS = {
  'prometheus-operator': {
    module: 'github.com/prometheus-operator/prometheus-operator@v0.85.0', sum: 'h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=',
    folder: 'example/prometheus-operator-crd', files: /_(servicemonitors|prometheusrules)\.yaml$/,
  },
  keda: { module: 'github.com/kedacore/keda/v2@v2.20.2', sum: 'h1:SR60v8uIcelbveS8n/1jcl8tLdBBIbHMxmdOHw8tKqA=', folder: 'config/crd/bases', files: /_scaledobjects\.yaml$/ },
};
const WITHIN_MS = 300_000;

/** @param {('prometheus-operator' | 'keda')[]} names @returns {{ files: string[] } | { reason: string }} paths of CRD files */
export function findForeignCrds(names) {
  const files = [];
  for (const name of names) {
    const { module, sum, folder, files: wanted } = PROJECTS[name];
    const found = download(module);
    if (found === null) return { reason: `needs Go and the Go module of ${name}` };
    if (found.Sum !== sum) throw new Error(`${module} is not what it was: its sum is ${found.Sum}.`);
    files.push(...readdirSync(join(found.Dir, folder)).filter((file) => wanted.test(file)).map((file) => join(found.Dir, folder, file)));
  }
  return { files };
}

// The sum is compared here, so that no other server has to be asked for it.
function download(module) {
  const env = { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '-mod=mod', GOWORK: 'off', GONOSUMDB: '*' };
  const { status, stdout } = spawnSync('go', ['mod', 'download', '-json', module], { cwd: '/', encoding: 'utf8', env, timeout: WITHIN_MS });
  return status === 0 ? JSON.parse(stdout) : null;
}

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Kinds of other projects, as the Go modules of those projects define them. */
const PROJECTS = {
  keda: { module: 'github.com/kedacore/keda/v2@v2.18.1', files: ['config/crd/bases/keda.sh_scaledobjects.yaml'] },
  gatewayApi: {
    module: 'sigs.k8s.io/gateway-api@v1.4.0',
    files: ['gatewayclasses', 'gateways', 'httproutes', 'referencegrants'].map((kind) => `config/crd/standard/gateway.networking.k8s.io_${kind}.yaml`),
  },
  certManager: { module: 'github.com/cert-manager/cert-manager@v1.19.1', files: ['certificates', 'issuers', 'clusterissuers'].map((kind) => `deploy/crds/cert-manager.io_${kind}.yaml`) },
} as const;

export type ForeignProject = keyof typeof PROJECTS;

/**
 * Files with the CRDs of a project, for `kubectl apply --server-side`. They come with `go mod download`, into Go's own cache of modules.
 * @throws Error when Go is missing, or the module can neither be found in the cache nor be fetched
 */
export function foreignCrds(project: ForeignProject): string[] {
  const { module, files } = PROJECTS[project];
  const { status, stdout, stderr } = spawnSync('go', ['mod', 'download', '-json', module], { cwd: tmpdir(), encoding: 'utf8', env: { ...process.env, GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local' } });
  if (status !== 0) throw new Error(`The kinds of ${project} need Go and its module ${module}: ${stdout ?? ''}${stderr ?? ''}`);
  const { Dir: folder } = JSON.parse(stdout) as { Dir: string };
  const paths = files.map((file) => join(folder, file));
  const missing = paths.filter((path) => !existsSync(path));
  if (missing.length > 0) throw new Error(`${module} has no ${missing.join(', ')}`);
  return paths;
}

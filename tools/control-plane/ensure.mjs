// A Kubernetes control plane for the tests: etcd, kube-apiserver, kube-controller-manager, kubectl and helm in one program, built once
// from Go modules (8 to 15 minutes on two cores) and kept outside the checkout. Run it to build it now; it prints the folder.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const KUBERNETES = 'v1.36.3';
const HELM = 'v4.2.4';
const PROGRAMS = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl', 'helm'];
const NEEDED_GO = [1, 26];

/** Where the programs are, or why there are none. Does not build. @returns {{ folder: string } | { reason: string }} */
export function findControlPlane(env = process.env) {
  const given = env.KUBEBUILDER_ASSETS;
  if (given) return existsSync(join(given, 'kube-apiserver')) ? { folder: given } : { reason: `needs kube-apiserver in KUBEBUILDER_ASSETS, ${given}` };
  const go = goVersion();
  if (go === null) return { reason: 'needs Go 1.26 or newer, or KUBEBUILDER_ASSETS, for a Kubernetes control plane' };
  const folder = folderOf(env, go);
  return existsSync(join(folder, 'kube-apiserver')) ? { folder } : { reason: 'needs a Kubernetes control plane: run `make control-plane`' };
}

/** The same, built first where it has to be. */
export function ensureControlPlane(env = process.env) {
  const found = findControlPlane(env);
  const go = goVersion();
  if ('folder' in found || env.KUBEBUILDER_ASSETS || go === null) return found;
  const folder = folderOf(env, go);
  mkdirSync(join(folder, '..'), { recursive: true });
  const lock = `${folder}.lock`;
  // Another suite may be building the same: flock waits for it, and is given back by the kernel whatever happens to us.
  closeSync(openSync(lock, 'a'));
  const built = spawnSync('flock', [lock, process.execPath, join(here, 'ensure.mjs'), '--build', folder, go], { stdio: ['ignore', 2, 2], env });
  return built.status === 0 ? { folder } : { reason: 'needs a Kubernetes control plane, and building it failed' };
}

function build(folder, go) {
  if (existsSync(join(folder, 'kube-apiserver'))) return;
  process.stderr.write(`Building a Kubernetes control plane with ${go}, once: this takes 8 to 15 minutes.\n`);
  const temporary = mkdtempSync(`${folder}.new-`);
  const env = { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOFLAGS: '-buildvcs=false' };
  const args = ['build', '-mod=readonly', '-trimpath', '-ldflags', linkerFlags(), '-o', `${temporary}/`, '.', 'github.com/yannh/kubeconform/cmd/kubeconform'];
  const { status } = spawnSync('go', args, { cwd: here, env, stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    rmSync(temporary, { recursive: true, force: true });
    process.exit(1);
  }
  for (const program of PROGRAMS) symlinkSync('testcp', join(temporary, program));
  renameSync(temporary, folder);
}

function linkerFlags() {
  const [major, minor] = KUBERNETES.slice(1).split('.');
  const versions = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((place) =>
    [`gitVersion=${KUBERNETES}`, `gitMajor=${major}`, `gitMinor=${minor}`, 'gitCommit=modbuild', 'gitTreeState=archive', 'buildDate=2026-01-01T00:00:00Z'].map((value) => `-X ${place}.${value}`));
  return ['-s -w', `-X helm.sh/helm/v4/internal/version.version=${HELM}`, ...versions].join(' ');
}

function folderOf(env, go) {
  const hash = createHash('sha256');
  for (const file of ['main.go', 'tools.go', 'go.mod', 'go.sum']) hash.update(readFileSync(join(here, file)));
  const key = hash.update(go).update(linkerFlags()).digest('hex').slice(0, 16);
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'scaiwave', `control-plane-${key}`);
}

/** Like `go1.26.8`; null when there is none that is new enough. */
function goVersion() {
  const { status, stdout } = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8', env: { ...process.env, GOTOOLCHAIN: 'local' } });
  const version = status === 0 ? stdout.trim() : '';
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(version) ?? [];
  const isNewEnough = Number(major) > NEEDED_GO[0] || (Number(major) === NEEDED_GO[0] && Number(minor) >= NEEDED_GO[1]);
  return isNewEnough ? version : null;
}

if (process.argv[2] === '--build') build(process.argv[3], process.argv[4]);
else if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = ensureControlPlane();
  process.stdout.write(`${found.folder ?? found.reason}\n`);
  process.exitCode = 'folder' in found ? 0 : 1;
}

// Puts together what the image holds, from a built checkout: our programs, the web app, the migrations, and of node_modules only what
// package-lock.json says they need to run. Nothing is fetched. The Dockerfile runs it, and so does the test of the image.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const APPS = ['apps/api', 'apps/worker', 'apps/operator', 'apps/cli'];
/** The demo and its OpenID provider, which lets everybody in, have no place in an image. */
const DEMO = 'apps/cli/dist/demo';
const LEFT_OUT = [
  'oidc-provider', // only the demo imports it
  '@prisma/client', '@prisma/adapter-pg', // the schema and its types are Prisma's; what runs speaks to Postgres through pg
];
/** Of use to people who read or debug a package, not to Node. */
const NOT_RUN = /\.(map|[cm]?ts|tsx|md|markdown|flow|tsbuildinfo)$|\.test\.[cm]?js$/i;
const NOT_RUN_FOLDERS = ['node_modules', 'test', 'tests', '__tests__', 'bench', 'benchmark', 'benchmarks', 'docs', 'examples', '.github'];

/** @param {string} target a folder that does not exist or is empty @param {string} [root] the built checkout */
export function assembleImage(target, root = ROOT) {
  if (existsSync(target) && readdirSync(target).length > 0) throw new Error(`${target} is not empty: name a new folder, so that nothing of an earlier build stays in the image.`);
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  for (const path of listNeeded(packages)) copyPackage({ root, target, path, target_of_link: packages[path].link ? packages[path].resolved : null });
  rmSync(join(target, DEMO), { recursive: true, force: true });
  for (const folder of ['apps/web/dist', 'prisma/migrations', 'crds']) cpSync(join(root, folder), join(target, folder), { recursive: true });
  cpSync(join(root, 'tools/image/entry.mjs'), join(target, 'entry.mjs'));
}

/** The paths in package-lock.json of all that the apps need to run: their dependencies and those' own, found as Node finds them. */
export function listNeeded(packages) {
  const needed = new Set(APPS);
  for (const path of needed) {
    const { link, resolved, dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = packages[path];
    if (link) {
      needed.add(resolved);
      continue;
    }
    const peers = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional);
    for (const name of [...Object.keys(dependencies), ...peers]) {
      if (!LEFT_OUT.includes(name)) needed.add(placeOf(packages, path, name));
    }
  }
  return [...needed].sort();
}

function placeOf(packages, from, name) {
  for (let folder = from; ; folder = folder.includes('/') ? dirname(folder) : '') {
    const place = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (packages[place] !== undefined) return place;
    if (folder === '') throw new Error(`package-lock.json has no ${name}, which ${from} needs: run npm install and commit the lock.`);
  }
}

function copyPackage({ root, target, path, target_of_link: linked }) {
  const [from, to] = [join(root, path), join(target, path)];
  mkdirSync(dirname(to), { recursive: true });
  if (linked !== null) {
    symlinkSync(relative(dirname(to), join(target, linked)), to);
    return;
  }
  if (!existsSync(from)) throw new Error(`${path} is not installed: run \`make build\` first.`);
  const isOurs = !path.includes('node_modules');
  if (isOurs && !existsSync(join(from, 'dist'))) throw new Error(`${path} is not built: run \`make build\` first.`);
  const wanted = isOurs ? ['package.json', 'dist'] : readdirSync(from).filter((entry) => !NOT_RUN_FOLDERS.includes(entry));
  for (const entry of wanted) cpSync(join(from, entry), join(to, entry), { recursive: true, dereference: true, filter: (file) => !NOT_RUN.test(file) });
}

if (resolve(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  const [, , target] = process.argv;
  if (target === undefined) {
    process.stderr.write('usage: node tools/image/assemble.mjs <new folder>\n');
    process.exit(2);
  }
  assembleImage(resolve(target));
}

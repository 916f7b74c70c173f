// A registry may lack the packages of other systems; npm then leaves them out of package-lock.json, and `npm ci`
// refuses such a file. This adds an entry for each missing optional platform package (version from its parent).
// Run it after every change of the lock.
import { readFileSync, writeFileSync } from 'node:fs';

const SYSTEMS = { darwin: 'darwin', win32: 'win32', windows: 'win32', linux: 'linux', freebsd: 'freebsd', android: 'android', openharmony: 'openharmony', openbsd: 'openbsd', netbsd: 'netbsd', sunos: 'sunos', aix: 'aix' };
const PROCESSORS = ['x64', 'arm64', 'arm', 'ia32', 'ppc64', 's390x', 'riscv64', 'loong64'];
const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
const { packages } = lock;
let added = 0;

for (const [path, parent] of Object.entries({ ...packages })) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    if (isLocked(path, name)) continue;
    const entry = platformEntry(name, version, parent);
    if (entry === null) continue; // not a platform package: npm itself decides about it
    packages[`node_modules/${name}`] = entry;
    added += 1;
  }
}
if (added > 0) {
  lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
}
process.stdout.write(`package-lock.json: ${added} platform packages added\n`);

function isLocked(path, name) {
  return packages[`node_modules/${name}`] !== undefined || packages[`${path}/node_modules/${name}`] !== undefined;
}

function platformEntry(name, version, { dev }) {
  const words = name.split('/').pop().split(/[-_.]/);
  const os = words.map((word) => SYSTEMS[word]).find(Boolean);
  if (os === undefined) return null;
  const cpu = PROCESSORS.find((processor) => words.includes(processor)) ?? (words.some((word) => word.startsWith('arm')) ? 'arm' : undefined);
  const libc = words.includes('musl') ? 'musl' : words.includes('gnu') ? 'glibc' : undefined;
  return { version: version.replace(/^[\^~]/, ''), optional: true, ...(dev ? { dev } : {}), os: [os], ...(cpu ? { cpu: [cpu] } : {}), ...(libc ? { libc: [libc] } : {}) };
}

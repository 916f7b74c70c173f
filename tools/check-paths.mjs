// File names: kebab-case, suffixes from the closed list, no dumping grounds.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SUFFIXES = ['module', 'controller', 'gateway', 'processor', 'guard', 'filter', 'schema', 'presenter', 'store', 'checks', 'gather', 'reconcile', 'sweep', 'test'];
const OTHER_ENDINGS = ['d', 'config', 'module.css']; // .d.ts, vite.config.ts, CSS modules
const DUMPING_GROUNDS = ['util', 'utils', 'common', 'helper', 'helpers', 'shared', 'misc', 'constants', 'types-common'];

const root = fileURLToPath(new URL('../', import.meta.url));
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'apps', 'libs', 'test', 'tools'], { cwd: root, encoding: 'utf8' }).split('\n').filter((file) => /\.(ts|tsx|mjs|css)$/.test(file));
const problems = files.flatMap((file) => problemsOf(file).map((problem) => `${file}: ${problem}`));
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exit(1);

function problemsOf(file) {
  const parts = file.split('/');
  const [name, ...endings] = parts.at(-1).split('.');
  const suffixes = endings.slice(0, -1);
  return [
    ...parts.slice(0, -1).concat(name).filter((part) => DUMPING_GROUNDS.includes(part)).map((part) => `"${part}" says nothing; name the one thing that it is`),
    ...(/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) ? [] : ['file names are kebab-case']),
    ...suffixes.filter((suffix) => !SUFFIXES.includes(suffix) && !OTHER_ENDINGS.includes(suffix)).map((suffix) => `".${suffix}" is not one of the suffixes: ${SUFFIXES.join(' ')}`),
  ];
}

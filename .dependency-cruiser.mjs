// Who may import whom: the table of ARCHITECTURE.md as data, and the third-party choke points. Everything else follows.
const LIBRARIES = ['protocol', 'config', 'telemetry', 'database', 'redis', 'core', 'testing'];
const ALL = LIBRARIES.filter((name) => name !== 'testing');

const mayImport = {
  'libs/protocol': [],
  'libs/config': [],
  'libs/telemetry': ['config'],
  'libs/database': ['config', 'telemetry'],
  'libs/redis': ['protocol', 'config', 'telemetry'],
  'libs/core': ['protocol', 'telemetry', 'database', 'redis'],
  'libs/testing': LIBRARIES,
  'apps/api': ALL,
  'apps/worker': ALL,
  'apps/cli': ALL,
  'apps/operator': ['protocol', 'config', 'telemetry', 'database', 'core'],
  'apps/web': ['protocol'],
};

/** Packages with one home; `only` are the paths that may import them. */
const chokePoints = [
  { packages: ['@prisma/client', '@prisma/adapter-pg', 'pg'], only: ['^libs/database/', '\\.store\\.ts$', '^libs/testing/'] },
  { packages: ['bullmq', 'redis', '@nestjs/bullmq'], only: ['^libs/redis/', '\\.processor\\.ts$', '^apps/worker/src/.*\\.module\\.ts$'] },
  { packages: ['@kubernetes/client-node'], only: ['^apps/operator/src/kube/'] },
  { packages: ['undici'], only: ['^libs/core/src/peers/outbound/', '^apps/operator/src/kube/', '^libs/testing/', '^apps/cli/'] },
  { packages: ['libsodium-wrappers'], only: ['^libs/core/src/keys/', '^apps/cli/', '^apps/operator/'] },
];

const TESTS = '\\.test\\.tsx?$';
const packagePath = (names) => `(^|/)node_modules/(${names.map((name) => name.replaceAll('/', '\\/')).join('|')})/`;
const libraryPath = (names) => `^(libs/(${names.join('|')})/|@scaiwave/(${names.join('|')})$)`;

const importTable = Object.entries(mayImport).map(([from, allowed]) => ({
  name: `imports-of-${from.replace('/', '-')}`,
  comment: `${from} may import ${allowed.length > 0 ? allowed.join(', ') : 'no library'}.`,
  severity: 'error',
  from: { path: `^${from}/src/`, pathNot: TESTS },
  to: { path: libraryPath(LIBRARIES.filter((name) => !allowed.includes(name) && from !== `libs/${name}`)) },
}));

const packageHomes = chokePoints.map(({ packages, only }) => ({
  name: `home-of-${packages.at(-1).replaceAll(/\W/g, '-')}`,
  comment: `${packages.join(', ')}: only in ${only.join(', ')}.`,
  severity: 'error',
  from: { path: '^(libs|apps)/[^/]+/src/', pathNot: [...only, TESTS] },
  to: { path: packagePath(packages) },
}));

export default {
  forbidden: [
    ...importTable,
    ...packageHomes,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'no-app-imports-an-app', severity: 'error', from: { path: '^apps/([^/]+)/' }, to: { path: '^apps/', pathNot: '^apps/$1/' } },
    { name: 'no-library-imports-an-app', severity: 'error', from: { path: '^libs/' }, to: { path: '^apps/' } },
    { name: 'library-through-its-index', comment: 'A library is entered only through its src/index.ts.', severity: 'error', from: { path: '^(libs|apps)/([^/]+)/', pathNot: TESTS }, to: { path: '^libs/[^/]+/(src|dist)/', pathNot: ['^$1/$2/', '^libs/[^/]+/(src|dist)/index\\.(d\\.)?[jt]s$', '^libs/protocol/dist/node\\.(d\\.)?[jt]s$', '^libs/core/dist/resources\\.(d\\.)?[jt]s$'] } },
    { name: 'resources-need-no-redis', comment: 'The operator enters the core here, and loads no queues.', severity: 'error', from: { path: '^libs/core/src/resources\\.ts$' }, to: { path: '^libs/redis/', reachable: true } },
    { name: 'tests-import-what-is-there', comment: 'Only tests import tests and libs/testing.', severity: 'error', from: { pathNot: [TESTS, '^libs/testing/', '^test/'] }, to: { path: [TESTS, '^test/'] } },
    { name: 'resolvable', comment: 'Every import exists and is a dependency.', severity: 'error', from: { path: '^(libs|apps)/[^/]+/src/', pathNot: TESTS }, to: { couldNotResolve: true, pathNot: '\\.(css|svg)$' } },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: ['node_modules', '/dist/'] },
    exclude: { path: ['/dist/(?!index|node)', '/generated/', '\\.css$'] },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'], extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'] },
  },
};

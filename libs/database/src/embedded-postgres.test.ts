import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { explainPostgresFailure } from './embedded-failure.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './index.js';

let dataDir: string;
let running: EmbeddedPostgres | undefined;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'embedded-'));
  chmodSync(dataDir, 0o755);
});
afterEach(async () => {
  await running?.kill9();
  running = undefined;
  rmSync(dataDir, { recursive: true, force: true });
});

const start = async () => (running = await startEmbeddedPostgres({ dataDir, durable: false, maxConnections: 20 }));

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test('data survives a stop, a crash and a start on another port', async () => {
  let server = await start();
  await query(server.url, 'CREATE TABLE t AS SELECT 1 AS n; CHECKPOINT');
  await server.stop();
  server = await start();
  expect(await query(server.url, 'SELECT n FROM t')).toEqual([{ n: 1 }]);
  await server.kill9();
  server = await start();
  expect(await query(server.url, 'SELECT n FROM t')).toEqual([{ n: 1 }]);
}, 60_000);

test('the password is needed, and nobody else may read it', async () => {
  const { url, port } = await start();
  expect(statSync(join(dataDir, 'superuser-password')).mode & 0o777).toBe(0o600);
  await expect(query(`postgresql://postgres:wrong@127.0.0.1:${port}/postgres`, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
  await expect(query(url, 'SELECT 1 AS n')).resolves.toEqual([{ n: 1 }]);
}, 60_000);

test('a server that a killed parent left behind is stopped, and its data is taken over', async () => {
  const hooks = new URL('../../../tools/typescript-hooks.mjs', import.meta.url).href;
  const script = `await import(${JSON.stringify(hooks)});
    const { startEmbeddedPostgres } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
    const { pid, url } = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, durable: false });
    console.log(JSON.stringify({ pid, url }));`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const left = JSON.parse(line.toString()) as { pid: number; url: string };
  await query(left.url, 'CREATE TABLE t AS SELECT 7 AS n; CHECKPOINT');
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(`already in use by process ${parent.pid}`);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  const server = await start();
  expect(server.pid).not.toBe(left.pid);
  expect(await query(server.url, 'SELECT n FROM t')).toEqual([{ n: 7 }]);
}, 60_000);

test('a port in use is said in one sentence', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  await expect(startEmbeddedPostgres({ dataDir, durable: false, port })).rejects.toThrow(`Port ${port} for the embedded Postgres is in use: stop what listens there, or choose another port.`);
  taken.close();
}, 60_000);

test.each([
  ['FATAL:  could not write file "pg_wal/xlogtemp.42": No space left on device', /^The disk with \/data is full: make room/],
  ['initdb: error: could not access directory "/data/cluster.new": Permission denied', /^The embedded Postgres may not write to \/data/],
  ['FATAL:  database files are incompatible with server', /made by another Postgres version/],
  ['LOG: x\nFATAL:  something new\n', /did not start: FATAL: {2}something new$/],
])('%s becomes a sentence that says what to do', (log, sentence) => {
  expect(explainPostgresFailure(log, { dataDir: '/data' })).toMatch(sentence);
});

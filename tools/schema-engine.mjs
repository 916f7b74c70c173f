#!/usr/bin/env node
// Offline stand-in for Prisma's Rust `schema-engine` binary: same JSON-RPC on stdin/stdout,
// backed by the wasm build of the same engine + the pg driver adapter. No download.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import * as bg from '@prisma/schema-engine-wasm/schema_engine_bg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { parse } from 'pg-connection-string';

globalThis.PRISMA_WASM_PANIC_REGISTRY ??= { message: '', set_message(m) { this.message = m; } };
const require = createRequire(import.meta.url);
const dir = require.resolve('@prisma/schema-engine-wasm').replace(/[^/]+$/, '');
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(dir + 'schema_engine_bg.wasm')), { './schema_engine_bg.js': bg });
bg.__wbg_set_wasm(exports);
exports.__wbindgen_start();

const argv = process.argv.slice(2), datamodels = [];
let url, cli;
for (let i = 0; i < argv.length; i++) {
  if (argv[i] === '--datamodels') datamodels.push([argv[++i], readFileSync(argv[i], 'utf8')]);
  else if (argv[i] === '--datasource') url = JSON.parse(argv[++i]).url;
  else if (argv[i] === 'cli') cli = argv[++i];
  else if (argv[i] === '--version') { console.log('schema-engine-wasm ' + bg.version()); process.exit(0); }
}
const logErr = (message, error_code) => process.stderr.write('\n' + JSON.stringify({ timestamp: new Date().toISOString(), level: 'ERROR', fields: { message, error_code }, target: 'schema_engine::logger' }));

async function admin(sql, name = parse(url).database) {
  const { schema: _schema, ...config } = parse(url);
  const c = new pg.Client({ ...config, database: 'postgres' }); await c.connect();
  try { await c.query(`${sql} "${name.replaceAll('"', '""')}"`); } finally { await c.end(); }
}
if (cli) {
  try {
    if (cli === 'create-database') await admin('CREATE DATABASE');
    else if (cli === 'drop-database') await admin('DROP DATABASE IF EXISTS');
    else { const { schema: _schema, ...config } = parse(url); const c = new pg.Client(config); await c.connect(); await c.end(); }
    process.exit(0);
  } catch (e) { logErr(e.message || e.code, e.code === '3D000' ? 'P1003' : 'P1001'); process.exit(1); }
}

// adapter-pg rejects the catalogue's one-byte "char" (oid 18): present it as text.
const Result = createRequire(require.resolve('pg'))('./result.js');
const addFields = Result.prototype.addFields;
Result.prototype.addFields = function (fields) {
  for (const f of fields) if (f.dataTypeID === 18) f.dataTypeID = 25;
  return addFields.call(this, fields);
};
async function getEngine() {
  const { schema, ...config } = url ? parse(url) : {}; // separate fields, so that the shadow database can replace `database`
  const pgFactory = new PrismaPg(config, { schema });
  pgFactory.connectToShadowDb = async () => { // adapter-pg 7.10.1 drops the database before it closes its pool
    const database = 'prisma_migrate_shadow_db_' + crypto.randomUUID();
    await admin('CREATE DATABASE', database);
    const conn = await new PrismaPg({ ...config, database }, { schema }).connect();
    const dispose = conn.dispose.bind(conn);
    conn.dispose = async () => { await dispose(); await admin('DROP DATABASE IF EXISTS', database); };
    return conn;
  };
  const factory = bindMigrationAwareSqlAdapterFactory(pgFactory);
  return (bg.SchemaEngine.new({ datamodels: datamodels.length ? datamodels : undefined }, () => {}, factory));
}
const send = (o) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...o }) + '\n');
const rename = { getDatabaseVersion: 'version' };
for await (const line of createInterface({ input: process.stdin })) {
  let m; try { m = JSON.parse(line); } catch { continue; }
  if (!m.method) continue;
  let e; // a fresh engine per call: applyMigrations drops the cache below
  try {
    e = await getEngine();
    // the wasm engine reads the migration history through its shadow database only in devDiagnostic, and caches it: prime that cache
    if (m.method === 'evaluateDataLoss' || m.method === 'createMigration') await e.devDiagnostic({ migrationsList: m.params.migrationsList, filters: m.params.filters });
    let result = await e[rename[m.method] ?? m.method](m.params);
    if (m.method === 'diff' && result.stdout != null) { send({ method: 'print', id: 0, params: { content: result.stdout } }); }
    send({ id: m.id, result: result ?? {} });
  } catch (err) {
    let data; try { data = JSON.parse(err.message); } catch {}
    data ??= { message: err.message ?? String(err), is_panic: false };
    if (process.env.SE_DEBUG) process.stderr.write(String(err.stack) + '\n');
    send({ id: m.id, error: { code: 4466, message: 'An error happened. Check the data field for details.', data: { is_panic: false, message: data.message ?? err.message, error_code: err.code ?? data.error_code, meta: data.meta } } });
  } finally { try { e?.free(); } catch {} }
}
process.exit(0);

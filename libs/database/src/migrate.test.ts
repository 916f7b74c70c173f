import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@scaiwave/testing/database';
import { isSchemaCurrent, migrate } from './index.js';

let database: TestDatabase;
let dir: string;

function writeMigration(name: string, sql: string): void {
  mkdirSync(join(dir, name), { recursive: true });
  writeFileSync(join(dir, name, 'migration.sql'), sql);
}

beforeEach(async () => {
  database = await createTestDatabase();
  await database.rows('TRUNCATE _prisma_migrations');
  dir = mkdtempSync(join(tmpdir(), 'migrations-'));
  writeMigration('1_first', 'CREATE TABLE first_things (id int)');
});
afterEach(async () => {
  await database.drop();
  rmSync(dir, { recursive: true });
});

const run = () => migrate({ ownerUrl: database.ownerUrl, dir });
const ledger = () => database.rows('SELECT migration_name, applied_steps_count FROM _prisma_migrations WHERE finished_at IS NOT NULL ORDER BY 1');

test('a second run applies nothing', async () => {
  expect(await run()).toEqual(['1_first']);
  expect(await run()).toEqual([]);
  expect(await ledger()).toEqual([{ migration_name: '1_first', applied_steps_count: 1 }]);
});

test('two processes at once apply each migration once', async () => {
  expect((await Promise.all([run(), run(), run()])).flat()).toEqual(['1_first']);
});

test('a migration that fails leaves nothing behind and can be corrected', async () => {
  await run();
  writeMigration('2_second', 'CREATE TABLE second_things (id int); SELECT 1/0');
  await expect(run()).rejects.toThrow(/2_second failed and changed nothing: division by zero/);
  expect(await database.rows(`SELECT to_regclass('second_things') AS t`)).toEqual([{ t: null }]);
  writeMigration('2_second', 'CREATE TABLE second_things (id int)');
  expect(await run()).toEqual(['2_second']);
});

test('a migration that was edited after it ran is refused', async () => {
  await run();
  writeMigration('1_first', 'CREATE TABLE first_things (id bigint)');
  await expect(run()).rejects.toThrow('Migration 1_first was edited after it was applied to this database.');
});

test('the app can tell whether the schema is at its version', async () => {
  expect(await isSchemaCurrent(database.appUrl, dir)).toBe(false);
  await run();
  expect(await isSchemaCurrent(database.appUrl, dir)).toBe(true);
  writeMigration('2_second', 'SELECT 1');
  expect(await isSchemaCurrent(database.appUrl, dir)).toBe(false);
  await database.drop();
  expect(await isSchemaCurrent(database.appUrl, dir)).toBe(false);
});

test('a login role that could bypass row-level security is refused', async () => {
  const name = `powerful_${database.name}`;
  await database.rows(`CREATE ROLE ${name} LOGIN BYPASSRLS`);
  await expect(migrate({ ownerUrl: database.ownerUrl, dir, roles: { app: { name, password: 'x' } } })).rejects.toThrow(/can bypass row-level security/);
  await database.rows(`DROP ROLE ${name}`);
});

test('no role of the schema owns a table, is superuser or bypasses row-level security', async () => {
  const roles = await database.rows(`SELECT rolname FROM pg_roles WHERE (rolsuper OR rolbypassrls OR rolcreaterole) AND rolname LIKE 'scaiwave%'`);
  const owned = await database.rows(`SELECT relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname LIKE 'scaiwave%'`);
  expect([roles, owned]).toEqual([[], []]);
});

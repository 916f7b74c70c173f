import { createTestDatabase, type TestDatabase } from '@scaiwave/testing/database';
import type { Database } from '@scaiwave/database';

// For every table of the schema, whatever will be added: one tenant's transaction neither sees, changes, removes nor makes
// a row of another tenant; without a tenant there are no rows at all.
const alpha = '01900000-0000-7000-8000-00000000000a';
const beta = '01900000-0000-7000-8000-00000000000b';

interface Column {
  column_name: string;
  udt_name: string;
}
interface Table {
  name: string;
  tenantColumn: string;
  columns: Column[];
}

/** What is of no tenant: only the fleet role has a right to it. */
const OF_ALL_TENANTS = ['workers', 'tenant_reports', 'provider_sessions', 'provider_login_attempts'];

const sample: Record<string, string> = { uuid: `'01900000-0000-7000-8000-0000000000ff'`, text: `'x'`, int4: '1', int8: '1', bool: 'true', jsonb: `'{}'`, bytea: `'x'`, timestamptz: `'2026-01-01'`, _text: `'{}'`, xid8: `'1'` };

let scratch: TestDatabase;
let database: Database;
let tables: Table[];

beforeAll(async () => {
  scratch = await createTestDatabase();
  database = scratch.open();
  const columns = await scratch.rows<Column & { table_name: string }>(
    `SELECT table_name, column_name, udt_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_prisma_migrations' ORDER BY table_name, ordinal_position`,
  );
  tables = [...new Set(columns.map(({ table_name }) => table_name))].map((name) => ({
    name,
    tenantColumn: name === 'tenants' ? 'id' : 'tenant_id',
    columns: columns.filter(({ table_name }) => table_name === name),
  })).filter(({ name }) => !OF_ALL_TENANTS.includes(name));
  for (const table of tables) for (const tenantId of [alpha, beta]) await scratch.rows(`SET session_replication_role = replica; ${insertInto(table, tenantId)}`);
});
afterAll(async () => {
  await database.close();
  await scratch.drop();
});

function insertInto({ name, tenantColumn, columns }: Table, tenantId: string): string {
  const values = columns.map(({ column_name, udt_name }) => {
    if (column_name === tenantColumn) return `'${tenantId}'`;
    if (column_name === 'server_name') return `'${tenantId.slice(-1)}.test'`; // unique over all tenants
    const value = sample[udt_name];
    if (value === undefined) throw new Error(`No sample value for ${udt_name} (${name}.${column_name}): add one above.`);
    return value;
  });
  return `INSERT INTO "${name}" (${columns.map(({ column_name }) => `"${column_name}"`).join(', ')}) VALUES (${values.join(', ')})`;
}

/** What each attempt of alpha's transaction comes to; refusal by grant or by policy counts alike. */
const attempt = (sql: string): Promise<number | 'refused'> =>
  database
    .forTenant(alpha, (tx) => tx.execute(sql))
    .catch((error: { code?: string }) => {
      if (error.code === '42501') return 'refused' as const;
      throw error;
    });

test('there are tables to look at, and each has a row of either tenant', async () => {
  expect(tables.length).toBeGreaterThan(20);
  for (const { name } of tables) expect([name, await scratch.rows(`SELECT count(*)::int AS n FROM "${name}"`)]).toEqual([name, [{ n: 2 }]]);
});

test.each(OF_ALL_TENANTS)('a tenant’s transaction has no right to %s, which is of no tenant', async (name) => {
  expect(await attempt(`SELECT 1 FROM "${name}"`)).toBe('refused');
  expect(await attempt(`DELETE FROM "${name}"`)).toBe('refused');
});

test('each table has row-level security, also for its owner', async () => {
  const open = await scratch.rows(`SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> '_prisma_migrations' AND NOT (relrowsecurity AND relforcerowsecurity)`);
  expect(open).toEqual([]);
});

test('each tenant table starts its primary key and its foreign keys with the tenant', async () => {
  const others = await scratch.rows<{ name: string }>(
    `SELECT conrelid::regclass || ' ' || conname AS name FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
     WHERE contype IN ('p', 'f') AND connamespace = 'public'::regnamespace AND a.attname <> 'tenant_id'`,
  );
  expect(others.map(({ name }) => name).sort()).toEqual(['_prisma_migrations _prisma_migrations_pkey', ...['tenants', ...OF_ALL_TENANTS].toSorted().map((name) => `${name} ${name}_pkey`)].toSorted());
});

test('of every table a tenant sees its own rows only', async () => {
  for (const { name, tenantColumn } of tables) {
    const seen = await database.readTenant(alpha, (db) => db.query(`SELECT "${tenantColumn}" AS tenant FROM "${name}"`));
    expect([name, seen]).toEqual([name, [{ tenant: alpha }]]);
  }
});

test('in no table a tenant changes or removes a row of another one', async () => {
  for (const { name, tenantColumn } of tables) {
    expect([name, [0, 'refused']]).toEqual([name, expect.arrayContaining([await attempt(`UPDATE "${name}" SET "${tenantColumn}" = '${alpha}' WHERE "${tenantColumn}" = '${beta}'`)])]);
    expect([name, [0, 'refused']]).toEqual([name, expect.arrayContaining([await attempt(`DELETE FROM "${name}" WHERE "${tenantColumn}" = '${beta}'`)])]);
  }
});

test('into no table a tenant writes a row of another one, nor gives one away', async () => {
  for (const table of tables) {
    expect([table.name, await attempt(insertInto(table, beta))]).toEqual([table.name, 'refused']);
    expect([table.name, await attempt(`UPDATE "${table.name}" SET "${table.tenantColumn}" = '${beta}' WHERE "${table.tenantColumn}" = '${alpha}'`)]).toEqual([table.name, 'refused']);
  }
});

test('without a tenant there are no rows', async () => {
  const pg = await import('pg');
  const client = new pg.default.Client({ connectionString: scratch.appUrl });
  await client.connect();
  for (const { name } of tables) expect([name, (await client.query(`SELECT 1 FROM "${name}"`)).rowCount]).toEqual([name, 0]);
  await client.end();
});

test('the app may not become another role, nor switch the security off', async () => {
  await expect(database.forTenant(alpha, (tx) => tx.query('SET ROLE scaiwave_fleet'))).rejects.toThrow(/permission denied/);
  await expect(database.forTenant(alpha, (tx) => tx.query('ALTER TABLE rooms DISABLE ROW LEVEL SECURITY'))).rejects.toThrow(/must be owner/);
  await expect(database.forTenant(alpha, (tx) => tx.query('SET session_replication_role = replica'))).rejects.toThrow(/permission denied/);
  await expect(database.forTenant(alpha, async (tx) => {
    await tx.query('SET LOCAL row_security = off');
    await tx.query('SELECT 1 FROM rooms');
  })).rejects.toThrow(/row-level security|row level security/);
});

test('the app’s role is no superuser and does not bypass the security; what admins did is only ever added to', async () => {
  const roles = await scratch.rows(`SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE pg_has_role('scaiwave_test_app', oid, 'MEMBER')`);
  expect(roles.length).toBeGreaterThan(0);
  for (const { rolname, ...rights } of roles) expect([rolname, Object.values(rights)]).toEqual([rolname, [false, false, false, false]]);
  expect(await attempt(`UPDATE audit_log SET actor = 'somebody else' WHERE tenant_id = '${alpha}'`)).toBe('refused');
  expect(await attempt(`DELETE FROM audit_log WHERE tenant_id = '${alpha}'`)).toBe('refused');
  expect(await attempt('TRUNCATE audit_log')).toBe('refused');
});

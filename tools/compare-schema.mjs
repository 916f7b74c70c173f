// Do the migrations make what prisma/schema.prisma says? Both are made in a throw-away Postgres, and their catalogues compared.
// (`prisma migrate diff` against a live database panics in the wasm engine, and its exit code then says nothing.)
import { spawnSync } from 'node:child_process';
import { withPostgres } from './start-postgres.mjs';

/** What Prisma's schema language can say: columns, keys, and indexes that are neither partial nor on expressions. */
const CATALOGUE = {
  column: `SELECT format('%s.%s %s(%s) %s default %s', table_name, column_name, udt_name, datetime_precision, is_nullable, column_default) AS line
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'`,
  constraint: `SELECT format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS line
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f') AND conrelid <> COALESCE(to_regclass('_prisma_migrations')::oid, 0)`,
  index: `SELECT pg_get_indexdef(indexrelid) AS line FROM pg_index JOIN pg_class c ON c.oid = indrelid
    WHERE c.relnamespace = 'public'::regnamespace AND indpred IS NULL AND indexprs IS NULL AND c.relname <> '_prisma_migrations'`,
};

/** One sentence for each difference. */
export async function compareSchema(root) {
  return withPostgres(async (url) => {
    const env = { ...process.env, DATABASE_URL: url };
    const ddl = spawnSync('prisma', ['migrate', 'diff', '--from-empty', '--to-schema', 'prisma/schema.prisma', '--script'], { cwd: root, encoding: 'utf8', env });
    if (!/CREATE TABLE/.test(ddl.stdout)) return [`prisma/schema.prisma could not be read: ${ddl.stderr}`];
    const { migrate } = await import('../libs/database/src/index.ts');
    const { default: pg } = await import('pg');
    const ofSchema = await catalogueOf(pg, await createDatabase(pg, url, 'of_schema'), (client) => client.query(sequencesOf(ddl.stdout) + ddl.stdout));
    const migrated = await createDatabase(pg, url, 'of_migrations');
    await migrate({ ownerUrl: migrated });
    return differences(ofSchema, await catalogueOf(pg, migrated));
  });
}

// Prisma names a sequence in a default, but cannot declare it.
function sequencesOf(ddl) {
  return [...new Set([...ddl.matchAll(/nextval\('(\w+)'/g)].map(([, name]) => `CREATE SEQUENCE "${name}";\n`))].join('');
}

async function createDatabase(pg, serverUrl, name) {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href;
}

async function catalogueOf(pg, url, prepare = async () => undefined) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await prepare(client);
  const lines = new Set();
  for (const [kind, sql] of Object.entries(CATALOGUE)) for (const { line } of (await client.query(sql)).rows) lines.add(`${kind} ${line}`);
  await client.end();
  return lines;
}

function differences(ofSchema, ofMigrations) {
  return [
    ...[...ofSchema].filter((line) => !ofMigrations.has(line)).map((line) => `prisma/schema.prisma has ${line}; the migrations have not: add a migration.`),
    // An index more may be one that Prisma cannot declare (on xid8, say).
    ...[...ofMigrations].filter((line) => !ofSchema.has(line) && !line.startsWith('index CREATE INDEX')).map((line) => `The migrations make ${line}; prisma/schema.prisma does not say so.`),
  ];
}

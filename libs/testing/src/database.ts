import { randomBytes } from 'node:crypto';
import { readEnv } from '@scaiwave/config';
import { Database, migrate } from '@scaiwave/database';
import { Metrics, silentLogger } from '@scaiwave/telemetry';
import pg from 'pg';

/** A database of its own for one test file, at the newest schema. */
export interface TestDatabase {
  name: string;
  /** The app role, bound by row-level security. */
  appUrl: string;
  /** The fleet role, for work across tenants. */
  fleetUrl: string;
  /** The superuser: past all row-level security. For looking at rows, and for what the app may not do. */
  ownerUrl: string;
  /** Connects as the app does. Close what you open before `drop`. */
  open(): Database;
  /** The rows of one statement, as superuser. */
  rows<Row extends pg.QueryResultRow>(sql: string, params?: unknown[]): Promise<Row[]>;
  /** Takes the schema away: as `CREATE DATABASE` makes it, for tests of the migration. */
  empty(): Promise<void>;
  drop(): Promise<void>;
}

const TEMPLATE = 'scaiwave_template';

/** Migrates the database that all test databases of this server are copies of. */
export async function makeTemplate(serverUrl: string): Promise<void> {
  await asSuperuser(serverUrl, (client) => client.query(`CREATE DATABASE ${TEMPLATE}`));
  const login = (name: string) => ({ name, password: name });
  await migrate({ ownerUrl: databaseUrl(serverUrl, TEMPLATE), roles: { app: login('scaiwave_test_app'), fleet: login('scaiwave_test_fleet') } });
}

/** Copies the migrated template: about 50 ms. @param ownServerUrl instead of the Postgres of the whole run */
export async function createTestDatabase(ownServerUrl?: string): Promise<TestDatabase> {
  const { TEST_POSTGRES_URL: sharedServerUrl, TEST_TEMPLATE_PROBLEM: problem } = readEnv();
  const serverUrl = ownServerUrl ?? sharedServerUrl;
  if (serverUrl === undefined) throw new Error('There is no test Postgres: run this with `npm test`.');
  if (problem) throw new Error(`The template database could not be made: ${problem}`);
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asSuperuser(serverUrl, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`));
  const ownerUrl = databaseUrl(serverUrl, name);
  const appUrl = databaseUrl(serverUrl, name, 'scaiwave_test_app');
  const fleetUrl = databaseUrl(serverUrl, name, 'scaiwave_test_fleet');
  return {
    name, appUrl, fleetUrl, ownerUrl,
    open: () => new Database({ url: appUrl, fleetUrl, poolSize: 10, logger: silentLogger(), metrics: new Metrics() }),
    rows: <Row extends pg.QueryResultRow>(sql: string, params: unknown[] = []) =>
      asSuperuser(ownerUrl, async (client) => (await client.query<Row>(sql, params)).rows),
    empty: () => asSuperuser(ownerUrl, async (client) => {
      await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION pg_database_owner; GRANT USAGE ON SCHEMA public TO PUBLIC');
    }),
    drop: async () => {
      await asSuperuser(serverUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}

async function asSuperuser<Result>(url: string, fn: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await fn(client);
  } finally {
    await client.end();
  }
}

function databaseUrl(serverUrl: string, name: string, role?: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  if (role !== undefined) {
    url.username = role;
    url.password = role;
  }
  return url.href;
}

import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { listMigrationFiles, type MigrationFile } from './migration-files.js';
import { APP_ROLE, ensureRoles, FLEET_ROLE, type LoginRole } from './roles.js';

export interface MigrateOptions {
  /** The owner of the schema: may create tables and roles. */
  ownerUrl: string;
  /** Folder of migrations; the repository's own by default. */
  dir?: string;
  /** Login roles to make (or give a new password) beside the group roles. */
  roles?: { app?: LoginRole; fleet?: LoginRole };
}

const PRISMA_LOCK = 72_707_369; // Prisma's own tools take the same advisory lock
const LEDGER = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`;

interface LedgerRow {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
}

/**
 * Brings a database to the newest schema: roles, then every migration that is not yet in Prisma's ledger.
 * A migration and its row in the ledger commit together. Safe to call from several processes, and again.
 * @returns the names applied now
 * @throws when an applied migration was edited, or an earlier one failed
 */
export async function migrate({ ownerUrl, dir, roles = {} }: MigrateOptions): Promise<string[]> {
  const files = listMigrationFiles(dir);
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [PRISMA_LOCK]);
    await ensureRoles(client, roles);
    await client.query(LEDGER);
    await client.query(`GRANT SELECT ON _prisma_migrations TO ${APP_ROLE}, ${FLEET_ROLE}`);
    const pending = choosePending(files, await readLedger(client));
    for (const file of pending) await apply(client, file);
    return pending.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

/** Whether the database has every migration of `dir`: api and worker stay unready until it has. A newer schema is fine. */
export async function isSchemaCurrent(url: string, dir?: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    const done = new Set((await readLedger(client)).filter((row) => row.finished_at !== null).map((row) => row.migration_name));
    return listMigrationFiles(dir).every(({ name }) => done.has(name));
  } catch (error) {
    if (isNotThereYet(error)) return false;
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function choosePending(files: MigrationFile[], ledger: LedgerRow[]): MigrationFile[] {
  const applied = new Map(ledger.map((row) => [row.migration_name, row]));
  const failed = ledger.find((row) => row.finished_at === null);
  if (failed) throw new Error(`Migration ${failed.migration_name} failed earlier; resolve it first.`);
  return files.filter(({ name, checksum }) => {
    const row = applied.get(name);
    if (row !== undefined && row.checksum !== checksum) throw new Error(`Migration ${name} was edited after it was applied to this database.`);
    return row === undefined;
  });
}

async function readLedger(client: pg.Client): Promise<LedgerRow[]> {
  const { rows } = await client.query<LedgerRow>('SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL');
  return rows;
}

async function apply(client: pg.Client, { name, sql, checksum }: MigrationFile): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await client.query('INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ($1, $2, $3, now(), 1)', [randomUUID(), checksum, name]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw new Error(`Migration ${name} failed and changed nothing: ${(error as Error).message}`, { cause: error });
  }
}

const NOT_THERE_YET = new Set(['42P01', '42501', '3D000', '28P01', '28000', '57P03', 'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

// No ledger, no grant on it, no database, no role yet, Postgres still starting: all of it passes.
function isNotThereYet(error: unknown): boolean {
  return NOT_THERE_YET.has((error as { code?: string }).code ?? '');
}

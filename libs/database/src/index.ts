/**
 * Postgres: tenant-scoped transactions, the migration runner, and an embedded server where none is given.
 * Not for: SQL of a feature (that stands in `*.store.ts`), anything that is not Postgres.
 * Read first: database.ts.
 */
export { Database, type DatabaseOptions } from './database.js';
export { Db, FleetTx, Tx, type AfterCommit } from './transaction.js';
export { migrate, isSchemaCurrent, type MigrateOptions } from './migrate.js';
export { listMigrationFiles, migrationsFolder, type MigrationFile } from './migration-files.js';
export { APP_ROLE, FLEET_ROLE, type LoginRole } from './roles.js';
export { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.js';
export { removeEmbeddedPostgres } from './cluster-folder.js';

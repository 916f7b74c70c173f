import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger, Metrics } from '@scaiwave/telemetry';
import pg from 'pg';
import { types } from './postgres-types.js';
import { writeTogether } from './write-together.js';
import { Db, FleetTx, Tx, type AfterCommit } from './transaction.js';

export interface DatabaseOptions {
  /** The app role, bound by row-level security. */
  url: string;
  /** The fleet role, for work across tenants. */
  fleetUrl: string;
  /** Connections of the app role; default 10. The fleet role has a quarter of it, at least two. */
  poolSize?: number;
  logger: Logger;
  metrics: Metrics;
}

interface Transaction<Result> {
  pool: pg.Pool;
  begin: string;
  /** nothing is written: the answer need not wait for the end */
  isReadOnly?: boolean;
  run: (client: pg.PoolClient) => Promise<Result>;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ATTEMPTS = 5;
const RETRY_WITHIN_MS = 20;
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';
const STALE_PLAN = '0A000'; // "cached plan must not change result type": a migration ran under this connection

/**
 * Postgres, one transaction at a time.
 *
 *   forTenant     app role    BEGIN + app.tenant_id → fn(tx) → COMMIT → afterCommit callbacks
 *   readTenant    app role    the same, read only, one snapshot; nobody waits for its COMMIT
 *   acrossTenants fleet role  says why
 *
 * Connections are pipelined: BEGIN costs no round trip of its own, and statements that are asked for together take one.
 * `fn` runs again after a deadlock or a serialization failure: whatever it does besides SQL belongs in `tx.afterCommit`.
 */
export class Database {
  readonly #app: pg.Pool;
  readonly #fleet: pg.Pool;
  readonly #logger: Logger;
  readonly #metrics: Metrics;
  #isClosing = false;

  constructor({ url, fleetUrl, poolSize = 10, logger, metrics }: DatabaseOptions) {
    this.#logger = logger;
    this.#metrics = metrics;
    this.#app = this.#pool(url, poolSize);
    this.#fleet = this.#pool(fleetUrl, Math.max(2, Math.ceil(poolSize / 4)));
  }

  /** Runs `fn` in a transaction that sees and writes only rows of this tenant. */
  async forTenant<Result>(tenantId: string, fn: (tx: Tx) => Promise<Result>): Promise<Result> {
    let callbacks: readonly AfterCommit[] = [];
    const result = await this.#transaction({
      pool: this.#app,
      begin: beginFor(tenantId, 'BEGIN'),
      run: async (client) => {
        const tx = new Tx(client, tenantId);
        const value = await within(tx, fn);
        callbacks = tx.callbacks;
        return value;
      },
    });
    // All are started in their order before any is awaited: a slow one does not hold the next.
    await Promise.all(callbacks.map((callback) => this.#runAfterCommit(callback, tenantId)));
    return result;
  }

  /** Runs `fn` in a read-only transaction of this tenant; all its queries see one snapshot. */
  async readTenant<Result>(tenantId: string, fn: (db: Db) => Promise<Result>): Promise<Result> {
    return this.#transaction({
      pool: this.#app,
      begin: beginFor(tenantId, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'),
      isReadOnly: true,
      run: (client) => within(new Db(client, tenantId), fn),
    });
  }

  /** Runs `fn` as the fleet role, which sees all tenants. `reason` says why that is needed. */
  async acrossTenants<Result>(reason: string, fn: (db: FleetTx) => Promise<Result>): Promise<Result> {
    return this.#transaction({ pool: this.#fleet, begin: 'BEGIN', run: (client) => within(new FleetTx(client, reason), fn) });
  }

  /** Whether Postgres answers; readiness asks. */
  async isReachable(): Promise<boolean> {
    return this.#app.query('SELECT 1').then(
      () => true,
      () => false,
    );
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await Promise.all([this.#app.end(), this.#fleet.end()]);
  }

  #pool(connectionString: string, max: number): pg.Pool {
    const pool = new pg.Pool({ connectionString, max, types, pipeline: true, connectionTimeoutMillis: 10_000, idleTimeoutMillis: 60_000, statement_timeout: 60_000, idle_in_transaction_session_timeout: 60_000 });
    pool.on('connect', (client) => {
      writeTogether(client);
      // Lost between two statements of a transaction, it would end the process; the next statement says so.
      client.on('error', () => undefined);
    });
    // An idle connection that dies is replaced; without a listener it would end the process.
    pool.on('error', (err) => this.#isClosing || this.#logger.warn({ err }, 'An idle database connection was lost.'));
    return pool;
  }

  async #transaction<Result>(transaction: Transaction<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await runOnce(transaction);
      } catch (error) {
        if (!isWorthRetrying(error) || attempt === ATTEMPTS) throw error;
        this.#metrics.transactionRetries.inc({ sqlstate: error.code });
        await delay(attempt * RETRY_WITHIN_MS * jitter());
      }
    }
  }

  async #runAfterCommit(callback: AfterCommit, tenantId: string): Promise<void> {
    try {
      await callback();
    } catch (err) {
      this.#metrics.afterCommitErrors.inc();
      this.#logger.error({ err, tenantId }, 'A callback after a commit threw; the sweep makes up for it.');
    }
  }
}

// Text instead of a parameter: one simple query holds both statements, so that the tenant costs no round trip.
function beginFor(tenantId: string, begin: string): string {
  if (!UUID.test(tenantId)) throw new TypeError(`Not a tenant id: ${tenantId}`);
  return `${begin}; SELECT set_config('app.tenant_id', '${tenantId}', true)`;
}

async function runOnce<Result>({ pool, begin, isReadOnly, run }: Transaction<Result>): Promise<Result> {
  const client = await pool.connect();
  let isUsable = false;
  try {
    const begun = client.query(begin);
    begun.catch(() => undefined); // its statements fail too then, and say so
    const result = await run(client);
    if (isReadOnly) {
      isUsable = true;
      endRead(client);
      return result;
    }
    // COMMIT of a transaction in which a statement failed answers ROLLBACK and no error.
    const { command } = await client.query('COMMIT');
    isUsable = true;
    if (command === 'ROLLBACK') throw new Error('The transaction was rolled back: an error of one of its statements was swallowed.');
    client.release();
    return result;
  } catch (error) {
    if (!isUsable) isUsable = await rollBack(client, error);
    client.release(!isUsable);
    throw error;
  }
}

/** Nothing asks the connection any more once its transaction is over: by then it may be somebody else's. */
async function within<Open extends { end(): void }, Result>(open: Open, fn: (open: Open) => Promise<Result>): Promise<Result> {
  try {
    return await fn(open);
  } finally {
    open.end();
  }
}

function endRead(client: pg.PoolClient): void {
  client.query('COMMIT').then(
    () => client.release(),
    () => client.release(true),
  );
}

async function rollBack(client: pg.PoolClient, cause: unknown): Promise<boolean> {
  if (sqlstate(cause) === STALE_PLAN) return false; // a new connection prepares the statement again
  return client.query('ROLLBACK').then(
    () => true,
    () => false,
  );
}

function sqlstate(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

function isWorthRetrying(error: unknown): error is pg.DatabaseError & { code: string } {
  const code = sqlstate(error);
  if (code === STALE_PLAN) return /cached plan/.test((error as Error).message);
  return code === SERIALIZATION_FAILURE || code === DEADLOCK;
}

// Two transactions that met once must not meet again in step.
function jitter(): number {
  return 0.5 + randomInt(1_000) / 1_000;
}

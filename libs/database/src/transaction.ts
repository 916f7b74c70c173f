import type { ClientBase, QueryResultRow } from 'pg';
import { runStatement } from './statements.js';

/** What a transaction does once it is committed: publish, wake. Its errors are counted, never thrown. */
export type AfterCommit = () => unknown;

/** A read-only transaction of one tenant: one snapshot for all its queries. */
export class Db {
  readonly tenantId: string;
  protected readonly client: ClientBase;

  constructor(client: ClientBase, tenantId: string) {
    this.client = client;
    this.tenantId = tenantId;
  }

  /** The rows of one statement. `sql` is a constant text; values go in `params`. */
  async query<Row extends QueryResultRow = QueryResultRow>(sql: string, params?: readonly unknown[]): Promise<Row[]> {
    return (await runStatement<Row>(this.client, sql, params)).rows;
  }

  /** The first row, or null. */
  async queryOne<Row extends QueryResultRow = QueryResultRow>(sql: string, params?: readonly unknown[]): Promise<Row | null> {
    return (await this.query<Row>(sql, params))[0] ?? null;
  }
}

/** A transaction of one tenant that may write. It exists only inside `Database.forTenant`. */
export class Tx extends Db {
  readonly #afterCommit: AfterCommit[] = [];

  /** How many rows one statement wrote. */
  async execute(sql: string, params?: readonly unknown[]): Promise<number> {
    return (await runStatement(this.client, sql, params)).rowCount ?? 0;
  }

  /** Runs `callback` after COMMIT, in the order given; not at all when the transaction rolls back. */
  afterCommit(callback: AfterCommit): void {
    this.#afterCommit.push(callback);
  }

  /** What was left to do after COMMIT. */
  get callbacks(): readonly AfterCommit[] {
    return this.#afterCommit;
  }
}

/** A transaction over all tenants, as the fleet role: only what the migration grants to it, table by table. */
export class FleetTx {
  readonly reason: string;
  readonly #client: ClientBase;

  constructor(client: ClientBase, reason: string) {
    this.#client = client;
    this.reason = reason;
  }

  /** The rows of one statement. */
  async query<Row extends QueryResultRow = QueryResultRow>(sql: string, params?: readonly unknown[]): Promise<Row[]> {
    return (await runStatement<Row>(this.#client, sql, params)).rows;
  }

  /** The first row, or null. */
  async queryOne<Row extends QueryResultRow = QueryResultRow>(sql: string, params?: readonly unknown[]): Promise<Row | null> {
    return (await this.query<Row>(sql, params))[0] ?? null;
  }

  /** How many rows one statement wrote. */
  async execute(sql: string, params?: readonly unknown[]): Promise<number> {
    return (await runStatement(this.#client, sql, params)).rowCount ?? 0;
  }
}

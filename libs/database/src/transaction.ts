import type { ClientBase, QueryResult, QueryResultRow } from 'pg';
import { runStatement } from './statements.js';

/** What a transaction does once it is committed: publish, wake. Its errors are counted, never thrown. */
export type AfterCommit = () => unknown;

/** What every kind of transaction can do: statements, until it is over. Those that are asked for together take one round trip. */
class Statements {
  readonly #client: ClientBase;
  #isOver = false;

  constructor(client: ClientBase) {
    this.#client = client;
  }

  /** The rows of one statement. `sql` is a constant text; values go in `params`. */
  async query<Row extends QueryResultRow = QueryResultRow>(sql: string, params?: readonly unknown[]): Promise<Row[]> {
    return (await this.run<Row>(sql, params)).rows;
  }

  /** The first row, or null. */
  async queryOne<Row extends QueryResultRow = QueryResultRow>(sql: string, params?: readonly unknown[]): Promise<Row | null> {
    return (await this.query<Row>(sql, params))[0] ?? null;
  }

  /** From here on the connection is not this transaction's. */
  end(): void {
    this.#isOver = true;
  }

  protected run<Row extends QueryResultRow>(sql: string, params?: readonly unknown[]): Promise<QueryResult<Row>> {
    if (this.#isOver) throw new Error('The transaction is over: a statement was not waited for.');
    return runStatement<Row>(this.#client, sql, params);
  }
}

/** A read-only transaction of one tenant: one snapshot for all its queries. */
export class Db extends Statements {
  readonly tenantId: string;

  constructor(client: ClientBase, tenantId: string) {
    super(client);
    this.tenantId = tenantId;
  }
}

/** A transaction of one tenant that may write. It exists only inside `Database.forTenant`. */
export class Tx extends Db {
  readonly #afterCommit = new Map<unknown, AfterCommit>();

  /** How many rows one statement wrote. */
  async execute(sql: string, params?: readonly unknown[]): Promise<number> {
    return (await this.run(sql, params)).rowCount ?? 0;
  }

  /** Runs `callback` after COMMIT, in the order given; not at all when the transaction rolls back. Of those with one `name` only the last is run. */
  afterCommit(callback: AfterCommit, name: unknown = callback): void {
    this.#afterCommit.set(name, callback);
  }

  /** What was left to do after COMMIT. */
  get callbacks(): readonly AfterCommit[] {
    return [...this.#afterCommit.values()];
  }
}

/** A transaction over all tenants, as the fleet role: only what the migration grants to it, table by table. */
export class FleetTx extends Statements {
  readonly reason: string;

  constructor(client: ClientBase, reason: string) {
    super(client);
    this.reason = reason;
  }

  /** How many rows one statement wrote. */
  async execute(sql: string, params?: readonly unknown[]): Promise<number> {
    return (await this.run(sql, params)).rowCount ?? 0;
  }
}

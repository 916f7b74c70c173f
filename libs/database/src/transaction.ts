import type { ClientBase, QueryResult, QueryResultRow } from 'pg';
import { runStatement } from './statements.js';

/** What a transaction does once it is committed: publish, wake. Its errors are counted, never thrown. */
export type AfterCommit = () => unknown;

/** What every kind of transaction can do: statements, until it is over. Those that are asked for together take one round trip. */
class Statements {
  readonly #client: ClientBase;
  readonly #asked = new Map<unknown, Asked>();
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

  /**
   * Asks once for what is asked for in one turn of the event loop: `ask` gets all inputs and gives one answer for each, in their order.
   * Code that looks at one room at a time so costs one statement for many. In whatever order things are asked for, so they are sent.
   */
  together<Input, Answer>(ask: (db: this, inputs: readonly Input[]) => Promise<readonly Answer[]>, input: Input): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#asked.size === 0) process.nextTick(() => this.#sendAsked());
      const known = this.#asked.get(ask) ?? { send: (inputs) => ask(this, inputs as Input[]), waiting: [] };
      known.waiting.push({ input, resolve: resolve as (answer: unknown) => void, reject });
      this.#asked.set(ask, known);
    });
  }

  /** From here on the connection is not this transaction's. */
  end(): void {
    this.#isOver = true;
  }

  protected run<Row extends QueryResultRow>(sql: string, params?: readonly unknown[]): Promise<QueryResult<Row>> {
    this.#sendAsked();
    if (this.#isOver) throw new Error('The transaction is over: a statement was not waited for.');
    return runStatement<Row>(this.#client, sql, params);
  }

  #sendAsked(): void {
    const asked = [...this.#asked.values()];
    this.#asked.clear();
    for (const { send, waiting } of asked) answer(send(waiting.map(({ input }) => input)), waiting);
  }
}

interface Waiting {
  input: unknown;
  resolve: (answer: unknown) => void;
  reject: (reason: unknown) => void;
}

interface Asked {
  send: (inputs: unknown[]) => Promise<readonly unknown[]>;
  waiting: Waiting[];
}

function answer(answers: Promise<readonly unknown[]>, waiting: readonly Waiting[]): void {
  answers.then(
    (all) => {
      for (const [index, { resolve }] of waiting.entries()) resolve(all[index]);
    },
    (reason: unknown) => {
      for (const { reject } of waiting) reject(reason);
    },
  );
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

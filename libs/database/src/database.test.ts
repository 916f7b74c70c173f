import { Metrics, silentLogger } from '@scaiwave/telemetry';
import { createTestDatabase, type TestDatabase } from '@scaiwave/testing/database';
import { Database } from './index.js';

const alpha = '01900000-0000-7000-8000-00000000000a';
const beta = '01900000-0000-7000-8000-00000000000b';

let scratch: TestDatabase;
let database: Database;
let metrics: Metrics;

beforeAll(async () => {
  scratch = await createTestDatabase();
  await scratch.rows(`
    CREATE TABLE scratch (tenant_id uuid NOT NULL, id int NOT NULL, note text, PRIMARY KEY (tenant_id, id));
    ALTER TABLE scratch ENABLE ROW LEVEL SECURITY;
    ALTER TABLE scratch FORCE ROW LEVEL SECURITY;
    CREATE POLICY tenant_only ON scratch TO scaiwave_app USING (tenant_id = (SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid));
    CREATE POLICY fleet ON scratch TO scaiwave_fleet USING (true);
    GRANT SELECT, INSERT, UPDATE, DELETE ON scratch TO scaiwave_app;
    GRANT SELECT ON scratch TO scaiwave_fleet`);
  metrics = new Metrics();
  database = new Database({ url: scratch.appUrl, fleetUrl: scratch.fleetUrl, poolSize: 4, logger: silentLogger(), metrics });
});
afterAll(async () => {
  await database.close();
  await scratch.drop();
});
beforeEach(() => scratch.rows('TRUNCATE scratch'));

const insert = 'INSERT INTO scratch (tenant_id, id, note) VALUES ($1, $2, $3)';
const count = 'SELECT count(*) AS n FROM scratch';

describe('tenants are kept apart', () => {
  test('a transaction sees the rows of its tenant only', async () => {
    await database.forTenant(alpha, (tx) => tx.execute(insert, [alpha, 1, 'a']));
    await database.forTenant(beta, (tx) => tx.execute(insert, [beta, 1, 'b']));
    expect(await database.readTenant(alpha, (db) => db.query('SELECT note FROM scratch'))).toEqual([{ note: 'a' }]);
    expect(await database.acrossTenants('test', (db) => db.query(count))).toEqual([{ n: 2 }]);
  });

  test('a row of another tenant cannot be written', async () => {
    await expect(database.forTenant(alpha, (tx) => tx.execute(insert, [beta, 1, 'x']))).rejects.toThrow(/row-level security/);
    await database.forTenant(beta, (tx) => tx.execute(insert, [beta, 1, 'b']));
    expect(await database.forTenant(alpha, (tx) => tx.execute(`UPDATE scratch SET note = 'x'`))).toBe(0);
  });

  test('a connection that served one tenant does not remember it', async () => {
    await database.forTenant(alpha, (tx) => tx.execute(insert, [alpha, 1, 'a']));
    const one = new Database({ url: scratch.appUrl, fleetUrl: scratch.fleetUrl, poolSize: 1, logger: silentLogger(), metrics });
    await one.forTenant(alpha, (tx) => tx.query(count));
    expect(await one.readTenant(beta, (db) => db.query(count))).toEqual([{ n: 0 }]);
    await one.close();
  });

  test('what is no UUID is refused before it reaches Postgres', async () => {
    await expect(database.forTenant(`x'; DROP TABLE scratch; --`, (tx) => tx.query('SELECT 1'))).rejects.toThrow(TypeError);
  });

  test('a statement that nobody waited for finds the transaction over, not somebody else’s', async () => {
    let late: () => Promise<unknown> = () => Promise.resolve();
    await database.forTenant(alpha, async (tx) => {
      late = () => tx.execute(insert, [alpha, 1, 'late']);
    });
    await expect(late()).rejects.toThrow(/is over/);
    expect(await database.acrossTenants('test', (db) => db.query(count))).toEqual([{ n: 0 }]);
  });

  test('a connection that is lost between two statements fails the transaction, not the process', async () => {
    const lost = database.forTenant(alpha, async (tx) => {
      await tx.execute(insert, [alpha, 1, 'a']);
      const [{ pid }] = (await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')) as [{ pid: number }];
      await scratch.rows('SELECT pg_terminate_backend($1, 5000)', [pid]);
      await scratch.rows('SELECT 1'); // by now the news is here
      return tx.query(count);
    });
    await expect(lost).rejects.toThrow();
    expect(await database.forTenant(alpha, (tx) => tx.query(count))).toEqual([{ n: 0 }]);
  });

  test('of statements that were asked for together, one that fails undoes all', async () => {
    const together = database.forTenant(alpha, (tx) => Promise.all([tx.execute(insert, [alpha, 1, 'a']), tx.execute(insert, [beta, 2, 'b']), tx.execute(insert, [alpha, 3, 'c'])]));
    await expect(together).rejects.toThrow(/row-level security/);
    expect(await database.acrossTenants('test', (db) => db.query(count))).toEqual([{ n: 0 }]);
    expect(await database.forTenant(alpha, (tx) => tx.execute(insert, [alpha, 1, 'a']))).toBe(1);
  });

  test('a read transaction cannot write', async () => {
    await expect(database.readTenant(alpha, (db) => db.query(insert, [alpha, 1, 'a']))).rejects.toThrow(/read-only/);
  });

  test('a read transaction sees one snapshot', async () => {
    await database.readTenant(alpha, async (db) => {
      expect(await db.query(count)).toEqual([{ n: 0 }]);
      await database.forTenant(alpha, (tx) => tx.execute(insert, [alpha, 1, 'a']));
      expect(await db.query(count)).toEqual([{ n: 0 }]);
    });
  });

  test('the fleet role has only what it was granted', async () => {
    await expect(database.acrossTenants('test', (db) => db.execute('DELETE FROM scratch'))).rejects.toThrow(/permission denied/);
  });
});

describe('what follows a commit', () => {
  test('callbacks run after the commit, in order, and one that throws harms nobody', async () => {
    const heard: string[] = [];
    await database.forTenant(alpha, async (tx) => {
      tx.afterCommit(async () => heard.push(`1 sees ${(await scratch.rows<{ n: string }>(count))[0]?.n}`));
      tx.afterCommit(() => {
        throw new Error('Redis is away');
      });
      tx.afterCommit(() => heard.push('3'));
      await tx.execute(insert, [alpha, 1, 'a']);
      expect(heard).toEqual([]);
    });
    expect(heard.sort()).toEqual(['1 sees 1', '3']);
    expect((await metrics.afterCommitErrors.get()).values[0]?.value).toBe(1);
  });

  test('nothing runs when the transaction fails', async () => {
    const heard: string[] = [];
    const failing = database.forTenant(alpha, (tx) => {
      tx.afterCommit(() => heard.push('committed'));
      throw new Error('refused');
    });
    await expect(failing).rejects.toThrow('refused');
    expect(heard).toEqual([]);
  });

  test('an error of a statement that was swallowed does not look like a commit', async () => {
    const swallowing = database.forTenant(alpha, async (tx) => {
      await tx.execute(insert, [alpha, 1, 'a']);
      await tx.query('SELECT 1/0').catch(() => undefined);
    });
    await expect(swallowing).rejects.toThrow(/rolled back/);
    expect(await scratch.rows(count)).toEqual([{ n: '0' }]);
  });

  test('a deadlock is run again, and its callbacks run once', async () => {
    await database.forTenant(alpha, (tx) => tx.execute('INSERT INTO scratch VALUES ($1, 1), ($1, 2)', [alpha]));
    let commits = 0;
    const bothHoldOne = barrier(2);
    const lock = (first: number, second: number) =>
      database.forTenant(alpha, async (tx) => {
        tx.afterCommit(() => (commits += 1));
        await tx.query('SELECT 1 FROM scratch WHERE id = $1 FOR UPDATE', [first]);
        await bothHoldOne();
        await tx.query('SELECT 1 FROM scratch WHERE id = $1 FOR UPDATE', [second]);
      });
    await Promise.all([lock(1, 2), lock(2, 1)]);
    expect(commits).toBe(2);
    expect((await metrics.transactionRetries.get()).values).toEqual([{ labels: { sqlstate: '40P01' }, value: 1 }]);
  });
});

describe('values', () => {
  test('int8 is a number while that is exact, and a bigint beyond', async () => {
    const [row] = await database.readTenant(alpha, (db) => db.query('SELECT 5::int8 AS small, 9007199254740993::int8 AS large, ARRAY[1, 2]::int8[] AS list'));
    expect(row).toEqual({ small: 5, large: 9007199254740993n, list: [1, 2] });
  });

  test('a statement still works after a migration changed its table', async () => {
    const select = (db: { query(sql: string): Promise<unknown[]> }) => db.query('SELECT * FROM scratch');
    await database.readTenant(alpha, select);
    await scratch.rows('ALTER TABLE scratch ADD COLUMN later text');
    await expect(database.readTenant(alpha, select)).resolves.toEqual([]);
  });
});

/** Resolves for everybody once `parties` have come; later comers pass at once. */
function barrier(parties: number): () => Promise<void> {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  let arrived = 0;
  return () => {
    arrived += 1;
    if (arrived >= parties) open();
    return opened;
  };
}

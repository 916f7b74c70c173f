import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@scaiwave/testing/database';
import pg from 'pg';
import { openDataFolder, type DataFolder } from './data-folder.js';
import { startBackends, type GivenBackends } from './start-backends.js';

describe('a database that is given', () => {
  let database: TestDatabase;
  let folder: DataFolder;
  beforeAll(async () => {
    database = await createTestDatabase();
    folder = openDataFolder(mkdtempSync(join(tmpdir(), 'backends-')));
  });
  afterAll(async () => {
    await database.drop();
    folder.release();
    rmSync(folder.root, { recursive: true });
  });
  const given = (databaseUrl: string, more: Partial<GivenBackends> = {}): GivenBackends =>
    ({ databaseUrl, databaseFleetUrl: null, ownerUrl: null, redisUrl: 'redis://127.0.0.1:1', redisPrefix: 'x', ...more });

  async function userOf(url: string): Promise<unknown> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(`SELECT current_user AS name, current_database() AS db, r.rolsuper, r.rolbypassrls,
        pg_has_role('scaiwave_app', 'member') AS app, pg_has_role('scaiwave_fleet', 'member') AS fleet FROM pg_roles r WHERE rolname = current_user`)).rows[0];
    } finally {
      await client.end();
    }
  }

  it('gets login roles of its own that cannot pass row-level security, the same at each start', async () => {
    const { backends, embedded } = await startBackends(given(database.ownerUrl), folder);
    expect(embedded).toEqual({ postgres: null, redis: null });
    const common = { db: database.name, rolsuper: false, rolbypassrls: false };
    expect(await userOf(backends.databaseUrl)).toEqual({ ...common, name: `scaiwave_app_${database.name}`, app: true, fleet: false });
    expect(await userOf(backends.databaseFleetUrl)).toEqual({ ...common, name: `scaiwave_fleet_${database.name}`, app: false, fleet: true });
    expect((await startBackends(given(database.ownerUrl), folder)).backends).toEqual(backends);
  });

  it('is used as it is where the roles are given, too', async () => {
    const { backends } = await startBackends(given(database.appUrl, { databaseFleetUrl: database.fleetUrl, ownerUrl: database.ownerUrl }), folder);
    expect(backends).toMatchObject({ databaseUrl: database.appUrl, databaseFleetUrl: database.fleetUrl });
  });

  it.each([
    ['nobody listens there', (url: URL) => (url.port = '1'), /cannot be reached \(ECONNREFUSED\): start it, correct the URL, or unset DATABASE_URL/],
    ['the password is wrong', (url: URL) => (url.password = 'wrong'), /refuses the user or password/],
    ['it does not exist', (url: URL) => (url.pathname = '/nowhere'), /database "nowhere" does not exist/],
  ])('says in a sentence that %s', async (_, spoil, sentence) => {
    const url = new URL(database.ownerUrl);
    spoil(url);
    await expect(startBackends(given(url.href), folder)).rejects.toThrow(sentence);
  });

  it('says in a sentence that its user may not make roles', async () => {
    await expect(startBackends(given(database.appUrl), folder)).rejects.toThrow(/may not create tables or roles/);
  });
});

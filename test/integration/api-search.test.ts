import pg from 'pg';
import { migrate } from '@scaiwave/database';
import { newId } from '@scaiwave/telemetry';
import { ApiWorld, type Caller } from './api-world.js';

let world: ApiWorld;
let alice: Caller;
let bob: Caller;
let eve: Caller;
let room: any;
beforeAll(async () => {
  world = await ApiWorld.create({ tenants: ['alpha', 'beta'] });
  [alice, bob, eve] = [await world.person('alice'), await world.person('bob'), await world.person('eve', 'beta')];
  room = await alice.room('Kitchen');
});
afterAll(() => world.close());

const search = (who: Caller, query: string, more: Record<string, unknown> = {}) => who.call<any[]>('POST', '/v1/search', { query, ...more });
const textOf = (hit: any): string => hit.snippet.map((piece: any) => piece.text).join('');
const found = async (who: Caller, query: string, more: Record<string, unknown> = {}): Promise<string[]> => {
  const answer = await search(who, query, more);
  expect([query, answer.status, answer.code]).toEqual([query, 200, undefined]);
  return answer.data.map(textOf);
};

/** A message that another server's person has written in the room. */
async function foreignMessage(body: string): Promise<string> {
  const id = newId(world.clock);
  await world.database.rows(
    `WITH dave AS (INSERT INTO participants (tenant_id, id, fqid, local_id, server_name, display_name, participant_type, created_at)
       SELECT tenant_id, gen_random_uuid(), '@dave:gamma.test', 'dave', 'gamma.test', 'Dave', 'federated', created_at FROM rooms WHERE id = $1 ON CONFLICT DO NOTHING)
     INSERT INTO events (tenant_id, room_id, id, type, origin, sender, origin_ts, payload, payload_sha256, content, state, created_at)
     SELECT tenant_id, id, $2, 'swp.room.message', 'gamma.test', '@dave:gamma.test', $4, '{}', '', $3, 'sequenced', to_timestamp($4::bigint / 1000.0) FROM rooms WHERE id = $1`,
    [room.id, id, JSON.stringify({ msgtype: 'swp.text', body }), world.clock.now()],
  );
  return id;
}

describe('search', () => {
  test('finds words by how they begin, in any case, all of them, newest first, with every hit marked', async () => {
    await alice.say(room.id, 'The Espresso machine is broken');
    await alice.say(room.id, 'Who mends the espresso grinder?');
    expect(await found(alice, 'ESPRES')).toEqual(['Who mends the espresso grinder?', 'The Espresso machine is broken']);
    expect(await found(alice, 'machine espresso')).toEqual(['The Espresso machine is broken']);
    expect(await found(alice, 'espresso kettle')).toEqual([]);
    const [hit] = (await search(alice, 'espres')).data;
    expect(hit).toMatchObject({ room_id: room.id, origin: 'alpha.test', sender: { fqid: alice.fqid }, edited_at: null, room_seq: expect.any(Number) });
    expect(hit.snippet).toEqual([{ text: 'Who mends the ', hit: false }, { text: 'espres', hit: true }, { text: 'so grinder?', hit: false }]);
  });

  test('finds a phrase in quotes exactly, and what has no letters', async () => {
    await alice.say(room.id, 'red hot chili, 100% sure');
    await alice.say(room.id, 'hot red chili, 100 of them');
    expect(await found(alice, '"red hot"')).toEqual(['red hot chili, 100% sure']);
    expect(await found(alice, '"100%"')).toEqual(['red hot chili, 100% sure']);
  });

  test('where no word begins so, finds parts of words and misspelt ones, and says that it did', async () => {
    await alice.say(room.id, 'Der Kaffeevollautomat tropft');
    expect(await found(alice, 'vollautomat')).toEqual(['Der Kaffeevollautomat tropft']);
    const misspelt = await search(alice, 'kafeevollautomat');
    expect([misspelt.data.map(textOf), misspelt.meta]).toEqual([['Der Kaffeevollautomat tropft'], { has_more: false, next_cursor: null, is_similar: true }]);
    expect(misspelt.data[0].snippet).toContainEqual({ text: 'Kaffeevollautomat', hit: true });
    expect((await search(alice, 'kaffeevoll')).meta).toMatchObject({ is_similar: false });
  });

  test('finds the latest text of an edited message, not the one before', async () => {
    const sent = await alice.say(room.id, 'Lunch at the zeppelin');
    expect(await found(alice, 'zeppelin')).toHaveLength(1);
    await alice.must('POST', `/v1/rooms/${room.id}/events/${sent.id}/edit`, { content: { msgtype: 'swp.text', body: 'Lunch at the dirigible' } });
    expect(await found(alice, 'zeppelin')).toEqual([]);
    const [hit] = (await search(alice, 'dirigible')).data;
    expect(hit).toMatchObject({ event_id: sent.id, edited_at: expect.any(String) });
  });

  test('finds nothing of a message that was removed, and keeps nothing of it', async () => {
    const sent = await alice.say(room.id, 'The password is xylophone');
    expect(await found(alice, 'xylophone')).toHaveLength(1);
    await alice.must('POST', `/v1/rooms/${room.id}/events/${sent.id}/redact`, {});
    expect(await world.database.rows(`SELECT body FROM message_texts WHERE body LIKE '%xylophone%'`)).toEqual([]);
    expect(await found(alice, 'xylophone')).toEqual([]);
    expect(await world.database.rows(`SELECT body FROM message_texts WHERE body LIKE '%xylophone%'`)).toEqual([]);
  });

  test('finds what people of other servers wrote, and says from where', async () => {
    await foreignMessage('Greetings from the faraway planet');
    expect((await search(alice, 'faraway')).data).toMatchObject([{ origin: 'gamma.test', sender: { fqid: '@dave:gamma.test', display_name: 'Dave' } }]);
  });

  test('shows to each only what they may read: own rooms, while in them, and from when on their history shows', async () => {
    const quiet = await alice.room('Quiet', { hides_history: true });
    await alice.say(quiet.id, 'wombat before');
    expect(await found(bob, 'wombat')).toEqual([]);
    await alice.add(quiet.id, bob);
    await alice.say(quiet.id, 'wombat after');
    expect(await found(bob, 'wombat')).toEqual(['wombat after']);
    expect(await found(alice, 'wombat')).toEqual(['wombat after', 'wombat before']);
    await alice.must('POST', `/v1/rooms/${quiet.id}/kick`, { participant_id: bob.participantId });
    expect(await found(bob, 'wombat')).toEqual([]);
    expect((await search(bob, 'wombat', { room_id: quiet.id })).code).toBe('SW_ROOM_NOT_FOUND');
  });

  test('never looks into another tenant, nor into incognito rooms, nor at what is not to be indexed', async () => {
    const hers = await eve.room('Hers');
    await eve.say(hers.id, 'quagmire of beta');
    const secret = await alice.room('Secret', { room_type: 'incognito' });
    await alice.say(secret.id, 'quagmire in secret');
    await alice.say(room.id, 'quagmire kept out', { do_not_index: true });
    expect(await found(alice, 'quagmire')).toEqual([]);
    expect(await found(eve, 'quagmire')).toEqual(['quagmire of beta']);
    expect((await search(alice, 'quagmire', { room_id: hers.id })).code).toBe('SW_ROOM_NOT_FOUND');
  });

  test('filters by room, author and time', async () => {
    const other = await alice.room('Other');
    await alice.add(room.id, bob);
    const [first] = [await alice.say(room.id, 'narwhal one')];
    await bob.say(room.id, 'narwhal two');
    await alice.say(other.id, 'narwhal three');
    expect(await found(alice, 'narwhal', { room_id: other.id })).toEqual(['narwhal three']);
    expect(await found(alice, 'narwhal', { from: bob.participantId })).toEqual(['narwhal two']);
    expect(await found(alice, 'narwhal', { from: newId(world.clock) })).toEqual([]);
    const [hit] = (await search(alice, 'narwhal one')).data;
    expect(hit.event_id).toBe(first.id);
    expect(await found(alice, 'narwhal', { before: hit.said_at })).toEqual([]);
    expect(await found(alice, 'narwhal', { after: '2100-01-01T00:00:00Z' })).toEqual([]);
    expect(await found(alice, 'narwhal', { after: hit.said_at })).toHaveLength(3);
  });

  test('comes in pages that neither repeat nor leave out', async () => {
    for (let n = 0; n < 7; n++) await alice.say(room.id, `ostrich ${n}`);
    const pages: string[][] = [];
    for (let cursor: unknown; ; ) {
      const { data, meta } = await search(alice, 'ostrich', { limit: 3, ...(cursor ? { cursor } : {}) });
      pages.push(data.map(textOf));
      cursor = meta?.next_cursor;
      if (!meta?.has_more) break;
    }
    expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
    expect(pages.flat()).toEqual([6, 5, 4, 3, 2, 1, 0].map((n) => `ostrich ${n}`));
    expect((await search(alice, 'ostrich', { cursor: 'nonsense' })).details).toMatchObject({ field: 'cursor' });
  });

  test.each(["'; DROP TABLE message_texts; --", "a' | 'b", '%', '_', '\\', "\\'", '!&|():*<->', '"', '""', '"%"', '$1', '{}', 'a:*', "o''brien", '<img src=x onerror=alert(1)>', '💥', 'é', 'x'.repeat(200), 'a b c d e f g h i j k'])(
    'takes %j as what it is: words',
    async (query) => {
      const { status } = await search(alice, query);
      expect(status).toBe(200);
      expect((await search(alice, 'espresso')).data).toHaveLength(2);
    },
  );

  test('gives markup back as the text that it is', async () => {
    await alice.say(room.id, '<b onclick="x()">platypus</b> & more');
    expect((await search(alice, 'platypus')).data[0].snippet).toEqual([{ text: '<b onclick="x()">', hit: false }, { text: 'platypus', hit: true }, { text: '</b> & more', hit: false }]);
  });

  test('refuses queries that are empty or too long', async () => {
    for (const query of ['', '   ', 'x'.repeat(201)]) expect((await search(alice, query)).details).toMatchObject({ field: 'query' });
  });

  test('one that takes too long is ended, says what to do, and is in nobody’s way afterwards', async () => {
    await alice.say(room.id, 'tortoise');
    expect(await found(alice, 'tortoise')).toHaveLength(1);
    // The texts cannot be read now: to who looks for one, that is as if there were too many.
    const holder = new pg.Client({ connectionString: world.database.ownerUrl });
    await holder.connect();
    try {
      await holder.query('BEGIN; LOCK TABLE message_texts IN ACCESS EXCLUSIVE MODE');
      const answer = await search(alice, 'tortoise');
      expect([answer.status, answer.code, answer.text]).toEqual([400, 'SW_SEARCH_TOO_BROAD', expect.stringContaining('Use longer or rarer words')]);
      const waiting = await holder.query(`SELECT query FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()`);
      expect(waiting.rows).toEqual([]);
    } finally {
      await holder.end();
    }
    expect(await found(alice, 'tortoise')).toHaveLength(1);
  }, 30_000);

  test('a page of messages can be had around one of them', async () => {
    const long = await alice.room('Long');
    const said: any[] = [];
    for (let n = 0; n < 9; n++) said.push(await alice.say(long.id, `line ${n}`));
    const { data, meta } = await alice.call<any[]>('GET', `/v1/rooms/${long.id}/messages?limit=4&around=${said[4].id}`);
    expect(data.map((event: any) => event.content.body)).toEqual(['line 6', 'line 5', 'line 4', 'line 3']);
    expect(meta).toMatchObject({ has_more: true, next_cursor: String(said[3].room_seq) });
    expect((await alice.call('GET', `/v1/rooms/${long.id}/messages?around=${newId(world.clock)}`)).code).toBe('SW_EVENT_NOT_FOUND');
    expect((await eve.call('GET', `/v1/rooms/${long.id}/messages?around=${said[4].id}`)).code).toBe('SW_ROOM_NOT_FOUND');
  });
});

test('posting and reading messages write nothing for search', async () => {
  const count = async () => (await world.database.rows<{ n: number }>('SELECT count(*)::int AS n FROM message_texts'))[0]!.n;
  await found(alice, 'espresso');
  const before = await count();
  await alice.say(room.id, 'nobody has looked for this yet');
  expect(await count()).toBe(before);
  expect(await found(alice, 'nobody looked')).toHaveLength(1);
  expect(await count()).toBe(before + 1);
});

/** As an operator sets it up: the owner of the schema is nobody special, and tables are forced under row-level security. */
test('an owner without any power over the server can migrate, and search uses the index, for words and for parts of words, in its tenant', async () => {
  const { database } = world;
  const owner = `owner_${database.name}`;
  const url = new URL(database.ownerUrl);
  await database.rows(`CREATE ROLE ${owner} LOGIN PASSWORD 'x' NOSUPERUSER NOCREATEROLE NOCREATEDB NOBYPASSRLS`);
  await database.rows(`CREATE DATABASE ${owner} OWNER ${owner}`);
  url.pathname = `/${owner}`;
  const superuser = new pg.Client({ connectionString: url.href });
  const asApp = new URL(database.appUrl);
  asApp.pathname = `/${owner}`;
  const app = new pg.Client({ connectionString: asApp.href });
  try {
    await migrate({ ownerUrl: Object.assign(new URL(url), { username: owner, password: 'x' }).href });
    await superuser.connect();
    const [alpha, beta, lobby] = ['01900000-0000-7000-8000-00000000000a', '01900000-0000-7000-8000-00000000000b', '01900000-0000-7000-8000-0000000000aa'];
    await superuser.query(`SET session_replication_role = replica`);
    await superuser.query(
      `INSERT INTO message_texts SELECT t, '${lobby}', gen_random_uuid(), '@a:a.test', now() - n * interval '1 s', now(), CASE WHEN n % 3000 = 7 THEN 'a wholly uncommon gazelle' ELSE 'all day the same ' || md5(n::text) END
       FROM unnest(ARRAY['${alpha}', '${beta}']::uuid[]) AS t, generate_series(1, 3000) AS n`,
    );
    await superuser.query('VACUUM ANALYZE message_texts');
    await app.connect();
    await app.query(`SELECT set_config('app.tenant_id', '${alpha}', false)`);
    const ask = `find_message_texts(ARRAY['${lobby}']::uuid[], ARRAY[NULL]::timestamptz[]`;
    const count = async (terms: string) => (await app.query(`SELECT count(*)::int AS n FROM ${ask}, ${terms}, '{}', NULL, 100)`)).rows[0].n;
    const [words, parts] = [`ARRAY['''gazel'':*'], ARRAY[NULL]::text[], ARRAY[NULL]::text[]`, `ARRAY[NULL]::text[], ARRAY['%azell%'], ARRAY['gazele']`];
    expect([await count(words), await count(parts)]).toEqual([1, 1]);
    for (const terms of [words, parts]) expect([terms, await scansOf(superuser, { tenant: alpha!, sql: `SELECT * FROM ${ask}, ${terms}, '{}', NULL, 100)` })]).toEqual([terms, ['message_texts_search']]);
    expect((await app.query(`SELECT count(*)::int AS n FROM ${ask}, ARRAY['''all'':*'], ARRAY[NULL]::text[], ARRAY[NULL]::text[], '{}', 50, 20)`)).rows).toEqual([{ n: 20 }]);
    await app.query(`SELECT set_config('app.tenant_id', '', false)`);
    expect(await count(words)).toBe(0);
  } finally {
    await app.end();
    await superuser.end();
    await database.rows(`DROP DATABASE IF EXISTS ${owner} WITH (FORCE)`);
    await database.rows(`DROP ROLE ${owner}`);
  }
}, 60_000);

/** How the statements inside of a function have read the texts: by which indexes, or (its own name) the table as it lies. */
async function scansOf(client: pg.Client, { tenant, sql }: { tenant: string; sql: string }): Promise<string[]> {
  const notices: string[] = [];
  const listen = (notice: { message?: string | undefined }) => notices.push(notice.message ?? '');
  client.on('notice', listen);
  await client.query(`LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0; SET auto_explain.log_nested_statements = on; SET client_min_messages = log; SELECT set_config('app.tenant_id', '${tenant}', false)`);
  await client.query(sql);
  await client.query('RESET client_min_messages; RESET auto_explain.log_min_duration');
  client.off('notice', listen);
  const scans = notices.join('\n').matchAll(/(?:Seq Scan|Bitmap Index Scan|Index Scan(?: Backward)? using|Index Only Scan(?: Backward)? using)(?: on)? (message_texts\w*)/g);
  return [...new Set([...scans].map(([, name]) => name!))];
}

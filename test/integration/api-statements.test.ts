import pg from 'pg';
import { ApiWorld, type Caller } from './api-world.js';

/** What the API's connections as the tenant say to Postgres, as long as somebody listens; the lookup of tenants by Host is kept for seconds. */
class Statements {
  readonly texts: string[] = [];
  readonly #query = Object.getOwnPropertyDescriptor(pg.Client.prototype, 'query')?.value as typeof pg.Client.prototype.query;

  begin(): void {
    const { texts } = this;
    const query = this.#query as (...args: unknown[]) => unknown;
    pg.Client.prototype.query = function counted(this: pg.Client, ...args: unknown[]): unknown {
      const first = args[0] as string | { text?: string };
      if (this.user?.endsWith('_app')) texts.push(typeof first === 'string' ? first : (first.text ?? ''));
      return query.apply(this, args);
    } as typeof pg.Client.prototype.query;
  }

  end(): void {
    pg.Client.prototype.query = this.#query;
  }
}

let world: ApiWorld;
let alice: Caller;
beforeAll(async () => {
  world = await ApiWorld.create({ tenants: ['alpha'] });
  alice = await world.person('alice');
});
afterAll(() => world.close());

/** A room with people of so many other servers, each with its lane. */
async function roomWithLanes(count: number): Promise<string> {
  const room = await alice.room(`${count} servers`);
  for (let n = 0; n < count; n++) {
    const server = `server-${n}.test`;
    await world.database.rows(
      `WITH person AS (
         INSERT INTO participants (tenant_id, id, fqid, local_id, server_name, display_name, participant_type, created_at)
         SELECT tenant_id, gen_random_uuid(), '@dave:' || $2::text, 'dave', $2, 'Dave', 'federated', created_at FROM rooms WHERE id = $1
         ON CONFLICT (tenant_id, fqid) DO UPDATE SET local_id = 'dave' RETURNING *),
       peer AS (INSERT INTO peers (tenant_id, server_name, created_at) SELECT tenant_id, $2, created_at FROM person ON CONFLICT DO NOTHING),
       lane AS (INSERT INTO lanes (tenant_id, server_name, room_id, kind, acked_seq, start_seq, updated_at) SELECT tenant_id, $2, $1, 'room', 1, 1, created_at FROM person)
       INSERT INTO members (tenant_id, room_id, fqid, participant_id, server_name, membership, joined_at, changed_at)
       SELECT tenant_id, $1, fqid, id, $2, 'join', created_at, created_at FROM person`,
      [room.id, server],
    );
  }
  return room.id;
}

async function said(roomId: string): Promise<{ statements: string[]; events: number; rows: number }> {
  await alice.say(roomId, 'the first one warms up');
  const count = async () => (await world.database.rows<{ events: number; lanes: number }>('SELECT (SELECT count(*) FROM events)::int AS events, (SELECT count(*) FROM lanes)::int AS lanes'))[0]!;
  const before = await count();
  const statements = new Statements();
  statements.begin();
  await alice.say(roomId, 'hello');
  statements.end();
  const after = await count();
  return { statements: statements.texts, events: after.events - before.events, rows: after.lanes - before.lanes };
}

test('a post writes one event row, in as many statements for fifty servers as for one or none', async () => {
  const [none, one, fifty] = [await said(await roomWithLanes(0)), await said(await roomWithLanes(1)), await said(await roomWithLanes(50))];
  for (const { events, rows } of [none, one, fifty]) expect([events, rows]).toEqual([1, 0]);
  expect(none.statements.filter((text) => text.startsWith('INSERT INTO events'))).toHaveLength(1);
  expect(fifty.statements).toEqual(one.statements);
  expect(one.statements).toEqual(none.statements);
  expect(fifty.statements.length).toBeLessThanOrEqual(16);
});

test('what was said reads the same however many servers there are', async () => {
  const read = async (roomId: string) => {
    const statements = new Statements();
    statements.begin();
    await alice.must('GET', `/v1/rooms/${roomId}/messages`);
    await alice.must('GET', `/v1/rooms/${roomId}/members`);
    statements.end();
    return statements.texts;
  };
  expect(await read(await roomWithLanes(50))).toEqual(await read(await roomWithLanes(1)));
});

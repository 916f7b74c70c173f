import { EventStore, type TimelinePage } from '@scaiwave/core';
import type { Database, Db, FleetTx } from '@scaiwave/database';
import type { TenantId } from '@scaiwave/protocol';
import pg from 'pg';
import { ProviderTenantsStore } from '../../apps/api/src/provider/provider-tenants.store.js';
import { ApiWorld, type Caller } from './api-world.js';

const EVENTS = 20_000;
const TENANTS = 40;
const FAILURES = 500;
const FRESH = 10;
const DAY_MS = 86_400_000;
const PAGE = 51;

interface Plan {
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  'Relation Name'?: string;
  'Index Name'?: string;
  Plans?: Plan[];
}

/** How Postgres went about a statement: rows of the table that it looked at, and indexes that it went by. */
interface Seen {
  rows: number;
  indexes: string[];
}

// What is prepared may be planned anew for its values, or once for all values: which of both, Postgres decides later.
const MODES = ['force_custom_plan', 'force_generic_plan'] as const;
type Mode = (typeof MODES)[number];

let world: ApiWorld;
let database: Database;
let alice: Caller;
let tenantId: TenantId;
let roomId: string;

beforeAll(async () => {
  world = await ApiWorld.create({ tenants: ['alpha'] });
  database = world.openDatabase();
  alice = await world.person('alice');
  roomId = (await alice.room('Long')).id;
  tenantId = (await world.database.rows<{ id: TenantId }>(`SELECT id FROM tenants`))[0]!.id;
  const like = (events: number, where: string) => `INSERT INTO events (tenant_id, room_id, id, type, origin, sender, origin_ts, payload, payload_sha256, content, room_seq, state, created_at)
    SELECT r.tenant_id, r.id, gen_random_uuid(), 'swp.room.message', r.host, '${alice.fqid}', 1, '{}', sha256(n::text::bytea), '{"msgtype":"swp.text","body":"x"}', r.last_seq + n, 'sequenced', now()
    FROM rooms r, generate_series(1, ${events}) n WHERE ${where}`;
  await world.database.rows(like(EVENTS, `r.id = '${roomId}'`));
  await world.database.rows(`UPDATE rooms SET last_seq = last_seq + ${EVENTS} WHERE id = $1`, [roomId]);
  // Most rooms are small: a plan that is made for all of them must not read all of a large one.
  await world.database.rows(`INSERT INTO rooms SELECT (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(), 'last_seq', 0))).* FROM rooms r, generate_series(1, 500) WHERE r.id = $1`, [roomId]);
  await world.database.rows(like(10, 'r.last_seq = 0'));
  await world.database.rows(
    `WITH t AS (INSERT INTO tenants (id, server_name, display_name, state, oidc_issuer, oidc_client_id, resource, created_at, updated_at)
       SELECT gen_random_uuid(), 't' || n || '.test', 't', 'active', 'https://id.test', 'x', 'tenant-' || n || '/t' || n, now(), now() FROM generate_series(1, ${TENANTS}) n RETURNING id, resource, server_name),
     r AS (INSERT INTO tenant_reports SELECT resource, server_name, 'True', 'Ready', '', '{}', '{}', 'x', now() FROM t)
     INSERT INTO delivery_exceptions (tenant_id, room_id, event_id, server_name, state, at)
       SELECT id, gen_random_uuid(), gen_random_uuid(), 'p.test', 'failed', now() - CASE WHEN n <= ${FRESH} THEN interval '1 hour' ELSE interval '9 days' END FROM t, generate_series(1, ${FAILURES}) n`);
  await world.database.rows('ANALYZE');
});
afterAll(async () => {
  await database.close();
  await world.close();
});

const literal = (value: unknown): string => {
  if (Array.isArray(value)) return `ARRAY[${value.map(literal).join(', ')}]::text[]`;
  return value === null ? 'NULL' : pg.escapeLiteral(value instanceof Date ? value.toISOString() : String(value));
};

/** Of a store's statements on one table. `ask` gets what looks like a transaction, and explains what it is asked. */
async function seen(tx: Db | FleetTx, { mode, table, ask }: { mode: Mode; table: string; ask: (explaining: never) => unknown }): Promise<Seen> {
  const asked: { sql: string; params: readonly unknown[] }[] = [];
  const note = async (sql: string, params: readonly unknown[] = []) => (asked.push({ sql, params }), []);
  await ask({ tenantId: 'tenantId' in tx ? tx.tenantId : undefined, query: note, queryOne: async (sql: string, params: readonly unknown[]) => (await note(sql, params), null) } as never);
  await tx.query(`SET LOCAL plan_cache_mode = ${mode}`);
  const total: Seen = { rows: 0, indexes: [] };
  for (const { sql, params } of asked) {
    await tx.query(`PREPARE looked_at AS ${sql}`);
    const [explained] = await tx.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(`EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE looked_at(${params.map(literal).join(', ')})`);
    await tx.query('DEALLOCATE looked_at');
    add(explained!['QUERY PLAN'][0]!.Plan, table, total);
  }
  expect(asked).toHaveLength(1);
  return total;
}

function add(plan: Plan, table: string, total: Seen): void {
  if (plan['Index Name']) total.indexes.push(plan['Index Name']);
  if (plan['Relation Name'] === table) {
    const each = (plan['Actual Rows'] ?? 0) + (plan['Rows Removed by Filter'] ?? 0) + (plan['Rows Removed by Index Recheck'] ?? 0);
    total.rows += each * (plan['Actual Loops'] ?? 0);
  }
  for (const below of plan.Plans ?? []) add(below, table, total);
}

describe.each(MODES)('planned with %s', (mode) => {
  test.each<[string, Pick<TimelinePage, 'from' | 'direction'>]>([
    ['at its end', { from: null, direction: 'back' }],
    ['before its middle', { from: EVENTS / 2, direction: 'back' }],
    ['at its beginning', { from: null, direction: 'forward' }],
    ['after its middle', { from: EVENTS / 2, direction: 'forward' }],
    ['after all but a few', { from: EVENTS - 10, direction: 'forward' }],
  ])('a page of a long room %s reads not many more rows than it has', async (_where, page) => {
    const { rows } = await database.readTenant(tenantId, (db) => seen(db, { mode, table: 'events', ask: (explaining) => new EventStore().listTimeline(explaining, { roomId, limit: PAGE, ...page }) }));
    expect(rows).toBeGreaterThan(0);
    expect(rows).toBeLessThanOrEqual(2 * PAGE);
  });

  test.each<[string, (store: ProviderTenantsStore, fleet: FleetTx) => unknown]>([
    ['a page of all tenants', (store, fleet) => store.list(fleet, { since: dayAgo(), after: '', text: null, state: null, limit: PAGE })],
    ['a page of those that fail', (store, fleet) => store.list(fleet, { since: dayAgo(), after: '', text: null, state: 'failing', limit: PAGE })],
    ['how many there are', (store, fleet) => store.count(fleet, dayAgo())],
  ])('the provider’s view reads no failure that is older than a day: %s', async (_what, ask) => {
    const { rows, indexes } = await database.acrossTenants('to see how they are read', (fleet) => seen(fleet, { mode, table: 'delivery_exceptions', ask: (explaining) => ask(new ProviderTenantsStore(), explaining) }));
    expect(indexes).toContain('delivery_exceptions_tenant_id_at_idx');
    expect(rows).toBeGreaterThan(0);
    expect(rows).toBeLessThanOrEqual(2 * TENANTS * FRESH);
  });
});

test('a page forward ends with what has no place yet, in the order in which it was said', async () => {
  const pending = await world.database.rows<{ id: string }>(
    `INSERT INTO events (tenant_id, room_id, id, type, origin, sender, origin_ts, payload, payload_sha256, content, state, created_at)
     SELECT r.tenant_id, r.id, gen_random_uuid(), 'swp.room.message', r.host, $2, 1, '{}', sha256(n::text::bytea), '{"msgtype":"swp.text","body":"waits"}', 'pending', now()
     FROM rooms r, generate_series(1, 2) n WHERE r.id = $1 RETURNING id`, [roomId, alice.fqid]);
  const last = (await world.database.rows<{ last_seq: string }>('SELECT last_seq FROM rooms WHERE id = $1', [roomId]))[0]!.last_seq;
  const places = async (from: number, limit: number) =>
    (await alice.must<any[]>('GET', `/v1/rooms/${roomId}/messages?direction=forward&from=${from}&limit=${limit}`)).map((event) => event.room_seq ?? event.id);
  const end = Number(last);
  expect(await places(end - 3, 10)).toEqual([end - 2, end - 1, end, ...pending.map(({ id }) => id)]);
  expect(await places(end - 3, 4)).toEqual([end - 2, end - 1, end, pending[0]!.id]);
  expect(await places(end - 3, 2)).toEqual([end - 2, end - 1]);
});

function dayAgo(): Date {
  return new Date(world.clock.now() - DAY_MS);
}

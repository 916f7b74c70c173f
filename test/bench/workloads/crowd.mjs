import { round } from '../numbers.mjs';
import { readUsage, usageBetween } from '../process-usage.mjs';

const MESSAGES = 400;

// Servers that nobody can reach and to which nothing is sent (paused): what is measured is posting, not delivering.
const CROWD = `
INSERT INTO peers (tenant_id, server_name, admin_state, created_at) SELECT t.id, 'crowd' || n || '.test', 'paused', now() FROM tenants t, generate_series($2::int, $3::int) n WHERE t.server_name = 'acme.localhost' ON CONFLICT DO NOTHING;`;
const PEOPLE = `
INSERT INTO participants (tenant_id, id, fqid, local_id, server_name, display_name, participant_type, created_at)
  SELECT t.id, uuidv7(), '@x:crowd' || n || '.test', 'x', 'crowd' || n || '.test', 'x', 'user', now() FROM tenants t, generate_series($2::int, $3::int) n WHERE t.server_name = 'acme.localhost' ON CONFLICT DO NOTHING`;
const MEMBERS = `
INSERT INTO members (tenant_id, room_id, fqid, participant_id, server_name, membership, joined_at, changed_at)
  SELECT p.tenant_id, $1::uuid, p.fqid, p.id, p.server_name, 'join', now(), now() FROM participants p, generate_series($2::int, $3::int) n WHERE p.fqid = '@x:crowd' || n || '.test' ON CONFLICT DO NOTHING`;
const LANES = `
INSERT INTO lanes (tenant_id, server_name, room_id, kind, acked_seq, start_seq, updated_at)
  SELECT r.tenant_id, 'crowd' || n || '.test', r.id, 'host', r.last_seq, r.last_seq + 1, now() FROM rooms r, generate_series($2::int, $3::int) n WHERE r.id = $1::uuid ON CONFLICT DO NOTHING`;

/** W8: what one post costs its own server when one, ten or 250 other servers are in the room. */
export async function crowd({ all, senders }, room) {
  const owner = await all.ownerOf('one');
  const figures = {};
  let there = 1;
  for (const peers of [1, 10, 250]) {
    if (peers > there) for (const sql of [CROWD.replace('$2::int', String(there)).replace('$3::int', String(peers - 1)), PEOPLE, MEMBERS, LANES]) await run(owner, sql, [room, there, peers - 1]);
    there = peers;
    await owner.query('ANALYZE');
    figures[`with_${peers}`] = await post({ all, senders }, room, owner);
  }
  await owner.end();
  return { ...figures, cpu_of_250_against_1: round(figures.with_250.cpu_ms / figures.with_1.cpu_ms, 2) };
}

async function run(owner, sql, values) {
  const used = [...new Set([...sql.matchAll(/\$(\d)/g)].map(([, n]) => Number(n)))].sort();
  const renumbered = used.reduce((text, n, index) => text.replaceAll(`$${n}::`, `$${index + 1}::`), sql);
  await owner.query(renumbered, used.map((n) => values[n - 1]));
}

// One after the other, each by somebody else: one person may not say so much in so little time.
async function post({ all, senders }, room, owner) {
  const say = (n, text) => senders[n % senders.length].say(room, text);
  for (let n = 0; n < 50; n += 1) await say(n, `warm ${n}`);
  const [root] = all.roots();
  const written = await countWritten(owner);
  const before = readUsage([root]);
  const began = performance.now();
  for (let n = 0; n < MESSAGES; n += 1) await say(n, `crowd ${n}`);
  const ms = performance.now() - began;
  const used = usageBetween(before, readUsage([root]));
  const cpu = ['api', 'postgres'].reduce((sum, name) => sum + (used[name]?.cpu_seconds ?? 0), 0);
  return { ms: round(ms / MESSAGES, 2), cpu_ms: round((cpu * 1000) / MESSAGES, 2), rows: round(((await countWritten(owner)) - written) / MESSAGES, 1) };
}

// Rows that anybody has inserted or updated until now. Sessions report what they did within a second or so.
async function countWritten(owner) {
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const { rows } = await owner.query('SELECT sum(n_tup_ins + n_tup_upd) AS written FROM pg_stat_user_tables');
  return Number(rows[0].written);
}

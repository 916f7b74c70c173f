import { round } from '../numbers.mjs';
import { readUsage, usageBetween } from '../process-usage.mjs';
import { until } from '../world.mjs';

// What posting would have written: payload, hash and chain of each event, without a signature yet. One loop, because each link needs the one before.
const FILL = `
DO $fill$
DECLARE
  t uuid; r rooms%ROWTYPE; n int; e_id uuid; body text; pay text; hash bytea; link bytea; ts bigint := (extract(epoch FROM now()) * 1000)::bigint;
BEGIN
  SELECT id INTO t FROM tenants WHERE server_name = 'HOST';
  SELECT * INTO r FROM rooms WHERE tenant_id = t AND id = 'ROOM' FOR UPDATE;
  link := r.chain;
  FOR n IN 1..COUNT LOOP
    e_id := uuidv7();
    body := '{"msgtype":"swp.text","body":"backlog ' || n || ' ' || repeat('x', 180) || '"}';
    pay := '{"id":"' || e_id || '","type":"swp.room.message","room_id":"ROOM","origin":"HOST","sender":"SENDER","origin_ts":' || ts ||
      ',"content_sha256":"' || translate(rtrim(encode(sha256(convert_to(body, 'UTF8')), 'base64'), '='), '+/', '-_') || '"}';
    hash := sha256(convert_to(pay, 'UTF8'));
    link := sha256(link || hash);
    INSERT INTO events (tenant_id, room_id, id, type, origin, sender, origin_ts, payload, payload_sha256, content, room_seq, chain, state, created_at)
      VALUES (t, r.id, e_id, 'swp.room.message', 'HOST', 'SENDER', ts, pay, hash, body, r.last_seq + n, link, 'sequenced', now());
  END LOOP;
  UPDATE rooms SET last_seq = r.last_seq + COUNT, chain = link WHERE tenant_id = t AND id = r.id;
END $fill$`;

/** So many events wait in one room, as if they had been posted there. @returns the last one's place */
export async function fill(owner, { room, host, sender, count }) {
  await owner.query(FILL.replaceAll('ROOM', room).replaceAll('COUNT', String(count)).replaceAll('HOST', host).replaceAll('SENDER', sender));
  await owner.query('VACUUM ANALYZE events');
  return Number((await owner.query('SELECT last_seq FROM rooms WHERE id = $1', [room])).rows[0].last_seq);
}

/** W7: so many events wait for a paused peer in one room; from the admin's *resume* to the last one stored there. */
export async function backlog({ all, alice, bob, dave }, room, count) {
  await bob.call('PATCH', '/v1/admin/federation/peers/initech.localhost', { action: 'pause' });
  const owner = await all.ownerOf('one');
  const last = await fill(owner, { room, host: 'acme.localhost', sender: alice.fqid, count });
  await owner.end();
  const other = await all.ownerOf('two');
  const before = readUsage(all.roots());
  const began = performance.now();
  await bob.call('PATCH', '/v1/admin/federation/peers/initech.localhost', { action: 'resume' });
  const position = async () => Number((await other.query('SELECT last_seq FROM rooms WHERE id = $1', [room])).rows[0].last_seq);
  await until(async () => (await position()) >= last, 100, 1_800_000);
  const seconds = (performance.now() - began) / 1000;
  const used = usageBetween(before, readUsage(all.roots()));
  await other.end();
  await dave.call('GET', `/v1/rooms/${room}/messages?limit=1`);
  const cpu = (names) => Object.entries(used).filter(([name]) => names.includes(name)).reduce((sum, [, { cpu_seconds: s }]) => sum + s, 0);
  return {
    events: count, seconds: round(seconds), per_second: round(count / seconds, 0),
    cpu_ms_per_event: round((cpu(['api', 'worker', 'postgres', 'redis', 'supervisor']) * 1000) / count, 2),
    receiving_api_cpu_ms_per_event: round((cpu(['api']) * 1000) / count, 2),
  };
}

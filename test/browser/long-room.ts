/**
 * SQL that fills a room ($2 of tenant $1, written by $3) as if it had been posted, with a day every 2,500 messages: without hashes and
 * signatures, which nobody reads there. For the browser tests and the bench.
 */
export function fillRoom(count: number): string {
  const dayEvery = 2_500;
  return `
  WITH filled AS (
    INSERT INTO events (tenant_id, room_id, id, type, origin, sender, origin_ts, payload, payload_sha256, content, room_seq, state, created_at)
    SELECT r.tenant_id, r.id, gen_random_uuid(), 'swp.room.message', r.host, $3, extract(epoch FROM at.t) * 1000, '{}', sha256(n::text::bytea),
      '{"msgtype":"swp.text","body":"line ' || n || repeat(' and more', n % 13) || '"}', r.last_seq + n, 'sequenced', at.t
    FROM rooms r, generate_series(1, ${count}) n, LATERAL (SELECT now() - ((${count} - n) / ${dayEvery}) * interval '1 day' - interval '10 minutes' AS t) at
    WHERE r.tenant_id = $1 AND r.id = $2
  )
  UPDATE rooms SET last_seq = last_seq + ${count} WHERE tenant_id = $1 AND id = $2`;
}

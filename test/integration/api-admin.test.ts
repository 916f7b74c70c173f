import { keyFromName } from '@scaiwave/testing';
import { fingerprintOf } from '@scaiwave/protocol/node';
import { ApiWorld, type Caller } from './api-world.js';

let world: ApiWorld;
let root: Caller;
let alice: Caller;
beforeAll(async () => {
  world = await ApiWorld.create({ tenants: ['alpha', 'beta'] });
  [root, alice] = [await world.person('root', 'alpha', 'admin'), await world.person('alice')];
});
afterAll(() => world.close());

const key = keyFromName('gamma.test');
const fingerprint = fingerprintOf(key.publicKey);
const tenantId = async () => (await world.database.rows<{ id: string }>(`SELECT id FROM tenants WHERE server_name = 'alpha.test'`))[0]!.id;

/** Another server that alpha has met, with the row as its worker would have left it. */
async function meet(name: string, columns: Record<string, unknown> = {}): Promise<void> {
  const row = { tenant_id: await tenantId(), server_name: name, created_at: world.clock.date(), ...columns };
  const names = Object.keys(row);
  await world.database.rows(`INSERT INTO peers (${names.join(', ')}) VALUES (${names.map((_, n) => `$${n + 1}`).join(', ')})`, Object.values(row));
}

/** A worker that answers every question about a descriptor in the moment in which it is asked. */
async function workersAnswer(answer: object): Promise<void> {
  await world.database.rows(`CREATE OR REPLACE FUNCTION answer_at_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    NEW.state := 'done'; NEW.answer := '${JSON.stringify(answer)}'::jsonb; RETURN NEW; END $$`);
  await world.database.rows('CREATE OR REPLACE TRIGGER answer_at_once BEFORE INSERT ON peer_requests FOR EACH ROW EXECUTE FUNCTION answer_at_once()');
}
async function workersRefuse(code: string, by: string): Promise<void> {
  await world.database.rows(`CREATE OR REPLACE FUNCTION answer_at_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    NEW.state := 'failed'; NEW.error_code := '${code}'; NEW.error_text := '${by}'; RETURN NEW; END $$`);
}

const lastAudit = async () => (await root.must<any[]>('GET', '/v1/admin/audit?limit=1'))[0];

describe('policy', () => {
  test('a change merges, is in force at once, and stands in the audit log with before and after', async () => {
    const before = await root.must('GET', '/v1/admin/federation/policy');
    expect(before).toMatchObject({ admin: {}, provider: {}, effective: { default_mode: 'invite_only' }, decided_by: { default_mode: 'default' } });
    await root.must('PUT', '/v1/admin/federation/policy', { default_mode: 'open', max_foreign_participants_per_room: 7 });
    const after = await root.must('PUT', '/v1/admin/federation/policy', { blocked_peers: ['*.evil.test'] });
    expect(after).toMatchObject({ admin: { default_mode: 'open', max_foreign_participants_per_room: 7, blocked_peers: ['*.evil.test'] }, decided_by: { default_mode: 'admin' } });
    expect(await lastAudit()).toMatchObject({ actor: root.fqid, action: 'policy.changed', details: { before: { default_mode: 'open' }, after: { blocked_peers: ['*.evil.test'] } } });
    expect(await alice.must('GET', '/v1/federation/servers/x.evil.test')).toMatchObject({ accepted: false, code: 'SW_FED_PEER_UNKNOWN', reachable: null });
  });

  test('the provider’s side is the floor', async () => {
    await world.database.rows(`UPDATE tenants SET provider_policy = '{"default_mode":"closed"}', resource = 'tenant-alpha/alpha' WHERE server_name = 'alpha.test'`);
    expect(await root.must('PUT', '/v1/admin/federation/policy', { default_mode: 'open' })).toMatchObject({ effective: { default_mode: 'closed' }, decided_by: { default_mode: 'provider' }, provider_resource: 'tenant-alpha/alpha' });
    await world.database.rows(`UPDATE tenants SET provider_policy = '{}', resource = NULL`);
  });

  test.each<[object, string]>([
    [{ mode: 'open' }, 'mode'],
    [{ default_mode: 'Open' }, 'default_mode'],
    [{ allowed_peers: ['not a name'] }, 'allowed_peers.0'],
    [{ max_foreign_participants_per_room: -1 }, 'max_foreign_participants_per_room'],
  ])('%j is refused', async (change, field) => {
    const answer = await root.call('PUT', '/v1/admin/federation/policy', change);
    expect([answer.status, answer.code, answer.details?.field]).toEqual([400, 'SW_REQUEST_INVALID', field]);
  });
});

describe('peers', () => {
  const at = (minutesAgo: number) => new Date(world.clock.now() - minutesAgo * 60_000);
  const states: Array<[string, () => Record<string, unknown>, string]> = [
    ['never.test', () => ({}), 'unknown'],
    ['fine.test', () => ({ last_success_at: at(1) }), 'ok'],
    ['new-trouble.test', () => ({ verdict: 'down', failing_since: at(1), last_success_at: at(2) }), 'retrying'],
    ['old-trouble.test', () => ({ verdict: 'down', failing_since: at(6), last_success_at: at(9) }), 'down'],
    ['busy.test', () => ({ verdict: 'busy', failing_since: at(60) }), 'retrying'],
    ['refuses.test', () => ({ verdict: 'refuses_us', failing_since: at(1) }), 'refused'],
    ['paused.test', () => ({ admin_state: 'paused', verdict: 'down' }), 'paused'],
    ['blocked.test', () => ({ admin_state: 'blocked' }), 'blocked'],
    ['removed.test', () => ({ admin_state: 'removed' }), 'removed'],
    ['has-removed-us.test', () => ({ admin_state: 'removed_by_them' }), 'removed_by_them'],
  ];
  test('a peer’s state says what is the matter with it', async () => {
    for (const [name, columns] of states) await meet(name, columns());
    const peers = await root.must<any[]>('GET', '/v1/admin/federation/peers');
    const found = new Map(peers.map((peer) => [peer.server_name, peer.state]));
    expect(states.map(([name]) => [name, found.get(name)])).toEqual(states.map(([name, , state]) => [name, state]));
  });

  test('one peer: error, trust, shared rooms, backlog', async () => {
    await meet('gamma.test', { last_error_code: 'SW_FED_PEER_UNREACHABLE', last_error_message: 'connect: refused', last_error_at: at(3), last_seen_at: at(5) });
    await world.database.rows(`INSERT INTO peer_keys (tenant_id, server_name, kid, public_key, state, first_seen_at) VALUES ($1, 'gamma.test', $2, $3, 'active', now())`, [await tenantId(), key.kid, key.publicKey]);
    const room = await alice.room();
    await world.database.rows(`INSERT INTO members (tenant_id, room_id, fqid, participant_id, server_name, membership, changed_at) VALUES ($1, $2, '@dave:gamma.test', gen_random_uuid(), 'gamma.test', 'join', now())`, [await tenantId(), room.id]);
    await world.database.rows(`INSERT INTO lanes (tenant_id, server_name, room_id, kind, acked_seq, start_seq, updated_at) VALUES ($1, 'gamma.test', $2, 'host', 2, 1, now())`, [await tenantId(), room.id]);
    for (const body of ['one', 'two', 'three']) await alice.say(room.id, body);
    expect(await root.must('GET', '/v1/admin/federation/peers/gamma.test')).toMatchObject({
      last_error: { code: 'SW_FED_PEER_UNREACHABLE', message: 'connect: refused' }, last_seen: expect.any(String), shared_rooms: 1, backlog: 3, oldest_pending_at: expect.any(String),
      trust: { mode: 'trust_on_first_use', fingerprint, kids: [{ kid: key.kid, state: 'active' }] }, declared_by: null, declared_in: null, policy: { accepted: true, rule: null },
    });
  });

  test('what an admin does to a peer: pause, resume, block, unblock, pin, retry', async () => {
    const path = '/v1/admin/federation/peers/gamma.test';
    const act = async (action: string) => (await root.must('PATCH', path, { action })).state;
    expect([await act('pause'), await act('resume'), await act('block')]).toEqual(['paused', 'ok', 'blocked']);
    expect((await root.call('PATCH', path, { action: 'resume' })).details?.field).toBe('action');
    expect(await act('unblock')).toBe('ok');
    expect((await root.must('PATCH', path, { action: 'pin' })).trust.mode).toBe('pinned');
    expect(await lastAudit()).toMatchObject({ action: 'peer.pinned', subject: 'gamma.test', details: { fingerprints: [fingerprint] } });
    await world.database.rows(`UPDATE peers SET next_attempt_at = now() + interval '1 hour', verdict = 'down', failing_since = now() WHERE server_name = 'gamma.test'`);
    const retried = await root.must('POST', `${path}/retry-now`);
    expect(Date.parse(retried.next_attempt_at)).toBeLessThanOrEqual(world.clock.now());
    expect((await root.call('PATCH', '/v1/admin/federation/peers/nobody.test', { action: 'pause' })).status).toBe(404);
    expect((await root.call('PATCH', path, { action: 'explode' })).details?.field).toBe('action');
  });

  test('resume lets stopped lanes go on, in both directions', async () => {
    await world.database.rows(`UPDATE lanes SET state = 'stopped', stop_code = 'SW_FED_CHAIN_MISMATCH' WHERE server_name = 'gamma.test'`);
    await root.must('PATCH', '/v1/admin/federation/peers/gamma.test', { action: 'resume' });
    expect(await world.database.rows(`SELECT state, stop_code FROM lanes WHERE server_name = 'gamma.test'`)).toEqual([{ state: 'ok', stop_code: null }]);
  });

  test('removing: only an admin, only who was met, and a dry run only where it is said clearly', async () => {
    const path = '/v1/admin/federation/peers';
    expect((await alice.call('DELETE', `${path}/gamma.test?dry_run=true`)).status).toBe(403);
    expect((await root.call('DELETE', `${path}/nobody.test?dry_run=true`)).status).toBe(404);
    expect((await root.call('DELETE', `${path}/nobody.test`)).status).toBe(404);
    for (const [query, field] of [['dry_run=maybe', 'dry_run'], ['dryRun=true', 'dryRun']] as const) {
      const refused = await root.call('DELETE', `${path}/gamma.test?${query}`);
      expect([refused.status, refused.code, refused.details?.field]).toEqual([400, 'SW_REQUEST_INVALID', field]);
    }
    expect((await root.must('GET', `${path}/gamma.test`)).state).not.toBe('removed');
  });

  test('adding: the fingerprint is shown first; accepted, the policy names the server where it has to', async () => {
    await root.must('PUT', '/v1/admin/federation/policy', { default_mode: 'invite_only' });
    await meet('delta.test', { descriptor: '{}' });
    await workersAnswer({ state: 'ready', fingerprint });
    const path = '/v1/admin/federation/peers';
    expect(await root.must('POST', path, { server_name: 'delta.test' })).toMatchObject({ trust: { fingerprint }, policy: { accepted: false, rule: 'not_named' } });
    expect((await root.call('POST', path, { server_name: 'delta.test', accept: true, fingerprint: 'SHA256:other' })).code).toBe('SW_FED_KEY_CHANGED');
    expect(await root.must('POST', path, { server_name: 'delta.test', accept: true, fingerprint })).toMatchObject({ policy: { accepted: true }, declared_by: 'admin' });
    expect((await root.must('GET', '/v1/admin/federation/policy')).admin.allowed_peers).toEqual(['delta.test']);
    await workersAnswer({ state: 'cannot_be_had_now', reason: 'connect: refused' });
    const lost = await root.call('POST', path, { server_name: 'lost.test' });
    expect([lost.status, lost.code, lost.details?.by]).toEqual([502, 'SW_FED_PEER_UNREACHABLE', 'us']);
    await workersAnswer({ state: 'unusable', reason: 'descriptor: no JSON' });
    expect((await root.call('POST', path, { server_name: 'odd.test' })).code).toBe('SW_FED_SIGNATURE_MISMATCH');
    expect((await root.call('POST', path, { server_name: 'alpha.test' })).details?.field).toBe('server_name');
    await root.must('PUT', '/v1/admin/federation/policy', { default_mode: 'open', allowed_peers: null });
  });
});

describe('deliveries', () => {
  test('queued, on its way, stored, refused: per event for its room, and what is open for admins', async () => {
    await meet('omega.test');
    const room = await alice.room('Ledger');
    const [stored, refused, queued] = [await alice.say(room.id, 'a'), await alice.say(room.id, 'b'), await alice.say(room.id, 'c')];
    const tenant = await tenantId();
    await world.database.rows(`INSERT INTO lanes (tenant_id, server_name, room_id, kind, acked_seq, start_seq, last_acked_at, updated_at) VALUES ($1, 'omega.test', $2, 'host', $3, 1, now(), now())`, [tenant, room.id, refused.room_seq]);
    await world.database.rows(`INSERT INTO delivery_exceptions (tenant_id, room_id, event_id, server_name, state, code, at) VALUES ($1, $2, $3, 'omega.test', 'refused', 'SW_CONTENT_TOO_LARGE', now())`, [tenant, room.id, refused.id]);
    const of = async (event: any) => (await alice.must<any[]>('GET', `/v1/rooms/${room.id}/events/${event.id}/deliveries`)).map(({ server_name, state, code }) => [server_name, state, code]);
    expect(await of(stored)).toEqual([['omega.test', 'stored', null]]);
    expect(await of(refused)).toEqual([['omega.test', 'refused', 'SW_CONTENT_TOO_LARGE']]);
    expect(await of(queued)).toEqual([['omega.test', 'queued', null]]);
    await world.database.rows(`UPDATE events SET jws = 'x' WHERE id = $1`, [queued.id]); // for whichever server
    expect(await of(queued)).toEqual([['omega.test', 'queued', null]]);
    await world.database.rows(`UPDATE lanes SET sent_seq = $2 WHERE room_id = $1`, [room.id, queued.room_seq]);
    expect(await of(queued)).toEqual([['omega.test', 'sent', null]]);
    expect(await alice.must('GET', `/v1/rooms/${room.id}/deliveries`)).toEqual({
      servers: [{ server_name: 'omega.test', is_waiting: false, stored: { from: 1, up_to: refused.room_seq, until: null } }],
      trouble: [{ event_id: refused.id, server_name: 'omega.test', state: 'refused', code: 'SW_CONTENT_TOO_LARGE' }],
    });
    await world.database.rows(`UPDATE peers SET verdict = 'down' WHERE server_name = 'omega.test'`);
    expect((await alice.must('GET', `/v1/rooms/${room.id}/deliveries`)).servers).toMatchObject([{ server_name: 'omega.test', is_waiting: true }]);
    await world.database.rows(`UPDATE peers SET verdict = NULL WHERE server_name = 'omega.test'`);
    const open = await root.must<any[]>('GET', '/v1/admin/federation/deliveries?peer=omega.test');
    expect(open.map(({ event_id, state, room_name, sender }) => [event_id, state, room_name, sender])).toEqual(
      expect.arrayContaining([[queued.id, 'queued', 'Ledger', alice.fqid], [refused.id, 'refused', 'Ledger', alice.fqid]]),
    );
    expect(await root.must('GET', '/v1/admin/federation/deliveries?peer=omega.test&state=failed')).toEqual([]);
    const page = await root.call<any[]>('GET', '/v1/admin/federation/deliveries?peer=omega.test&limit=1');
    expect([page.data.length, page.meta?.has_more]).toEqual([1, true]);
  });
});

describe('the rest', () => {
  test('identity and keys are the public parts', async () => {
    expect(await root.must('GET', '/v1/admin/federation/identity')).toMatchObject({ server_name: 'alpha.test', kid: null });
    await world.database.rows(`INSERT INTO signing_keys (tenant_id, kid, public_key, state, valid_from, created_at) VALUES ($1, $2, $3, 'active', now(), now())`, [await tenantId(), key.kid, key.publicKey]);
    expect(await root.must('GET', '/v1/admin/federation/identity')).toMatchObject({ kid: key.kid, fingerprint });
    expect(await root.must('GET', '/v1/admin/federation/keys')).toEqual({
      keys: [expect.objectContaining({ kid: key.kid, state: 'active', fingerprint })], next_rotation_at: null, waits_for: null, requested_at: null,
    });
  });

  test('a wish for another key is written down and audited once, until somebody has seen to it', async () => {
    const first = await root.call('POST', '/v1/admin/federation/keys/rotate');
    expect(first).toMatchObject({ status: 202, data: { requested_at: expect.any(String) } });
    expect((await root.call('POST', '/v1/admin/federation/keys/rotate')).data.requested_at).toBe(first.data.requested_at);
    expect(await root.must('GET', '/v1/admin/audit?action=key.rotation_requested')).toMatchObject([{ actor: root.fqid, subject: 'alpha.test' }]);
    await world.database.rows('UPDATE key_rotations SET handled_at = requested_at, next_rotation_at = requested_at WHERE tenant_id = $1', [await tenantId()]);
    expect(await root.must('GET', '/v1/admin/federation/keys')).toMatchObject({ requested_at: null, next_rotation_at: first.data.requested_at });
  });

  test('what was refused from outside is listed', async () => {
    await world.database.rows(`INSERT INTO rejected_inbound (tenant_id, id, origin, code, reason, at) VALUES ($1, gen_random_uuid(), 'gamma.test', 'SW_FED_PEER_UNKNOWN', 'mode_closed', now())`, [await tenantId()]);
    await world.database.rows(`INSERT INTO rejected_inbound (tenant_id, id, origin, code, reason, at) VALUES ($1, gen_random_uuid(), 'delta.test', 'SW_FED_SIGNATURE_MISMATCH', 'wrong key', now() - interval '1 minute')`, [await tenantId()]);
    const rejected = (query: string) => root.call('GET', `/v1/admin/federation/rejected?${query}`);
    expect(await root.must('GET', '/v1/admin/federation/rejected?origin=gamma.test')).toMatchObject([{ origin: 'gamma.test', code: 'SW_FED_PEER_UNKNOWN', reason: 'mode_closed' }]);
    expect((await rejected('code=SW_FED_SIGNATURE_MISMATCH')).data).toMatchObject([{ origin: 'delta.test' }]);
    expect(await rejected('limit=1&offset=1')).toMatchObject({ data: [{ origin: 'delta.test' }], meta: { total: 2 } });
    expect((await rejected('offset=-1')).code).toBe('SW_REQUEST_INVALID');
  });

  test('a room’s federation is switched off and on, where its kind allows it', async () => {
    const [room, secret] = [await root.room('Open'), await root.room('Secret', { room_type: 'incognito' })];
    await root.must('PUT', `/v1/admin/rooms/${room.id}/federate`, { enabled: false });
    expect((await root.call('POST', `/v1/rooms/${room.id}/invitations`, { fqid: '@dave:gamma.test' })).code).toBe('SW_ROOM_FORBIDDEN');
    await root.must('PUT', `/v1/admin/rooms/${room.id}/federate`, { enabled: true });
    expect((await root.call('PUT', `/v1/admin/rooms/${secret.id}/federate`, { enabled: true })).code).toBe('SW_ROOM_TYPE_INVARIANT');
    expect((await root.call('POST', `/v1/admin/rooms/${room.id}/federation/backfill`)).code).toBe('SW_ROOM_NOT_FOUND');
  });

  test('another server’s directory is asked now; its people have an id here once they were met', async () => {
    const dave = { local_id: 'dave', server_name: 'gamma.test', fqid: '@dave:gamma.test', display_name: 'Dave', participant_type: 'human', avatar_url: null };
    await workersAnswer([dave] as never);
    expect(await alice.must('GET', '/v1/directory/participants?q=da&server_name=gamma.test')).toEqual([{ ...dave, id: null, participant_type: 'federated' }]);
    await workersRefuse('SW_FED_PEER_UNREACHABLE', 'us');
    const lost = await alice.call('GET', '/v1/directory/participants?server_name=gamma.test');
    expect([lost.status, lost.code, lost.details?.by]).toEqual([502, 'SW_FED_PEER_UNREACHABLE', 'us']);
  });

  test('a foreign person is refreshed', async () => {
    const id = (await world.database.rows<{ id: string }>(`INSERT INTO participants (tenant_id, id, fqid, local_id, server_name, display_name, participant_type, created_at) VALUES ($1, gen_random_uuid(), '@erin:gamma.test', 'erin', 'gamma.test', 'Erin', 'federated', now()) RETURNING id`, [await tenantId()]))[0]!.id;
    await workersAnswer({ state: 'ready', display_name: 'Erin II' });
    expect((await root.must('POST', `/v1/admin/federation/foreign/${id}/refresh`)).display_name).toBe('Erin II');
    expect((await root.call('POST', `/v1/admin/federation/foreign/${alice.participantId}/refresh`)).code).toBe('SW_PARTICIPANT_NOT_FOUND');
  });

  test('what was sent to a peer in the last 24 hours is told in buckets, to its admins alone, and of peers that are known', async () => {
    await meet('charted.test');
    const bucket = (minutesAgo: number) => new Date(Math.floor((world.clock.now() - minutesAgo * 60_000) / 300_000) * 300_000);
    const row = 'INSERT INTO peer_traffic (tenant_id, server_name, bucket_at, sent, retried, failed, answered, latency_ms, latency_max_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)';
    await world.database.rows(row, [await tenantId(), 'charted.test', bucket(10), 40, 2, 1, 4, 100, 70]);
    await world.database.rows(row, [await tenantId(), 'charted.test', bucket(20), 0, 3, 0, 0, 0, 0]);
    await world.database.rows(row, [await tenantId(), 'charted.test', bucket(25 * 60), 9, 0, 0, 1, 1, 1]);
    const history = await root.must('GET', '/v1/admin/federation/peers/charted.test/history');
    expect(history).toMatchObject({ bucket_seconds: 300, buckets: [
      { at: bucket(20).toISOString(), sent: 0, retried: 3, failed: 0, latency_ms: null, latency_max_ms: null },
      { at: bucket(10).toISOString(), sent: 40, retried: 2, failed: 1, latency_ms: 25, latency_max_ms: 70 },
    ] });
    expect(Date.parse(history.to) - Date.parse(history.from)).toBe(86_400_000);
    expect((await alice.call('GET', '/v1/admin/federation/peers/charted.test/history')).status).toBe(403);
    expect((await root.call('GET', '/v1/admin/federation/peers/stranger.test/history')).code).toBe('SW_NOT_FOUND');
    const other = await world.person('rita', 'beta', 'admin');
    expect((await other.call('GET', '/v1/admin/federation/peers/charted.test/history')).code).toBe('SW_NOT_FOUND');
  });

  test('the audit log names the request', async () => {
    const changed = await root.call('PUT', '/v1/admin/federation/policy', { directory: 'nobody' });
    expect(await lastAudit()).toMatchObject({ action: 'policy.changed', request_id: changed.headers['x-request-id'] });
  });

  test('the audit log is filtered', async () => {
    const answer = await root.call<any[]>('GET', '/v1/admin/audit?action=peer.&limit=3');
    expect(answer.data.every((row) => row.action.startsWith('peer.'))).toBe(true);
    expect(answer.meta?.total).toBeGreaterThan(3);
    expect((await root.call('GET', '/v1/admin/audit?actor=@nobody:alpha.test')).data).toEqual([]);
  });

  test('the audit log is exported as JSON lines, over many pages, by the filters of the list, to admins of the tenant alone', async () => {
    await world.database.rows(
      `INSERT INTO audit_log (tenant_id, id, at, actor, action, subject, details) SELECT $1, gen_random_uuid(), to_timestamp(1700000000 + n / 7), 'system', 'export.tested', n::text, '{}' FROM generate_series(1, 1203) n`, [await tenantId()]);
    const whole = await root.call('GET', '/v1/admin/audit/export?action=export.tested');
    expect([whole.status, whole.headers['content-type'], whole.headers['content-disposition']]).toEqual([200, 'application/x-ndjson', 'attachment; filename="audit.jsonl"']);
    const lines = whole.text.trimEnd().split('\n').map((line) => JSON.parse(line));
    expect(new Set(lines.map((line) => line.subject)).size).toBe(1203);
    expect(lines.map((line) => line.at)).toEqual(lines.map((line) => line.at).toSorted().toReversed());
    const listed = await root.must('GET', '/v1/admin/audit?action=peer.&limit=500');
    expect((await root.call('GET', '/v1/admin/audit/export?action=peer.')).text).toBe(listed.map((row: object) => `${JSON.stringify(row)}\n`).join(''));
    expect((await root.call('GET', '/v1/admin/audit/export?actor=@nobody:alpha.test')).text).toBe('');
    expect((await alice.call('GET', '/v1/admin/audit/export')).status).toBe(403);
    const other = await world.person('rita', 'beta', 'admin');
    expect((await other.call('GET', '/v1/admin/audit/export?action=export.tested')).text).toBe('');
  });
});

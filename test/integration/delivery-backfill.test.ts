import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Backfill, PeerRequests, type Actor, type BackfillOutcome } from '@scaiwave/core';
import type { RoomId, ServerName } from '@scaiwave/protocol';
import { buildDescriptorText, formatPublicKey, signDescriptor } from '@scaiwave/protocol/node';
import { newId } from '@scaiwave/telemetry';
import { HostedLog, keyFromName, PeerSigner, type EventToMake, type FakePeer, type MadeEvent } from '@scaiwave/testing';
import { DeliveryWorld } from './delivery-world.js';

type Entry = { jws: string; content?: string; redacted_by?: string; room_seq: number; prev_seq: number; chain: string };

let world: DeliveryWorld;
let alice: Actor;
let beta: FakePeer;
let gamma: FakePeer;
let roomId: RoomId;
let log: HostedLog;
let entries: Entry[];
let members: object[];
let most: number;
let count = 0;

beforeAll(async () => {
  world = await DeliveryWorld.create();
  alice = await world.person('alice');
});
afterAll(() => world?.close());
beforeEach(async () => {
  count += 1;
  [beta, gamma] = [await world.peer(`beta${count}`), await world.peer(`gamma${count}`)];
  roomId = newId(world.clock) as RoomId;
  [log, entries, members, most] = [new HostedLog(roomId), [], [], 1_000];
  beta.answer = serve;
});

const bob = () => `@bob:${beta.serverName}`;

/** What the host has said so far, and answers. */
function serve({ target }: { target: string }): { status: number; body: unknown } {
  const url = new URL(target, 'http://beta');
  if (url.pathname.endsWith('/members')) return { status: 200, body: { data: members, meta: { room_seq: log.seq, name: 'Abroad', topic: null, room_type: 'group' } } };
  if (!url.pathname.endsWith('/backfill')) return { status: 200, body: { data: { results: [] } } };
  const from = Number(url.searchParams.get('from_seq'));
  const page = entries.filter((entry) => entry.room_seq >= from).slice(0, Math.min(most, Number(url.searchParams.get('limit'))));
  return { status: 200, body: { data: page, meta: { has_more: (page.at(-1)?.room_seq ?? 0) < log.seq } } };
}

/** The host gives the event its place. */
function place(event: MadeEvent, more: Partial<Entry> = {}): MadeEvent {
  const { room_id: _, ...entry } = log.next(event);
  entries.push({ ...entry, ...more });
  return event;
}
function says(type: string, content: object, more: Partial<EventToMake> = {}, by: PeerSigner = beta): MadeEvent {
  return place(by.event({ type: `swp.room.${type}`, roomId, content, ...more }));
}
const message = (body: string, by: PeerSigner = beta, sender = bob()) => says('message', { msgtype: 'swp.text', body }, { sender }, by);

/** Alice joins as the next event, and the history before it is fetched. */
async function joinAndFill(): Promise<BackfillOutcome> {
  await world.join(beta, log, alice);
  return fill();
}
const fill = () => world.get(Backfill).run(world.tenant, roomId);
const stored = () =>
  world.database.rows<{ seq: number; type: string; hidden: string | null }>(
    `SELECT room_seq::int AS seq, replace(type, 'swp.room.', '') AS type, hidden FROM events WHERE room_id = $1 AND tenant_id = $2 ORDER BY room_seq`, [roomId, world.tenant.id]);
const seqs = async () => (await stored()).map(({ seq }) => seq);
const room = async () => (await world.database.rows('SELECT name, topic, backfill_state, lane_state FROM rooms WHERE tenant_id = $1 AND id = $2', [world.tenant.id, roomId]))[0];
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

function begin(): void {
  says('member', { fqid: bob(), membership: 'join', power_level: 100, display_name: 'Bob' }, { sender: bob() });
  says('name', { name: 'First name' }, { sender: bob() });
}

describe('on joining, the history', () => {
  test('comes whole, from the first event on, with members and names', async () => {
    begin();
    const greeting = message('hello');
    message('second');
    expect(await joinAndFill()).toEqual({ state: 'done', stored: 4 });
    expect(await seqs()).toEqual(upTo(5));
    expect(await room()).toEqual({ name: 'First name', topic: null, backfill_state: 'done', lane_state: 'ok' });
    const [row] = await world.database.rows('SELECT content, jws FROM events WHERE tenant_id = $1 AND id = $2', [world.tenant.id, greeting.id]);
    expect(row).toEqual({ content: greeting.content, jws: greeting.jws });
    expect(await people()).toEqual(['@alice:alpha.localhost join 0', `${bob()} join 100`]);
  });

  test('comes newest first, in pages as large as the host gives, and the order is the host’s in the end', async () => {
    begin();
    for (let n = 0; n < 60; n++) message(`message ${n}`);
    most = 7;
    expect((await joinAndFill()).stored).toBe(62);
    expect(await seqs()).toEqual(upTo(63));
  });

  test('over a thousand events long comes in runs, the newest run first', async () => {
    begin();
    for (let n = 0; n < 1_100; n++) message(`message ${n}`);
    expect((await joinAndFill()).stored).toBe(1_102);
    expect(await seqs()).toEqual(upTo(1_103));
    const asked = beta.received.filter(({ target }) => target.includes('/backfill')).map(({ target }) => new URL(target, 'http://beta').searchParams.get('from_seq'));
    expect(asked).toEqual(['103', '1']);
  }, 30_000);

  test('has the effects of its edits, reactions and redactions, in their order', async () => {
    begin();
    const edited = message('one');
    says('message.edit', { event_id: edited.id, new_content: { msgtype: 'swp.text', body: 'two' } }, { sender: bob() });
    says('message.edit', { event_id: edited.id, new_content: { msgtype: 'swp.text', body: 'three' } }, { sender: bob() });
    says('reaction', { event_id: edited.id, emoji: '👍' }, { sender: bob() });
    says('reaction', { event_id: edited.id, emoji: '🎉' }, { sender: bob() });
    says('reaction.removed', { event_id: edited.id, emoji: '👍' }, { sender: bob() });
    says('topic', { topic: 'old' }, { sender: bob() });
    says('topic', { topic: 'new' }, { sender: bob() });
    const secret = message('secret');
    const redaction = says('redaction', { event_id: secret.id }, { sender: bob() });
    const wiped = entries.find((entry) => entry.jws === secret.jws)!;
    delete wiped.content;
    wiped.redacted_by = redaction.id;
    await joinAndFill();
    const [row] = await world.database.rows('SELECT edited_content, edited_seq::int FROM events WHERE tenant_id = $1 AND id = $2', [world.tenant.id, edited.id]);
    expect(row).toEqual({ edited_content: JSON.stringify({ msgtype: 'swp.text', body: 'three' }), edited_seq: 5 });
    expect(await world.database.rows('SELECT emoji FROM reactions WHERE tenant_id = $1 AND room_id = $2', [world.tenant.id, roomId])).toEqual([{ emoji: '🎉' }]);
    expect(await room()).toMatchObject({ topic: 'new' });
    expect(await world.database.rows('SELECT content, redacted_by FROM events WHERE tenant_id = $1 AND id = $2', [world.tenant.id, secret.id])).toEqual([{ content: null, redacted_by: redaction.id }]);
  });

  test('does not undo what the lane has brought since', async () => {
    begin();
    says('member', { fqid: `@carol:${gamma.serverName}`, membership: 'join' });
    await world.join(beta, log, alice);
    const renamed = log.next(beta.event({ type: 'swp.room.name', roomId, sender: bob(), content: { name: 'Newer name' } }));
    const left = log.next(gamma.event({ type: 'swp.room.member', roomId, sender: `@carol:${gamma.serverName}`, content: { fqid: `@carol:${gamma.serverName}`, membership: 'leave' } }));
    await world.take(beta, [renamed]);
    members = [{ fqid: `@carol:${gamma.serverName}`, membership: 'join', power_level: 0, joined_at: null, participant: profileOf('carol', gamma) }];
    await world.sweep();
    await world.take(beta, [left]);
    await fill();
    expect(await room()).toMatchObject({ name: 'Newer name' });
    expect(await people()).toContain(`@carol:${gamma.serverName} leave 0`);
  });

  test('that a host does not give leaves the room as it is, and the members known', async () => {
    log.skip(8);
    members = [{ fqid: bob(), membership: 'join', power_level: 100, joined_at: 1, participant: profileOf('bob', beta) }];
    expect(await joinAndFill()).toEqual({ state: 'done', stored: 0 });
    expect(await seqs()).toEqual([9]);
    expect(await people()).toContain(`${bob()} join 100`);
    const [person] = await world.database.rows('SELECT display_name FROM participants WHERE fqid = $1', [bob()]);
    expect(person).toEqual({ display_name: 'BOB' });
  });

  test('brings the names of those who are new here, and renames nobody of a third server', async () => {
    const [zoe, yan] = ['zoe', 'yan'].map((name) => `@${name}:${gamma.serverName}`);
    await world.database.rows(
      `INSERT INTO participants (tenant_id, id, fqid, local_id, server_name, display_name, participant_type, created_at) VALUES ($1, $2, $3, 'zoe', $4, 'Zoe', 'federated', now())`,
      [world.tenant.id, newId(world.clock), zoe, gamma.serverName]);
    members = ['zoe', 'yan'].map((name) => ({ fqid: `@${name}:${gamma.serverName}`, membership: 'join', power_level: 0, joined_at: 1, participant: profileOf(name, gamma) }));
    log.skip(8);
    await joinAndFill();
    const people = await world.database.rows('SELECT display_name FROM participants WHERE tenant_id = $1 AND fqid = ANY($2) ORDER BY fqid DESC', [world.tenant.id, [zoe, yan]]);
    expect(people.map((row) => row.display_name)).toEqual(['Zoe', 'YAN']);
  });

  test('that is not signed yet is asked for again, and comes', async () => {
    begin();
    beta.answer = (request) => (request.target.includes('/backfill') ? { status: 503, body: { error: { code: 'SW_FED_TRY_LATER', message: '' } } } : serve(request));
    expect((await joinAndFill()).state).toBe('later');
    expect(await room()).toMatchObject({ backfill_state: 'running' });
    beta.answer = serve;
    world.clock.advance({ seconds: 5 });
    await world.sweep();
    expect([await seqs(), await room()]).toMatchObject([upTo(3), { backfill_state: 'done' }]);
  });
});

describe('history that is wrong', () => {
  test('in its chain is not stored, stops the lane, and the admin finds it', async () => {
    begin();
    message('one');
    entries[1] = { ...entries[1]!, chain: Buffer.alloc(32, 1).toString('base64url') };
    expect(await joinAndFill()).toEqual({ state: 'stopped', stored: 0 });
    expect(await seqs()).toEqual([4]);
    expect([await room(), await world.audit('lane.stopped', beta)]).toMatchObject([{ lane_state: 'stopped' }, [roomId]]);
  });

  test('that is another one than the lane goes on from is not stored', async () => {
    const other = new HostedLog(roomId);
    const forged = [1, 2, 3].map((n) => other.next(beta.event({ type: 'swp.room.message', roomId, sender: bob(), content: { msgtype: 'swp.text', body: `${n}` } })));
    begin();
    message('one');
    entries = forged;
    expect((await joinAndFill()).state).toBe('stopped');
    expect(await seqs()).toEqual([4]);
  });

  test.each<[string, () => unknown, string]>([
    ['an event under a forged signature', () => place({ ...beta.event({ type: 'swp.room.message', roomId, sender: bob(), content: { msgtype: 'swp.text', body: 'x' }, key: new PeerSigner('forger', world.clock).key }) }), 'SW_FED_SIGNATURE_MISMATCH'],
    ['a join that a guest’s server says', () => says('member', { fqid: `@carol:${gamma.serverName}`, membership: 'join' }, {}, gamma), 'SW_FED_FORBIDDEN'],
    ['a sender of another server', () => says('message', { msgtype: 'swp.text', body: 'x' }, { sender: `@carol:${gamma.serverName}` }), 'SW_FED_FORBIDDEN'],
  ])('in one place is refused there, and the chain goes on through it: %s', async (_, bad, code) => {
    begin();
    bad();
    message('after');
    expect((await joinAndFill()).state).toBe('done');
    expect(await seqs()).toEqual([1, 2, 4, 5]);
    expect(await world.database.rows('SELECT room_seq::int AS seq, code FROM refused_places WHERE room_id = $1', [roomId])).toEqual([{ seq: 3, code }]);
  });

  test('in its form is not taken at all', async () => {
    begin();
    beta.answer = (request) => (request.target.includes('/backfill') ? { status: 200, body: { data: [{ jws: 'x', room_seq: 1 }], meta: { has_more: false } } } : serve(request));
    expect((await joinAndFill()).state).toBe('later');
    expect(await seqs()).toEqual([3]);
  });
});

describe('events of a third server', () => {
  test('whose keys cannot be had are stored and hidden, and shown once they can be verified', async () => {
    begin();
    says('member', { fqid: `@carol:${gamma.serverName}`, membership: 'join' });
    gamma.descriptorBehaviour = { kind: 'closesEarly' };
    const said = message('from gamma', gamma, `@carol:${gamma.serverName}`);
    says('reaction', { event_id: said.id, emoji: '👍' }, { sender: `@carol:${gamma.serverName}` }, gamma);
    await joinAndFill();
    expect((await stored()).filter(({ hidden }) => hidden === 'unverified').map(({ seq }) => seq)).toEqual([4, 5]);
    gamma.descriptorBehaviour = { kind: 'ok' };
    world.clock.advance({ minutes: 2 });
    await world.sweep();
    expect((await stored()).filter(({ hidden }) => hidden !== null)).toEqual([]);
    expect(await world.database.rows('SELECT emoji FROM reactions WHERE tenant_id = $1 AND room_id = $2', [world.tenant.id, roomId])).toEqual([{ emoji: '👍' }]);
  });

  test('that prove wrong later are treated as refused', async () => {
    begin();
    says('member', { fqid: `@carol:${gamma.serverName}`, membership: 'join' });
    gamma.descriptorBehaviour = { kind: 'closesEarly' };
    place(gamma.event({ type: 'swp.room.message', roomId, sender: `@carol:${gamma.serverName}`, content: { msgtype: 'swp.text', body: 'x' }, key: new PeerSigner('forger', world.clock).key }));
    await joinAndFill();
    gamma.descriptorBehaviour = { kind: 'ok' };
    world.clock.advance({ minutes: 2 });
    await world.sweep();
    expect(await seqs()).toEqual([1, 2, 3, 5]);
    expect(await world.database.rows('SELECT room_seq::int AS seq, code FROM refused_places WHERE room_id = $1', [roomId])).toEqual([{ seq: 4, code: 'SW_FED_SIGNATURE_MISMATCH' }]);
  });

  test('are verified each under the key that it names, one that its server published only then among them', async () => {
    begin();
    const next = keyFromName(`next of ${gamma.serverName}`);
    const carol = `@carol:${gamma.serverName}`;
    says('member', { fqid: carol, membership: 'join' });
    gamma.descriptorBehaviour = { kind: 'closesEarly' };
    message('under the old key', gamma, carol);
    says('message', { msgtype: 'swp.text', body: 'under the new key' }, { sender: carol, key: next }, gamma);
    await joinAndFill();
    gamma.descriptorBehaviour = { kind: 'ok' };
    world.clock.advance({ minutes: 2 });
    await world.get(PeerRequests).ask(world.tenant.id, { kind: 'descriptor', serverName: gamma.serverName as ServerName, timeoutMs: 5_000 });
    const keys = [{ key: next, state: 'active' as const }, { key: gamma.key, state: 'retiring' as const }]
      .map(({ key, state }) => ({ kid: key.kid, public_key: formatPublicKey(key.publicKey), state, valid_from: null, valid_until: null }));
    gamma.descriptor = () => signDescriptor(buildDescriptorText({ serverName: gamma.serverName, keys, validUntil: world.clock.now() + 3_600_000 }), [next, gamma.key]);
    await world.sweep();
    expect((await stored()).map(({ hidden }) => hidden)).toEqual([null, null, null, null, null, null]);
  });

  test('whose server was blocked before they could be verified stay hidden', async () => {
    begin();
    says('member', { fqid: `@carol:${gamma.serverName}`, membership: 'join' });
    gamma.descriptorBehaviour = { kind: 'closesEarly' };
    message('from gamma', gamma, `@carol:${gamma.serverName}`);
    await joinAndFill();
    await world.setPolicy({ default_mode: 'open', blocked_peers: [gamma.serverName] });
    gamma.descriptorBehaviour = { kind: 'ok' };
    world.clock.advance({ minutes: 2 });
    await world.sweep();
    expect((await stored()).filter(({ hidden }) => hidden !== null)).toMatchObject([{ seq: 4, hidden: 'blocked_origin' }]);
    await world.setPolicy({ default_mode: 'open' });
  });

  test('that our policy blocks are stored and hidden', async () => {
    begin();
    says('member', { fqid: `@carol:${gamma.serverName}`, membership: 'join' });
    message('from gamma', gamma, `@carol:${gamma.serverName}`);
    await world.setPolicy({ default_mode: 'open', blocked_peers: [gamma.serverName] });
    await joinAndFill();
    expect((await stored()).filter(({ hidden }) => hidden !== null)).toMatchObject([{ seq: 4, hidden: 'blocked_origin' }]);
    await world.setPolicy({ default_mode: 'open' });
  });
});

function profileOf(localId: string, peer: FakePeer): object {
  return { local_id: localId, server_name: peer.serverName, fqid: `@${localId}:${peer.serverName}`, display_name: localId.toUpperCase(), participant_type: 'human', avatar_url: null };
}

async function people(): Promise<string[]> {
  const rows = await world.database.rows<{ fqid: string; membership: string; power_level: number }>('SELECT fqid, membership, power_level FROM members WHERE tenant_id = $1 AND room_id = $2 ORDER BY fqid', [world.tenant.id, roomId]);
  return rows.map((row) => `${row.fqid} ${row.membership} ${row.power_level}`);
}

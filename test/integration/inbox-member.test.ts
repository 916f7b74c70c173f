import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Actor } from '@scaiwave/core';
import { encodeBase64url } from '@scaiwave/protocol';
import { sha256 } from '@scaiwave/protocol/node';
import { newId } from '@scaiwave/telemetry';
import { HostedLog, plain, PeerSigner } from '@scaiwave/testing';
import { InboxWorld, joinOf } from './inbox-world.js';

let world: InboxWorld;
let beta: PeerSigner;
let gamma: PeerSigner;
let alice: Actor;
const ALPHA = 'alpha.test';
const BOB = '@bob:beta.test';
const CAROL = '@carol:gamma.test';

beforeAll(async () => {
  world = await InboxWorld.create();
  beta = await world.peer('beta');
  gamma = await world.peer('gamma');
  alice = await world.person('alice');
});
afterAll(() => world.close());

let log: HostedLog;
let roomId: string;
beforeEach(() => {
  roomId = newId(world.clock);
  log = new HostedLog(roomId);
});

const message = (body = 'hello') => beta.message(roomId, BOB, body);
const send = (...entries: object[]) => world.results(beta.send(ALPHA, entries));
/** `stored`, or the code of a refusal. */
const told = async (...entries: object[]) => (await send(...entries)).map((result) => result.code ?? result.status);
/** Alice is in beta's room, whose log has `before` events that she does not have. */
async function joined(before = 0): Promise<void> {
  log.skip(before);
  await world.startLane(beta, log, alice);
}

describe('the beginning of a lane', () => {
  test('is the join of our first person, wherever in the log it stands; the history before it is wanted', async () => {
    await joined(7);
    expect(await world.log(roomId)).toEqual(['8 member']);
    expect(await world.room(roomId)).toMatchObject({ last_seq: '8', lane_start_seq: '8', backfill_state: 'wanted', lane_state: 'ok' });
  });

  test('needs an acceptance of that person: a room is not pushed on anybody', async () => {
    expect(await told(log.next(joinOf(beta, roomId, alice.fqid)))).toEqual(['SW_ROOM_NOT_FOUND']);
    const other = new HostedLog(newId(world.clock));
    await world.acceptedInvitation(beta, other.roomId, alice);
    const dave = await world.person(`dave-${newId(world.clock).slice(-6)}`);
    expect(await told(other.next(joinOf(beta, other.roomId, { fqid: dave.fqid, invite_id: newId(world.clock) })))).toEqual(['SW_FED_FORBIDDEN']);
  });

  test('is nothing but that join', async () => {
    await world.acceptedInvitation(beta, roomId, alice);
    expect(await told(log.next(message()))).toEqual(['SW_ROOM_NOT_FOUND']);
    expect(await world.log(roomId)).toEqual([]);
  });

  test('is not given by another server than the host', async () => {
    const inviteId = await world.acceptedInvitation(beta, roomId, alice);
    const [result] = await world.results(gamma.send(ALPHA, [log.next(joinOf(gamma, roomId, { fqid: alice.fqid, invite_id: inviteId }))]));
    expect(result?.code).toBe('SW_FED_FORBIDDEN');
  });

  test('an acceptance brings somebody in once', async () => {
    const inviteId = await world.acceptedInvitation(beta, roomId, alice);
    const kick = () => beta.event({ type: 'swp.room.member', roomId, sender: BOB, content: { fqid: alice.fqid, membership: 'leave' } });
    const join = () => log.next(joinOf(beta, roomId, { fqid: alice.fqid, invite_id: inviteId }));
    expect(await told(join(), log.next(kick()))).toEqual(['stored', 'stored']);
    log.prevSeq = 0;
    expect(await told(join())).toEqual(['SW_ROOM_NOT_FOUND']);
    const again = await world.acceptedInvitation(beta, roomId, alice);
    log.skip(3).prevSeq = 0;
    expect(await told(log.next(joinOf(beta, roomId, { fqid: alice.fqid, invite_id: again })))).toEqual(['stored']);
    expect(await world.room(roomId)).toMatchObject({ last_seq: '7', lane_start_seq: '7' });
  });
});

describe('the order of the host', () => {
  test('is stored as given, with the same chain', async () => {
    await joined();
    expect(await told(log.next(message()), log.next(message()), log.next(message()))).toEqual(['stored', 'stored', 'stored']);
    expect(await world.log(roomId)).toEqual(['1 member', '2 message', '3 message', '4 message']);
    expect((await world.room(roomId)).chain).toEqual(log.chain);
  });

  test('repeated entries are duplicates and change nothing', async () => {
    await joined();
    const entry = log.next(message());
    expect(await told(entry, entry)).toEqual(['stored', 'duplicate']);
    expect(await told(entry)).toEqual(['duplicate']);
    expect(await world.log(roomId)).toEqual(['1 member', '2 message']);
  });

  test('a gap is answered with the place to go on from, and holds the rest of the room but not of the batch', async () => {
    await joined();
    const [two, three, four] = [log.next(message()), log.next(message()), log.next(message())];
    const other = await world.hostedRoom(alice, [BOB]);
    const results = await send(three, plain(beta.message(other.id, BOB)), four, two);
    expect(results.map(({ status, code, expected_seq }) => [status, code, expected_seq])).toEqual([
      ['rejected', 'SW_FED_GAP', 2], ['stored', undefined, undefined], ['rejected', 'SW_FED_GAP', 2], ['rejected', 'SW_FED_GAP', 2],
    ]);
    expect(await told(two, three, four)).toEqual(['stored', 'stored', 'stored']);
  });

  test('events that the host gave up leave a hole; the chain goes on from the anchor, and they may come late', async () => {
    await joined();
    const lost = log.next(message('lost'));
    const after = { ...log.next(message()), prev_seq: 1 };
    expect(await told(after)).toEqual(['stored']);
    expect(await world.log(roomId)).toEqual(['1 member', '3 message']);
    expect(await told(lost)).toEqual(['stored']);
    const rows = await world.database.rows('SELECT room_seq, is_late FROM events WHERE room_id = $1 ORDER BY room_seq', [roomId]);
    expect(rows.map((row) => row.is_late)).toEqual([false, true, false]);
  });

  test('a refused entry keeps its place, so that the chain goes on through it, and may be taken later', async () => {
    await joined();
    const good = message();
    const bad = log.next(good);
    const forged = { ...bad, jws: `${bad.jws.slice(0, -86)}${encodeBase64url(Buffer.alloc(64, 7))}` };
    const next = { ...log.next(message()), prev_seq: 1 };
    expect(await told(forged, next)).toEqual(['SW_FED_SIGNATURE_MISMATCH', 'stored']);
    expect(await world.database.rows('SELECT room_seq, code FROM refused_places WHERE room_id = $1', [roomId])).toEqual([{ room_seq: '2', code: 'SW_FED_SIGNATURE_MISMATCH' }]);
    expect(await told(bad)).toEqual(['stored']);
    expect(await world.log(roomId)).toEqual(['1 member', '2 message', '3 message']);
    expect(await world.database.rows('SELECT room_seq FROM refused_places WHERE room_id = $1', [roomId])).toEqual([]);
  });

  test('one batch may name refused entries as done: within it they count', async () => {
    await joined();
    const bad = log.next(beta.event({ type: 'swp.room.message', roomId, sender: BOB, content: {} }));
    expect(await told(bad, log.next(message()))).toEqual(['SW_FED_EVENT_INVALID', 'stored']);
  });

  test('own events come without bytes and get their place', async () => {
    await joined();
    const id = await world.say(roomId, { type: 'swp.room.message', content: { msgtype: 'swp.text', body: 'mine' }, sender: alice.fqid });
    const [pending] = await world.database.rows('SELECT payload_sha256, state FROM events WHERE id = $1', [id]);
    expect(pending!.state).toBe('pending');
    expect(await told(log.next(message()), log.nextOwn({ id, payloadSha256: pending!.payload_sha256 }))).toEqual(['stored', 'stored']);
    expect(await world.log(roomId)).toEqual(['1 member', '2 message', '3 message']);
    expect((await world.room(roomId)).last_seq).toBe('3');
  });

  test('an own event that is not known here is believed; backfill is wanted', async () => {
    await joined();
    expect(await told(log.nextOwn({ id: newId(world.clock), payloadSha256: sha256('lost here') }), log.next(message()))).toEqual(['stored', 'stored']);
    expect((await world.room(roomId)).backfill_state).toBe('wanted');
  });

  test('an event of the sender without bytes is invalid', async () => {
    await joined();
    const entry = log.next(message());
    await send(entry);
    expect(await told(log.nextOwn({ id: JSON.parse(Buffer.from(entry.jws.split('.')[1]!, 'base64url').toString()).id, payloadSha256: sha256('x') }))).not.toEqual(['stored']);
  });

  test('a wrong chain stops the lane for both admins to see', async () => {
    await joined();
    await send(log.next(message()));
    const wrong = { ...log.next(message()), chain: encodeBase64url(sha256('other')) };
    const results = await send(wrong, log.next(message()));
    expect(results.map((result) => result.code)).toEqual(['SW_FED_CHAIN_MISMATCH', 'SW_FED_CHAIN_MISMATCH']);
    expect(await world.room(roomId)).toMatchObject({ lane_state: 'stopped', last_seq: '2', lane_error: { code: 'SW_FED_CHAIN_MISMATCH', room_seq: 3 } });
    expect(await world.database.rows(`SELECT actor, action FROM audit_log WHERE subject = $1`, [roomId])).toEqual([{ actor: 'beta.test', action: 'lane.stopped' }]);
    expect((await world.rejections()).some((row) => row.code === 'SW_FED_CHAIN_MISMATCH' && row.origin === 'beta.test')).toBe(true);
    expect(await told(log.next(message()))).toEqual(['SW_FED_CHAIN_MISMATCH']);
  });

  test('another event at a place that is taken stops the lane', async () => {
    await joined();
    const fork = new HostedLog(roomId);
    Object.assign(fork, { seq: log.seq, chain: log.chain, prevSeq: log.prevSeq });
    await send(log.next(message('one history')));
    expect(await told(fork.next(message('another history')))).toEqual(['SW_FED_CHAIN_MISMATCH']);
    expect((await world.room(roomId)).lane_state).toBe('stopped');
  });

  test('a known id with another payload is a conflict and keeps its place', async () => {
    await joined();
    const first = message('first');
    const second = beta.event({ type: 'swp.room.message', roomId, sender: BOB, id: first.id, content: { msgtype: 'swp.text', body: 'second' } });
    expect(await told(log.next(first), log.next(second), log.next(message()))).toEqual(['stored', 'SW_FED_ID_CONFLICT', 'stored']);
    expect(await world.log(roomId)).toEqual(['1 member', '2 message', '4 message']);
  });

  test('a checkpoint must name the chain that is here', async () => {
    await joined();
    await send(log.next(message()));
    const checkpoint = (chain: Buffer) => beta.event({ type: 'swp.room.checkpoint', roomId, content: { room_seq: log.seq, chain: encodeBase64url(chain) } });
    expect(await told(log.next(checkpoint(log.chain)))).toEqual(['stored']);
    expect(await told(log.next(checkpoint(sha256('other'))))).toEqual(['SW_FED_CHAIN_MISMATCH']);
  });
});

describe('who may say what', () => {
  test('from the host any origin that has or had somebody there, under its own key', async () => {
    await joined();
    const byGamma = gamma.message(roomId, CAROL);
    expect(await told(log.next(byGamma))).toEqual(['SW_FED_FORBIDDEN']);
    expect(await told(log.next(joinOf(beta, roomId, CAROL)), log.next(gamma.message(roomId, CAROL)))).toEqual(['stored', 'stored']);
    const key = { ...beta.key, kid: gamma.key.kid };
    const forged = beta.event({ type: 'swp.room.message', roomId, origin: 'gamma.test', sender: CAROL, content: { msgtype: 'swp.text', body: 'x' }, key });
    expect(await told(log.next(forged))).toEqual(['SW_FED_SIGNATURE_MISMATCH']);
  });

  test('an origin may have joined in the history that is still on its way: the lane waits for that, and nothing is refused for good', async () => {
    await joined(7);
    const [byGamma, next] = [log.next(gamma.message(roomId, CAROL)), log.next(message())];
    expect(await told(byGamma, next)).toEqual(['SW_FED_TRY_LATER', 'SW_FED_GAP']);
    expect(await world.log(roomId)).toEqual(['8 member']);
    await world.database.rows(`UPDATE rooms SET backfill_state = 'done' WHERE id = $1`, [roomId]);
    expect(await told(byGamma)).toEqual(['SW_FED_FORBIDDEN']);
  });

  test('a third server does not send the room’s events itself', async () => {
    await joined();
    await send(log.next(joinOf(beta, roomId, CAROL)));
    const [result] = await world.results(gamma.send(ALPHA, [plain(gamma.message(roomId, CAROL))]));
    expect(result?.code).toBe('SW_FED_FORBIDDEN');
  });

  test('a membership change by a server that is not the host is refused', async () => {
    await joined();
    await send(log.next(joinOf(beta, roomId, CAROL)));
    const join = gamma.event({ type: 'swp.room.member', roomId, content: { fqid: '@eve:gamma.test', membership: 'join' } });
    expect(await told(log.next(join))).toEqual(['SW_FED_FORBIDDEN']);
  });

  test('a third server whose keys cannot be had now does not hold the lane: stored, hidden, without effect', async () => {
    await joined();
    const delta = new PeerSigner('delta.test', world.clock);
    const pending = send(log.next(joinOf(beta, roomId, '@dan:delta.test')), log.next(delta.message(roomId, '@dan:delta.test')), log.next(message()));
    await world.failRequests('SW_FED_PEER_UNREACHABLE');
    expect((await pending).map((result) => result.status)).toEqual(['stored', 'stored', 'stored']);
    expect(await world.log(roomId)).toEqual(['1 member', '2 member', '3 message (unverified)', '4 message']);
  });

  test('events of blocked origins are stored and hidden, but memberships have effect', async () => {
    await joined();
    await world.setPolicy({ default_mode: 'open', blocked_peers: ['gamma.test'] });
    const leave = gamma.event({ type: 'swp.room.member', roomId, sender: CAROL, content: { fqid: CAROL, membership: 'leave' } });
    expect(await told(log.next(joinOf(beta, roomId, CAROL)), log.next(gamma.message(roomId, CAROL)), log.next(leave))).toEqual(['stored', 'stored', 'stored']);
    await world.setPolicy({ default_mode: 'open' });
    expect(await world.log(roomId)).toEqual(['1 member', '2 member', '3 message (blocked_origin)', '4 member (blocked_origin)']);
    const members = await world.database.rows('SELECT membership FROM members WHERE room_id = $1 AND fqid = $2', [roomId, CAROL]);
    expect(members).toEqual([{ membership: 'leave' }]);
  });

  test('only its author edits a message, also by the word of the host', async () => {
    await joined();
    const first = message();
    const edit = (sender: string) => beta.event({ type: 'swp.room.message.edit', roomId, sender, content: { event_id: first.id, new_content: { msgtype: 'swp.text', body: 'new' } } });
    expect(await told(log.next(first), log.next(edit('@eve:beta.test')), log.next(edit(BOB)))).toEqual(['stored', 'SW_ROOM_FORBIDDEN', 'stored']);
  });

  test('a redacted message comes without content, and only messages do', async () => {
    await joined();
    const gone = message('gone');
    const redaction = beta.event({ type: 'swp.room.redaction', roomId, sender: BOB, content: { event_id: gone.id } });
    const { content: _, ...wiped } = log.next(gone);
    expect(await told({ ...wiped, redacted_by: redaction.id }, log.next(redaction))).toEqual(['stored', 'stored']);
    const { content: __, ...unnamed } = log.next(message());
    expect(await told(unnamed)).toEqual(['SW_FED_EVENT_INVALID']);
    const { content: ___, ...member } = log.next(joinOf(beta, roomId, '@eve:beta.test'));
    expect(await told({ ...member, redacted_by: redaction.id })).toEqual(['SW_FED_EVENT_INVALID']);
  });

  test('an entry of another room than its jws is invalid', async () => {
    await joined();
    expect(await told(log.next(beta.message(newId(world.clock), BOB)))).toEqual(['SW_FED_EVENT_INVALID']);
  });
});

test('two batches that come at once are stored once, in order', async () => {
  await joined();
  const entries = Array.from({ length: 20 }, () => log.next(message()));
  const [first, second] = await Promise.all([send(...entries), send(...entries)]);
  const statuses = [first, second].map((results) => new Set(results!.map((result) => result.status)));
  expect(statuses.map((set) => [...set].join()).sort()).toEqual(['duplicate', 'stored']);
  expect((await world.room(roomId)).chain).toEqual(log.chain);
});

describe('nobody but the host', () => {
  test('fills a place, moves the lane or stops it', async () => {
    await joined();
    await send(log.next(joinOf(beta, roomId, CAROL)));
    const before = [await world.room(roomId), await world.stored()];
    const fork = new HostedLog(roomId);
    Object.assign(fork, { seq: log.seq, chain: sha256('a chain of its own'), prevSeq: log.prevSeq });
    const results = await world.results(gamma.send(ALPHA, [fork.next(gamma.message(roomId, CAROL)), fork.next(gamma.message(roomId, CAROL))]));
    expect(results.map((result) => result.code)).toEqual(['SW_FED_FORBIDDEN', 'SW_FED_FORBIDDEN']);
    const late = { ...new HostedLog(roomId).next(gamma.message(roomId, CAROL)), chain: encodeBase64url(sha256('x')) };
    expect((await world.results(gamma.send(ALPHA, [late])))[0]?.code).toBe('SW_FED_FORBIDDEN');
    expect([await world.room(roomId), await world.stored()]).toEqual(before);
    expect(await told(log.next(message()))).toEqual(['stored']);
  });

  test('keeps a place by an event that is malformed or badly signed', async () => {
    await joined();
    await send(log.next(joinOf(beta, roomId, CAROL)));
    const before = await world.stored();
    const fork = new HostedLog(roomId);
    Object.assign(fork, { seq: log.seq, chain: log.chain, prevSeq: log.prevSeq });
    const bad = fork.next(gamma.event({ type: 'swp.room.message', roomId, sender: CAROL, content: {} }));
    expect((await world.results(gamma.send(ALPHA, [bad])))[0]?.code).toBe('SW_FED_EVENT_INVALID');
    expect(await world.stored()).toEqual(before);
  });

  test('sends the log of a room that we host ourselves', async () => {
    const room = await world.hostedRoom(alice, [BOB]);
    const row = await world.room(room.id);
    const fork = new HostedLog(room.id);
    Object.assign(fork, { seq: Number(row.last_seq), chain: row.chain, prevSeq: Number(row.last_seq) });
    expect((await send(fork.next(beta.message(room.id, BOB))))[0]?.code).toBe('SW_FED_FORBIDDEN');
  });
});

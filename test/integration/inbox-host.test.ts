import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Actor } from '@scaiwave/core';
import { encodeBase64url, type EventResult } from '@scaiwave/protocol';
import { chainNext } from '@scaiwave/protocol/node';
import { newId } from '@scaiwave/telemetry';
import { plain, type EventToMake, type MadeEvent, PeerSigner } from '@scaiwave/testing';
import { InboxWorld } from './inbox-world.js';

let world: InboxWorld;
let beta: PeerSigner;
let gamma: PeerSigner;
let alice: Actor;
let roomId: string;
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
beforeEach(async () => {
  roomId = (await world.hostedRoom(alice, [BOB, CAROL])).id;
});

const event = (type: string, content: object, more: Partial<EventToMake> = {}) => beta.event({ type: `swp.room.${type}`, roomId, sender: BOB, content, ...more });
const message = (more: Partial<EventToMake> = {}) => event('message', { msgtype: 'swp.text', body: 'hello' }, more);
/** `stored`, `duplicate`, or the code of a refusal; a refusal has stored nothing. */
async function told(made: MadeEvent, by = beta): Promise<string> {
  const before = await world.stored();
  const { status, code } = await world.tell(by, made);
  if (status === 'rejected') expect(await world.stored()).toEqual(before);
  return code ?? status;
}

describe('an event of a member server', () => {
  test('gets its place and chain in the answer, and the same ones when it is repeated', async () => {
    const before = await world.room(roomId);
    const made = message();
    const chain = encodeBase64url(chainNext(before.chain, made.payloadSha256));
    const place = { room_seq: Number(before.last_seq) + 1, chain };
    expect(await world.tell(beta, made)).toEqual({ id: made.id, status: 'stored', ...place });
    expect(await world.tell(beta, made)).toEqual({ id: made.id, status: 'duplicate', ...place });
    expect((await world.room(roomId)).last_seq).toBe(String(place.room_seq));
  });

  test('twice in one batch is stored once', async () => {
    const made = message();
    const results = await world.results(beta.send(ALPHA, [plain(made), plain(made)]));
    expect(results.map((result) => result.status)).toEqual(['stored', 'duplicate']);
    expect(results[0]?.room_seq).toBe(results[1]?.room_seq);
  });

  test('with a known id and another payload is a conflict', async () => {
    const made = message();
    expect(await told(made)).toBe('stored');
    expect(await told(message({ id: made.id, content: { msgtype: 'swp.text', body: 'other' } }))).toBe('SW_FED_ID_CONFLICT');
  });

  test('is judged by itself: one bad event never fails the batch', async () => {
    const bad = message({ sender: '@nobody:beta.test' });
    const entries = [plain(message()), plain(bad), {}, { jws: 7, content: '{}' }, plain(message())];
    const results = await world.results(beta.send(ALPHA, entries));
    expect(results.map(({ id, status, code }: EventResult) => [id === null, code ?? status])).toEqual([
      [false, 'stored'], [false, 'SW_NOT_MEMBER'], [true, 'SW_FED_EVENT_INVALID'], [true, 'SW_FED_EVENT_INVALID'], [false, 'stored'],
    ]);
  });

  test.each<[string, () => MadeEvent, string]>([
    ['a person who is not in the room', () => message({ sender: '@eve:beta.test' }), 'SW_NOT_MEMBER'],
    ['a sender of another server', () => message({ sender: CAROL }), 'SW_FED_FORBIDDEN'],
    ['a sender with capitals', () => message({ payload: { sender: '@Bob:beta.test' } }), 'SW_FED_EVENT_INVALID'],
    ['a sender with a space', () => message({ payload: { sender: '@bo b:beta.test' } }), 'SW_FED_EVENT_INVALID'],
    ['a sender with a trailing dot', () => message({ payload: { sender: '@bob:beta.test.' } }), 'SW_FED_EVENT_INVALID'],
    ['a sender with a port out of range', () => message({ payload: { sender: '@bob:beta.test:65536' } }), 'SW_FED_EVENT_INVALID'],
    ['no sender', () => message({ sender: undefined }), 'SW_FED_EVENT_INVALID'],
    ['an origin of another server', () => message({ origin: 'gamma.test', sender: CAROL }), 'SW_FED_FORBIDDEN'],
    ['the signature of another key', () => message({ key: { ...gamma.key, kid: beta.key.kid } }), 'SW_FED_SIGNATURE_MISMATCH'],
    ['content of 65,537 bytes', () => message({ content: { msgtype: 'swp.text', body: 'x'.repeat(65_537 - 32) } }), 'SW_CONTENT_TOO_LARGE'],
    ['content nested 33 deep', () => message({ content: `{"msgtype":"swp.text","body":"x","deep":${'['.repeat(32)}${']'.repeat(32)}}` }), 'SW_FED_EVENT_INVALID'],
    ['content that is no JSON', () => message({ content: '{' }), 'SW_FED_EVENT_INVALID'],
    ['content that is no object', () => message({ content: '[]' }), 'SW_FED_EVENT_INVALID'],
    ['a key twice in its content', () => message({ content: '{"msgtype":"swp.text","body":"a","body":"b"}' }), 'SW_FED_EVENT_INVALID'],
    ['U+0000 in its content', () => message({ content: '{"msgtype":"swp.text","body":"a\\u0000"}' }), 'SW_FED_EVENT_INVALID'],
    ['a message without a body', () => message({ content: { msgtype: 'swp.text' } }), 'SW_FED_EVENT_INVALID'],
    ['another content than was signed', () => ({ ...message(), content: '{"msgtype":"swp.text","body":"other"}' }), 'SW_FED_EVENT_INVALID'],
    ['an id that is no UUID', () => message({ id: 'one' }), 'SW_FED_EVENT_INVALID'],
    ['a time that is no integer', () => message({ payload: { origin_ts: '1' as never } }), 'SW_FED_EVENT_INVALID'],
    ['a time beyond all dates', () => message({ originTs: Number.MAX_SAFE_INTEGER }), 'SW_FED_EVENT_INVALID'],
    ['61 s ahead', () => message({ originTs: world.clock.now() + 61_000 }), 'SW_FED_CLOCK'],
    ['60 s ahead', () => message({ originTs: world.clock.now() + 60_000 }), 'stored'],
    ['a month old', () => message({ originTs: world.clock.now() - 30 * 86_400_000 }), 'stored'],
    ['a room that is not known', () => message({ roomId: newId(world.clock) }), 'SW_ROOM_NOT_FOUND'],
    ['an unknown type', () => event('fireworks', { size: 1 }), 'SW_FED_EVENT_INVALID'],
    ['unknown members', () => message({ content: { msgtype: 'swp.text', body: 'x', future: { a: [1] } } }), 'stored'],
    ['a join, which only the host says', () => event('member', { fqid: '@eve:beta.test', membership: 'join' }), 'SW_FED_FORBIDDEN'],
    ['power, which only the host gives', () => event('member', { fqid: BOB, membership: 'join', power_level: 100 }), 'SW_FED_FORBIDDEN'],
    ['a room state, which only the host says', () => event('state', { state: 'closed' }, { sender: undefined }), 'SW_FED_FORBIDDEN'],
    ['a checkpoint, which only the host says', () => event('checkpoint', { room_seq: 1, chain: 'A'.repeat(43) }, { sender: undefined }), 'SW_FED_FORBIDDEN'],
    ['a name without the power', () => event('name', { name: 'Mine' }), 'SW_ROOM_FORBIDDEN'],
    ['a kick without the power', () => event('member', { fqid: CAROL, membership: 'leave' }), 'SW_ROOM_FORBIDDEN'],
    ['a kick by nobody', () => event('member', { fqid: CAROL, membership: 'leave' }, { sender: undefined }), 'SW_FED_FORBIDDEN'],
    ['an edit of nothing', () => event('message.edit', { event_id: newId(world.clock), new_content: { msgtype: 'swp.text', body: 'x' } }), 'SW_EVENT_NOT_FOUND'],
    ['a redaction of nothing', () => event('redaction', { event_id: newId(world.clock) }), 'SW_EVENT_NOT_FOUND'],
    ['a reaction to nothing', () => event('reaction', { event_id: newId(world.clock), emoji: '👍' }), 'SW_EVENT_NOT_FOUND'],
    ['a reply to nothing', () => message({ content: { msgtype: 'swp.text', body: 'x', reply_to_event_id: newId(world.clock) } }), 'SW_EVENT_NOT_FOUND'],
    ['its own leave', () => event('member', { fqid: BOB, membership: 'leave' }, { sender: undefined }), 'stored'],
  ])('%s', async (_, make, expected) => {
    expect(await told(make())).toBe(expected);
  });

  test('of 65,536 bytes is stored', async () => {
    const frame = JSON.stringify({ msgtype: 'swp.text', body: '' }).length;
    expect(await told(message({ content: { msgtype: 'swp.text', body: 'x'.repeat(65_536 - frame) } }))).toBe('stored');
  });

  test('sent by another server than its origin is forbidden', async () => {
    const [result] = await world.results(gamma.send(ALPHA, [plain(message())]));
    expect(result?.code).toBe('SW_FED_FORBIDDEN');
  });

  test('of a server that never was in the room is refused', async () => {
    const delta = await world.peer(`delta-${newId(world.clock).slice(-6)}`);
    expect(await told(delta.message(roomId, `@dan:${delta.serverName}`), delta)).toBe('SW_NOT_MEMBER');
  });
});

describe('what follows in one batch rests on what came before', () => {
  const results = async (...made: MadeEvent[]) => (await world.results(beta.send(ALPHA, made.map(plain)))).map((result) => result.code ?? result.status);

  test('a reaction, an edit and a redaction to a message of the same batch', async () => {
    const first = message();
    const edit = event('message.edit', { event_id: first.id, new_content: { msgtype: 'swp.text', body: 'new' } });
    const reaction = event('reaction', { event_id: first.id, emoji: '👍' });
    const redaction = event('redaction', { event_id: first.id });
    expect(await results(first, edit, reaction, redaction, event('message.edit', { event_id: first.id, new_content: { msgtype: 'swp.text', body: 'late' } }))).toEqual([
      'stored', 'stored', 'stored', 'stored', 'SW_EVENT_NOT_FOUND',
    ]);
    const [row] = await world.database.rows('SELECT content, redacted_by FROM events WHERE id = $1', [first.id]);
    expect(row).toEqual({ content: null, redacted_by: redaction.id });
  });

  test('nobody speaks after their own leave', async () => {
    expect(await results(message(), event('member', { fqid: BOB, membership: 'leave' }), message())).toEqual(['stored', 'stored', 'SW_NOT_MEMBER']);
  });

  test('places are given in the order of the batch', async () => {
    const made = Array.from({ length: 10 }, () => message());
    const seqs = (await world.results(beta.send(ALPHA, made.map(plain)))).map((result) => result.room_seq!);
    expect(seqs).toEqual(seqs.map((_, index) => seqs[0]! + index));
  });
});

describe('rules of the room', () => {
  test('others’ messages are neither edited nor redacted by a plain member', async () => {
    const id = await world.say(roomId, { type: 'swp.room.message', content: { msgtype: 'swp.text', body: 'alice’s' }, sender: alice.fqid });
    expect(await told(event('message.edit', { event_id: id, new_content: { msgtype: 'swp.text', body: 'x' } }))).toBe('SW_ROOM_FORBIDDEN');
    expect(await told(event('redaction', { event_id: id }))).toBe('SW_REDACT_FORBIDDEN');
    await world.say(roomId, { type: 'swp.room.member', content: { fqid: BOB, membership: 'join', power_level: 50 }, sender: alice.fqid });
    expect(await told(event('redaction', { event_id: id }))).toBe('stored');
  });

  test('a message is edited within 24 hours of it', async () => {
    const old = message({ originTs: world.clock.now() - 86_400_001 });
    await told(old);
    const edit = (originTs: number) => event('message.edit', { event_id: old.id, new_content: { msgtype: 'swp.text', body: 'x' } }, { originTs });
    expect(await told(edit(world.clock.now()))).toBe('SW_EVENT_TOO_OLD_TO_EDIT');
    expect(await told(edit(world.clock.now() - 1))).toBe('stored');
  });

  test('in an archived room only memberships and redactions go on', async () => {
    const made = message();
    await told(made);
    await world.say(roomId, { type: 'swp.room.state', content: { state: 'archived' } });
    expect(await told(message())).toBe('SW_ROOM_FROZEN');
    expect(await told(made)).toBe('duplicate');
    expect(await told(event('redaction', { event_id: made.id }))).toBe('stored');
    expect(await told(event('member', { fqid: BOB, membership: 'leave' }))).toBe('stored');
  });

  test('a room that does not federate is not there for others', async () => {
    await world.database.rows('UPDATE rooms SET federation_enabled = false WHERE id = $1', [roomId]);
    expect(await told(message())).toBe('SW_ROOM_NOT_FOUND');
    const incognito = await world.hostedRoom(alice, [], { roomType: 'incognito' });
    expect(await told(beta.message(incognito.id, BOB))).toBe('SW_ROOM_NOT_FOUND');
  });
});

test('two batches of two servers that come at once share one gapless order', async () => {
  const before = Number((await world.room(roomId)).last_seq);
  const ours = Array.from({ length: 20 }, () => plain(message()));
  const theirs = Array.from({ length: 20 }, () => plain(gamma.message(roomId, CAROL)));
  const answers = await Promise.all([world.results(beta.send(ALPHA, ours)), world.results(gamma.send(ALPHA, theirs)), world.results(beta.send(ALPHA, ours))]);
  const seqs = new Set(answers.flat().map((result) => result.room_seq!));
  expect([...seqs].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => before + 1 + index));
});

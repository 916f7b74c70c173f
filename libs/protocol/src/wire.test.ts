import { describe, expect, test } from '@jest/globals';
import {
  CONTROL_EVENT_TYPES, ENDPOINTS, LIMITS, ROOM_EVENT_TYPES, backfillResponseSchema, buildPayloadText, contentSchemaOf, decideRoomFederates, decideSenderField, expandTemplate, formatFqid, membersResponseSchema,
  parseContent, parseFqid, parsePayload, parseSendRequest, parseServerName, profileResponseSchema, sendResponseSchema, serverOf, splitFqid, statusResponseSchema, utf8Length, type Fqid, type LocalId, type ServerName,
} from './index.js';

const ID = '01900000-0000-7000-8000-000000000001';
const HASH = 'GNoU32vi5s8-tD1CNxy7BqksmeiaAbYQ8N9LGNKB708';

describe('names', () => {
  test('are split at the first colon and put together again', () => {
    const fqid = parseFqid('@alice:alpha.test:8443');
    expect(splitFqid(fqid)).toEqual({ localId: 'alice', serverName: 'alpha.test:8443' });
    expect([serverOf(fqid), formatFqid('alice' as LocalId, 'alpha.test:8443' as ServerName)]).toEqual(['alpha.test:8443', fqid]);
  });
  test.each([undefined, null, 7, {}, ['alpha.test']])('%j is no server name and no FQID', (input) => {
    expect(() => parseServerName(input)).toThrow(expect.objectContaining({ code: 'SW_FED_FQID_INVALID', details: { field: 'server_name' } }));
    expect(() => parseFqid(input)).toThrow(expect.objectContaining({ code: 'SW_FED_FQID_INVALID', details: { field: 'fqid' } }));
  });
});

describe('the sender of an event', () => {
  const decide = (type: string, sender: string | null) => {
    const verdict = decideSenderField({ type: `swp.${type}`, origin: 'alpha.test' as ServerName, sender: sender as Fqid | null });
    return verdict.allowed ? 'ok' : verdict.code;
  };
  test.each(['room.member', 'room.name', 'room.topic', 'room.invite', 'room.invite.revoked', 'room.invite.declined', 'room.call.state', 'future'])('may stand in %s and may be absent', (type) => {
    expect([decide(type, null), decide(type, '@a:alpha.test'), decide(type, '@a:beta.test')]).toEqual(['ok', 'ok', 'SW_FED_FORBIDDEN']);
  });
  test.each(['room.message', 'room.message.edit', 'room.redaction', 'room.reaction', 'room.reaction.removed', 'room.call.invite', 'room.invite.request', 'room.invite.accepted'])('must stand in %s', (type) => {
    expect([decide(type, null), decide(type, '@a:alpha.test'), decide(type, '@a:beta.test')]).toEqual(['SW_FED_EVENT_INVALID', 'ok', 'SW_FED_FORBIDDEN']);
  });
  test.each(['room.checkpoint', 'room.state', 'room.invite.expired', 'server.keys', 'peer.severed'])('must not stand in %s', (type) => {
    expect([decide(type, null), decide(type, '@a:alpha.test')]).toEqual(['ok', 'SW_FED_EVENT_INVALID']);
  });
});

describe('payloads', () => {
  const fields = { id: ID, type: 'swp.room.message', room_id: ID, origin: 'alpha.test', sender: '@a:alpha.test', origin_ts: 1, content_sha256: HASH };
  test('are written in one order, absent members left out', () => {
    expect(buildPayloadText({ content_sha256: HASH, origin_ts: 1, type: 'swp.peer.severed', origin: 'alpha.test', id: ID, sender: null, room_id: null })).toBe(
      `{"id":"${ID}","type":"swp.peer.severed","origin":"alpha.test","origin_ts":1,"content_sha256":"${HASH}"}`,
    );
    expect(Object.keys(JSON.parse(buildPayloadText(fields)) as object)).toEqual(['id', 'type', 'room_id', 'origin', 'sender', 'origin_ts', 'content_sha256']);
  });
  test('keep members that this version does not know', () => {
    expect(parsePayload(JSON.stringify({ ...fields, later: [1] }))).toMatchObject({ ok: true, payload: { later: [1] } });
  });
  test('that cannot be read have an id in the refusal wherever there is one', () => {
    expect(parsePayload(JSON.stringify({ ...fields, origin: 'X' }))).toMatchObject({ ok: false, id: ID });
    expect(parsePayload('{')).toMatchObject({ ok: false, id: null });
    expect(parsePayload('7')).toMatchObject({ ok: false, id: null });
  });
});

describe('contents', () => {
  const message = (bytes: number) => JSON.stringify({ msgtype: 'swp.text', body: 'x'.repeat(bytes - 32) });
  test('of exactly 65,536 bytes are taken, one more is not', () => {
    expect(utf8Length(message(65_536))).toBe(65_536);
    expect(parseContent('swp.room.message', message(65_536)).ok).toBe(true);
    expect(parseContent('swp.room.message', message(65_537))).toMatchObject({ ok: false, code: 'SW_CONTENT_TOO_LARGE' });
  });
  test('are measured in bytes of UTF-8', () => {
    expect(parseContent('swp.room.message', JSON.stringify({ msgtype: 'swp.text', body: 'é'.repeat(32_760) }))).toMatchObject({ ok: false, code: 'SW_CONTENT_TOO_LARGE' });
  });
  test('of an unknown type are any object', () => {
    expect(parseContent('swp.future', '{"a":1}')).toEqual({ ok: true, content: { a: 1 } });
    expect(parseContent('swp.future', '[]').ok).toBe(false);
    expect(parseContent('toString', '{}').ok).toBe(true);
  });
  test('are missing something in every type when empty, but for the one that asks for nothing', () => {
    const empty = [...ROOM_EVENT_TYPES, ...CONTROL_EVENT_TYPES].filter((type) => contentSchemaOf(type).safeParse({}).success);
    expect(empty).toEqual(['swp.peer.severed']);
  });
});

test.each([
  ['group', null, true], ['dm', undefined, true], ['public', null, true], ['incognito', null, false], ['bridge', null, false], ['sidekick', null, false], ['group', 'incognito', false], ['later', null, false],
] as const)('a room of type %s and scope %s federates: %s', (room_type, scope_kind, expected) => {
  expect(decideRoomFederates({ room_type, scope_kind }).allowed).toBe(expected);
});

describe('requests and answers', () => {
  test('of over 1 MiB are refused as too large before they are parsed', () => {
    expect(parseSendRequest(new Uint8Array(LIMITS.bodyBytes + 1))).toMatchObject({ ok: false, code: 'SW_CONTENT_TOO_LARGE' });
    const padded = Buffer.alloc(LIMITS.bodyBytes, ' ');
    padded.write('{"batch_id":"b","events":[],"ephemeral":[]}');
    expect(parseSendRequest(padded).ok).toBe(true);
  });
  test('that are no UTF-8 are no JSON', () => {
    expect(parseSendRequest(Buffer.from([0x22, 0xff, 0x22]))).toMatchObject({ ok: false, code: 'SW_FED_REQUEST_INVALID' });
  });
  test('keep the first hundred ephemerals', () => {
    const parsed = parseSendRequest(Buffer.from(JSON.stringify({ batch_id: 'b', events: [], ephemeral: Array.from({ length: 101 }, (_, i) => i) })));
    expect(parsed.ok && [parsed.request.ephemeral.length, parsed.request.ephemeral.at(-1)]).toEqual([100, 99]);
  });
  test('fill templates with encoded values', () => {
    expect(expandTemplate(ENDPOINTS.profile, { local_id: 'a/b' })).toBe('/_scaiwave/federation/v1/profile/a%2Fb');
    expect(() => expandTemplate(ENDPOINTS.members)).toThrow('no value for {room_id}');
  });
  test('of every endpoint have a schema that takes the documented form', () => {
    const profile = { local_id: 'a', server_name: 'alpha.test', fqid: '@a:alpha.test', display_name: 'A', participant_type: 'human', avatar_url: null };
    expect(profileResponseSchema.safeParse({ data: profile }).success).toBe(true);
    expect(membersResponseSchema.safeParse({ data: [{ fqid: '@a:alpha.test', membership: 'join', power_level: 0, joined_at: 1, participant: profile }], meta: { room_seq: 1, name: null, topic: null, room_type: 'dm' } }).success).toBe(true);
    expect(backfillResponseSchema.safeParse({ data: [{ jws: 'x', content: '{}', room_seq: 1, prev_seq: 0, chain: HASH }], meta: { has_more: false } }).success).toBe(true);
    expect(sendResponseSchema.safeParse({ data: { results: [{ id: null, status: 'rejected', code: 'SW_FED_EVENT_INVALID' }, { id: ID, status: 'stored', room_seq: 1, chain: HASH }], credit: 0 } }).success).toBe(true);
    expect(statusResponseSchema.safeParse({ data: { server_name: 'alpha.test', last_seen: null, last_error: null, clock: 1, lanes: [{ room_id: ID, direction: 'in', acked_seq: 0, state: 'ok' }] } }).success).toBe(true);
  });
});

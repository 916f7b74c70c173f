import { CALL, INVITE, KEYS, NOW, OTHER_ROOM, ROOM, b64u, eventId, jws, keyOf, payloadOf, sha256 } from './base.mjs';

const WEEK = 604_800_000;
const ALICE = '@alice:alpha.test';
const BOB = '@bob:beta.test';
const CAROL = '@carol:gamma.test';

/** [type, origin, sender, content] in the order of the room. */
const LOG = [
  ['member', 'alpha.test', undefined, { fqid: ALICE, membership: 'join', power_level: 100, display_name: 'Alice' }],
  ['name', 'alpha.test', ALICE, { name: 'Kitchen' }],
  ['topic', 'alpha.test', ALICE, { topic: 'What is for lunch' }],
  ['member', 'alpha.test', undefined, { fqid: BOB, membership: 'join', display_name: 'Bob', invite_id: INVITE }],
  ['message', 'alpha.test', ALICE, { msgtype: 'swp.text', body: 'Soup, naïvely 🍲' }],
  ['message', 'beta.test', BOB, { msgtype: 'swp.text', body: 'Again?', reply_to_event_id: eventId(5), mentions: [ALICE] }],
  ['message.edit', 'beta.test', BOB, { event_id: eventId(6), new_content: { msgtype: 'swp.text', body: 'Lovely!' } }],
  ['reaction', 'alpha.test', ALICE, { event_id: eventId(6), emoji: '🎉' }],
  ['reaction.removed', 'alpha.test', ALICE, { event_id: eventId(6), emoji: '🎉' }],
  ['redaction', 'alpha.test', ALICE, { event_id: eventId(6), reason: 'sarcasm' }],
  ['call.invite', 'beta.test', BOB, { call_id: CALL, type: 'audio', expires_at: NOW + 60_000 }],
  ['call.state', 'alpha.test', undefined, { call_id: CALL, state: 'ended' }],
  ['member', 'beta.test', BOB, { fqid: BOB, membership: 'leave' }],
  ['state', 'alpha.test', undefined, { state: 'archived' }],
];

function event(n, [type, origin, sender, content], room_id = ROOM) {
  const text = JSON.stringify(content);
  const fullType = type.startsWith('swp.') ? type : `swp.room.${type}`;
  const payload = payloadOf({ id: eventId(n), type: fullType, room_id, origin, sender, origin_ts: NOW + n }, text);
  return { payload, content: text, jws: jws(payload, { by: keyOf(origin) }) };
}

/** A room's log with its chain, and what a lane to beta.test looks like after the redaction. */
export function buildRoom() {
  const chain_0 = sha256(ROOM);
  const events = [];
  let chain = chain_0;
  const append = (row) => {
    const n = events.length + 1;
    const made = event(n, row);
    chain = sha256(Buffer.concat([chain, sha256(made.payload)]));
    events.push({ room_seq: n, prev_seq: n - 1, ...made, payload_sha256: b64u(sha256(made.payload)), chain: b64u(chain) });
  };
  LOG.forEach(append);
  append(['checkpoint', 'alpha.test', undefined, { room_seq: LOG.length, chain: b64u(chain) }]);
  return { host: 'alpha.test', room_id: ROOM, chain_0: b64u(chain_0), events, lane_to_beta: events.slice(3).map((one, i) => laneEntry(one, i === 0 ? 0 : one.prev_seq)) };
}

/** The lane begins with bob's join, names beta's own events without bytes, and gives no content of what event 10 redacted. */
function laneEntry({ room_seq, payload, content, jws: signed, chain }, prev_seq) {
  const { id, origin } = JSON.parse(payload);
  const place = { room_seq, prev_seq, chain };
  if (origin === 'beta.test') return { room_id: ROOM, id, ...place };
  return { room_id: ROOM, jws: signed, content, ...place };
}

/** The same two events as a third server gets them after the redaction. */
export function buildRedacted(room) {
  return [6, 7].map((n) => {
    const { content: _, payload: __, payload_sha256: ___, ...rest } = room.events[n - 1];
    return { room_id: ROOM, ...rest, redacted_by: eventId(10) };
  });
}

const invitation = (changes = {}, roomChanges = {}) => ({
  invite_id: INVITE,
  room: { id: ROOM, name: 'Kitchen', topic: 'What is for lunch', room_type: 'group', host: 'alpha.test', servers: ['alpha.test'], ...roomChanges },
  inviter: { fqid: ALICE, display_name: 'Alice' },
  invitee: BOB,
  expires_at: NOW + 101 + WEEK,
  ...changes,
});

export function buildControlEvents() {
  return [
    event(101, ['invite', 'alpha.test', ALICE, invitation()]),
    event(102, ['invite.request', 'beta.test', BOB, { invite_id: INVITE, invitee: CAROL }]),
    event(103, ['invite.accepted', 'beta.test', BOB, { invite_id: INVITE }]),
    event(104, ['invite.declined', 'beta.test', BOB, { invite_id: INVITE }]),
    event(105, ['invite.declined', 'beta.test', undefined, { invite_id: INVITE }]),
    event(106, ['invite.revoked', 'alpha.test', undefined, { invite_id: INVITE, code: 'SW_FED_USER_UNKNOWN' }]),
    event(107, ['invite.expired', 'alpha.test', undefined, { invite_id: INVITE }]),
    event(108, ['swp.server.keys', 'alpha.test', undefined, { descriptor: {} }], null),
    event(109, ['swp.peer.severed', 'alpha.test', undefined, { reason: 'goodbye' }], null),
    event(112, ['invite.delivered', 'alpha.test', undefined, { invite_id: INVITE }]),
    event(110, ['swp.future.thing', 'alpha.test', undefined, { anything: true }], null),
    event(111, ['message', 'alpha.test', ALICE, { msgtype: 'swp.text', body: 'b', unknown_member: { kept: [1, 2] } }]),
  ].map((made) => ({ ...made, expect: { ok: true } }));
}

const TEXT = JSON.stringify({ msgtype: 'swp.text', body: 'hi' });
const message = { id: eventId(5), type: 'swp.room.message', room_id: ROOM, origin: 'alpha.test', sender: ALICE, origin_ts: NOW };
const invalid = (name, signed, ...[content = TEXT, code = 'SW_FED_EVENT_INVALID']) => ({ name, jws: signed, content, expect: { ok: false, code } });
const withPayload = (name, payload, code) => invalid(name, jws(payload), TEXT, code);
const withFields = (name, changes, code) => withPayload(name, payloadOf({ ...message, ...changes }, TEXT), code);
const withContent = (name, content, ...[code, changes = {}]) => invalid(name, jws(payloadOf({ ...message, ...changes }, content)), content, code);
const withHeader = (name, header) => invalid(name, jws(payloadOf(message, TEXT), { header }));

function wrongHeaders() {
  const kid = KEYS.alpha.kid;
  return [
    withHeader('header with a fourth member', JSON.stringify({ alg: 'Ed25519', kid, typ: 'swp+jws', b64: true })),
    withHeader('header without typ', JSON.stringify({ alg: 'Ed25519', kid })),
    withHeader('header with the older algorithm name', JSON.stringify({ alg: 'EdDSA', kid, typ: 'swp+jws' })),
    withHeader('header with alg none', JSON.stringify({ alg: 'none', kid, typ: 'swp+jws' })),
    withHeader('header of a descriptor', JSON.stringify({ alg: 'Ed25519', kid, typ: 'swp-descriptor+jws' })),
    withHeader('header with a malformed kid', JSON.stringify({ alg: 'Ed25519', kid: 'ed25519:short', typ: 'swp+jws' })),
    withHeader('header with a duplicate key', `{"alg":"Ed25519","kid":"${kid}","kid":"${kid}","typ":"swp+jws"}`),
    withHeader('header that is no JSON', 'Ed25519'),
  ];
}

function wrongJws() {
  const good = jws(payloadOf(message, TEXT));
  const [header, payload, signature] = good.split('.');
  return [
    invalid('two parts', `${header}.${payload}`),
    invalid('four parts', `${good}.${signature}`),
    invalid('padded base64url', `${header}.${payload}=.${signature}`),
    invalid('base64 alphabet', `${header}.${payload}.${Buffer.alloc(64, 0xff).toString('base64')}`),
    invalid('signature of 63 bytes', `${header}.${payload}.${b64u(Buffer.alloc(63))}`),
    invalid('trailing bits in the signature', `${header}.${payload}.${b64u(Buffer.alloc(64)).slice(0, -1)}B`),
    invalid('payload that is no UTF-8', `${header}.${b64u(Buffer.from([0x7b, 0xff, 0x7d]))}.${signature}`),
    invalid('signed by another key under this kid', jws(payloadOf(message, TEXT), { by: { ...KEYS.gamma, kid: KEYS.alpha.kid } }), TEXT, 'SW_FED_SIGNATURE_MISMATCH'),
    invalid('payload changed after signing', `${header}.${b64u(payloadOf({ ...message, origin_ts: NOW + 1 }, TEXT))}.${signature}`, TEXT, 'SW_FED_SIGNATURE_MISMATCH'),
  ];
}

function wrongPayloads() {
  const good = payloadOf(message, TEXT);
  return [
    withPayload('payload that is no object', '[]'),
    withPayload('payload with text after it', `${good} x`),
    withPayload('payload with a duplicate key', good.replace('{', '{"origin_ts":1,')),
    withPayload('payload with a key that is duplicate only after unescaping', good.replace('{', '{"origin_\\u0074s":1,')),
    withPayload('payload nested 33 deep', good.replace('{', `{"x":${'['.repeat(32)}${']'.repeat(32)},`)),
    withPayload('payload with U+0000', good.replace('{', '{"x":"\\u0000",')),
    withPayload('payload with a lone surrogate', good.replace('{', '{"x":"\\ud800",')),
    withPayload('payload with an integer beyond 2^53-1', good.replace('{', '{"x":9007199254740992,')),
    withFields('id in upper case', { id: eventId(5).replace('7000', '7ABC') }),
    withFields('id that is no UUID', { id: 'evt-1' }),
    withFields('room event without room_id', { room_id: undefined }),
    withFields('origin in upper case', { origin: 'Alpha.test' }),
    withFields('origin_ts with a fraction', { origin_ts: NOW + 0.5 }),
    withFields('origin_ts below zero', { origin_ts: -1 }),
    withFields('origin_ts as text', { origin_ts: String(NOW) }),
    withFields('sender malformed', { sender: 'alice' }),
    withFields('sender missing where a person acts', { sender: undefined }),
    withFields('sender of another server', { sender: BOB }, 'SW_FED_FORBIDDEN'),
    withPayload('content_sha256 of 42 characters', good.replace(/"content_sha256":"./, '"content_sha256":"')),
    withPayload('content_sha256 with trailing bits', good.replace(/.("})$/, 'B$1')),
    withContent('sender where the server acts by itself', JSON.stringify({ state: 'closed' }), undefined, { type: 'swp.room.state' }),
    withContent('room_id where none belongs', '{}', undefined, { type: 'swp.peer.severed', sender: undefined }),
  ];
}

function wrongContents() {
  const filler = (bytes) => JSON.stringify({ msgtype: 'swp.text', body: 'x'.repeat(bytes - '{"msgtype":"swp.text","body":""}'.length) });
  const invite = (name, content, code) => withContent(name, JSON.stringify(content), code, { type: 'swp.room.invite', origin_ts: NOW + 101 });
  return [
    invalid('content changed after signing', jws(payloadOf(message, TEXT)), TEXT.replace('hi', 'ho')),
    invalid('content with a space more', jws(payloadOf(message, TEXT)), `${TEXT} `),
    withContent('content that is no object', '"text"'),
    withContent('content that is no JSON', '{'),
    withContent('content with a duplicate key', '{"msgtype":"swp.text","body":"a","body":"b"}'),
    withContent('content nested 33 deep', `{"msgtype":"swp.text","body":"a","x":${'['.repeat(32)}${']'.repeat(32)}}`),
    withContent('content with U+0000', '{"msgtype":"swp.text","body":"\\u0000"}'),
    withContent('content with a lone surrogate', '{"msgtype":"swp.text","body":"\\udc00"}'),
    withContent('content with an integer beyond 2^53-1', '{"msgtype":"swp.text","body":"a","n":-9007199254740992}'),
    withContent('message without body', '{"msgtype":"swp.text"}'),
    withContent('mention that is no FQID', '{"msgtype":"swp.text","body":"a","mentions":["bob"]}'),
    withContent('content of 65,537 bytes', filler(65_537), 'SW_CONTENT_TOO_LARGE'),
    withContent('redaction without event_id', '{"reason":"x"}', undefined, { type: 'swp.room.redaction' }),
    withContent('power level of 101', JSON.stringify({ fqid: BOB, membership: 'join', power_level: 101 }), undefined, { type: 'swp.room.member', sender: undefined }),
    withContent('membership of knock', JSON.stringify({ fqid: BOB, membership: 'knock' }), undefined, { type: 'swp.room.member' }),
    invite('invitation to another room than room_id', invitation({}, { id: OTHER_ROOM })),
    invite('invitation that lives a millisecond less', invitation({ expires_at: NOW + 100 + WEEK })),
    invite('invitation to a room of another host', invitation({}, { host: 'gamma.test' }), 'SW_FED_FORBIDDEN'),
    invite('invitation to an incognito room', invitation({}, { room_type: 'incognito' }), 'SW_ROOM_TYPE_INVARIANT'),
    invite('invitation to a bridge room', invitation({}, { room_type: 'bridge' }), 'SW_ROOM_TYPE_INVARIANT'),
    invite('invitation to a sidekick room', invitation({}, { room_type: 'sidekick' }), 'SW_ROOM_TYPE_INVARIANT'),
    invite('invitation to a room with a scope', invitation({}, { scope_kind: 'incognito' }), 'SW_ROOM_TYPE_INVARIANT'),
  ];
}

export function buildInvalidEvents() {
  return [...wrongHeaders(), ...wrongJws(), ...wrongPayloads(), ...wrongContents()];
}

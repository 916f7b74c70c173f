import { ROOM, b64u, eventId, sha256 } from './base.mjs';

const label = (n) => 'a'.repeat(n);
export const NAMES = {
  server_name: {
    valid: ['alpha.test', 'localhost', 'a.b-c.example', 'xn--bcher-kva.example', 'alpha.test:8443', 'alpha.test:1', 'alpha.test:65535', `${label(63)}.test`, '1.2.3.a'],
    invalid: [
      '', 'Alpha.test', 'alpha.test.', '.alpha.test', 'alpha..test', 'al pha.test', 'alpha_x.test', '-alpha.test', 'alpha-.test', `${label(64)}.test`, '127.0.0.1', '1.2.3', '0x7f.1', 'a.0x1',
      '[::1]', '::1', 'alpha.test:', 'alpha.test:0', 'alpha.test:65536', 'alpha.test:080', 'alpha.test:8443:1', 'https://alpha.test', 'alpha.test/', 'bücher.example', 'alpha.test\n',
      Array.from({ length: 5 }, () => label(63)).join('.'),
    ],
  },
  fqid: {
    valid: ['@alice:alpha.test', '@a:alpha.test:8443', '@0:alpha.test', '@code-helper:alpha.test', '@a.b_c-d:alpha.test', `@${label(64)}:alpha.test`],
    invalid: [
      '', 'alice:alpha.test', '@alice', '@:alpha.test', '@alice:', '@Alice:alpha.test', '@alice:Alpha.test', '@alice:alpha.test.', '@alice:alpha.test:99999', '@al ice:alpha.test', ' @alice:alpha.test',
      '@alice:alpha.test ', '@-alice:alpha.test', '@.alice:alpha.test', '@älice:alpha.test', `@${label(65)}:alpha.test`, '@@alice:alpha.test', '@alice@alpha.test', '@alice:127.0.0.1',
    ],
  },
  pattern: {
    matches: [['alpha.test', 'alpha.test'], ['*.test', 'alpha.test'], ['*.test', 'a.b.test'], ['*.test', 'alpha.test:8443'], ['*.test:8443', 'alpha.test:8443']],
    misses: [['alpha.test', 'alpha.test:8443'], ['*.test', 'test'], ['*.test', 'alphatest'], ['*.test', 'alpha.test.example'], ['*.test:8443', 'alpha.test'], ['*.test:8443', 'alpha.test:443']],
  },
};

const event = '{"jws":"x","content":"{}"}';
const body = (events, rest = ',"ephemeral":[]') => `{"batch_id":"b","events":${events}${rest}}`;
const ok = (name, text, events) => ({ name, body: text, expect: { ok: true, events } });
const no = (name, text, code = 'SW_FED_REQUEST_INVALID') => ({ name, body: text, expect: { ok: false, code } });
export const BATCHES = [
  ok('a hello', body('[]'), 0),
  ok('one event', body(`[${event}]`), 1),
  ok('100 events', body(`[${Array(100).fill(event).join()}]`), 100),
  ok('no ephemeral at all', body('[]', ''), 0),
  ok('ephemerals of any form', body('[]', ',"ephemeral":[1,null,{"type":"x"}]'), 0),
  ok('unknown members', body('[]', ',"ephemeral":[],"later":{"x":1}'), 0),
  ok('32 deep', body(`[{"x":${'['.repeat(29)}${']'.repeat(29)}}]`), 1),
  ok('an entry that makes no sense is an entry', body('[{}]'), 1),
  no('101 events', body(`[${Array(101).fill('{}').join()}]`), 'SW_CONTENT_TOO_LARGE'),
  no('33 deep', body(`[{"x":${'['.repeat(30)}${']'.repeat(30)}}]`)),
  no('10,000 deep', '['.repeat(10_000)),
  no('not JSON', '{"batch_id":'),
  no('empty', ''),
  no('a list', '[]'),
  no('no events', '{"batch_id":"b","ephemeral":[]}'),
  no('events that are no list', body('{}')),
  no('an entry that is text', body('["x"]')),
  no('an entry that is null', body('[null]')),
  no('an entry that is a list', body('[[]]')),
  no('ephemeral that is no list', body('[]', ',"ephemeral":{}')),
  no('batch_id that is no text', '{"batch_id":7,"events":[],"ephemeral":[]}'),
  no('no batch_id', '{"events":[],"ephemeral":[]}'),
];

const place = { room_id: ROOM, room_seq: 7, prev_seq: 6, chain: b64u(sha256('x')) };
const good = (name, kind, entry) => ({ name, entry, expect: { ok: true, kind } });
const bad = (name, entry, id = null) => ({ name, entry, expect: { ok: false, code: 'SW_FED_EVENT_INVALID', id } });
export const ENTRIES = [
  good('a room event from the host', 'sequenced', { ...place, jws: 'x', content: '{}' }),
  good('a redacted one', 'sequenced', { ...place, jws: 'x', redacted_by: eventId(10) }),
  good('an own event', 'own', { ...place, id: eventId(6) }),
  good('an event for the host, or of the control lane', 'plain', { jws: 'x', content: '{}' }),
  good('prev_seq 0 at the start of a lane', 'own', { ...place, prev_seq: 0, id: eventId(6) }),
  good('unknown members', 'plain', { jws: 'x', content: '{}', later: 1 }),
  bad('content left out without redacted_by', { ...place, jws: 'x' }),
  bad('content beside redacted_by', { ...place, jws: 'x', content: '{}', redacted_by: eventId(10) }),
  bad('content left out towards the host', { jws: 'x', redacted_by: eventId(10) }),
  bad('content as an object', { jws: 'x', content: {} }),
  bad('jws that is no text', { jws: 7, content: '{}' }),
  bad('room_seq 0', { ...place, room_seq: 0, prev_seq: 0, jws: 'x', content: '{}' }),
  bad('prev_seq not below room_seq', { ...place, prev_seq: 7, id: eventId(6) }, eventId(6)),
  bad('no chain', { ...place, chain: undefined, id: eventId(6) }, eventId(6)),
  bad('chain of 42 characters', { ...place, chain: 'A'.repeat(42), id: eventId(6) }, eventId(6)),
  bad('own event without id', place),
  bad('redacted_by that is no id', { ...place, jws: 'x', redacted_by: true }),
  bad('empty', {}),
];

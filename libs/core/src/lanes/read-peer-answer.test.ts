import { parseRetryAfter, readPeerAnswer } from './read-peer-answer.js';

const now = Date.UTC(2026, 0, 1);
const read = (status: number, body: string, headers: Record<string, string> = {}) => readPeerAnswer({ status, headers, body: Buffer.from(body) }, now);
const error = (code: string) => JSON.stringify({ error: { code, message: 'why' } });

describe('readPeerAnswer', () => {
  it.each([
    ['a 200 with JSON', read(200, '{"data":1}'), { kind: 'delivered', json: { data: 1 } }],
    ['a 200 without JSON', read(200, '<html>'), { kind: 'unreachable', reason: 'bad_answer' }],
    ['a refusal of the whole request', read(403, error('SW_FED_PEER_UNKNOWN')), { kind: 'refused', status: 403, code: 'SW_FED_PEER_UNKNOWN', message: 'why' }],
    ['a refusal without a code', read(404, 'not here'), { kind: 'refused', code: 'HTTP_404' }],
    ['a redirect', read(302, ''), { kind: 'refused', status: 302 }],
    ['429', read(429, '', { 'retry-after': '7' }), { kind: 'busy', retryAfterMs: 7_000 }],
    ['429 without a time', read(429, error('SW_RATE_LIMIT_EXCEEDED')), { kind: 'busy', retryAfterMs: null }],
    ['503 with a time', read(503, error('SW_FED_TRY_LATER'), { 'retry-after': '1' }), { kind: 'busy', code: 'SW_FED_TRY_LATER', retryAfterMs: 1_000 }],
    ['503 without a time', read(503, ''), { kind: 'unreachable', reason: 'server_error' }],
    ['500', read(500, error('SW_INTERNAL')), { kind: 'unreachable', reason: 'server_error', detail: 'HTTP 500 SW_INTERNAL' }],
  ])('%s', (_, answer, expected) => {
    expect(answer).toMatchObject(expected);
  });
});

describe('parseRetryAfter', () => {
  it.each([
    [undefined, null],
    ['0', 0],
    ['120', 120_000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Thu, 01 Jan 2025 00:00:00 GMT', 0],
    ['999999', 3_600_000],
    ['soon', null],
    ['-5', 0],
  ])('%s is %s', (value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected);
  });
});

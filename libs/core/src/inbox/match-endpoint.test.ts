import { expect, test } from '@jest/globals';
import { matchEndpoint } from './match-endpoint.js';

const base = '/_scaiwave/federation/v1';

test('each endpoint is found by its path and method, with its variables decoded', () => {
  expect(matchEndpoint('POST', `${base}/send`)).toMatchObject({ kind: 'match', match: { name: 'send' } });
  expect(matchEndpoint('GET', `${base}/profile/al%2Eice`)).toMatchObject({ kind: 'match', match: { name: 'profile', values: { local_id: 'al.ice' } } });
  expect(matchEndpoint('GET', `${base}/media/med-1`)).toMatchObject({ kind: 'match', match: { name: 'media', values: { media_id: 'med-1' } } });
  const backfill = matchEndpoint('GET', `${base}/rooms/r1/backfill?from_seq=3&limit=10`);
  expect(backfill).toMatchObject({ kind: 'match', match: { name: 'backfill', values: { room_id: 'r1' } } });
  expect(backfill.kind === 'match' && backfill.match.query.get('from_seq')).toBe('3');
});

test.each(['/', '/send', `${base}/send/`, `${base}/profile/`, `${base}/profile/a/b`, `${base}/profile/%ff`, '/_scaiwave/federation/v2/send', `${base}/calls/x/token`, `${base}/media/`])(
  'there is nothing at %s',
  (path) => {
    expect(matchEndpoint('GET', path)).toEqual({ kind: 'unknown' });
  },
);

test('a wrong method is told apart from a wrong path', () => {
  expect(matchEndpoint('GET', `${base}/send`)).toEqual({ kind: 'wrong_method', allow: 'POST' });
  expect(matchEndpoint('DELETE', `${base}/status`)).toEqual({ kind: 'wrong_method', allow: 'GET' });
});

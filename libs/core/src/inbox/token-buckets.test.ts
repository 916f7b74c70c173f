import { expect, test } from '@jest/globals';
import { TokenBuckets } from './token-buckets.js';

test('a bucket gives its second’s worth and then says when there is more', () => {
  const buckets = new TokenBuckets({ perSecond: 2 });
  expect(buckets.take('a', 0)).toEqual({ taken: true });
  expect(buckets.take('a', 0)).toEqual({ taken: true });
  expect(buckets.take('a', 0)).toEqual({ taken: false, retryAfterSeconds: 0.5 });
  expect(buckets.take('a', 500)).toEqual({ taken: true });
});

test('keys do not share a bucket', () => {
  const buckets = new TokenBuckets({ perSecond: 1 });
  expect(buckets.take('a', 0).taken).toBe(true);
  expect(buckets.take('b', 0).taken).toBe(true);
});

test('what was charged beyond the level is paid back first', () => {
  const buckets = new TokenBuckets({ perSecond: 10 });
  buckets.charge('a', 30, 0);
  expect(buckets.take('a', 1_000).taken).toBe(false);
  expect(buckets.take('a', 2_100).taken).toBe(true);
});

test('a clock that goes back neither fills nor empties a bucket', () => {
  const buckets = new TokenBuckets({ perSecond: 1 });
  buckets.take('a', 10_000);
  expect(buckets.take('a', 0).taken).toBe(false);
  expect(buckets.take('a', 1_000).taken).toBe(true);
});

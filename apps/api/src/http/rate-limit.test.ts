import { DomainError } from '@scaiwave/protocol';
import { ManualClock } from '@scaiwave/telemetry';
import { RateLimit } from './rate-limit.js';

/** How many of `count` tries are let through at once. */
function passed(count: number, attempt: (n: number) => void): number {
  return Array.from({ length: count }, (_, n) => n).filter((n) => {
    try {
      attempt(n);
      return true;
    } catch (error) {
      if (error instanceof DomainError && error.code === 'SW_RATE_LIMIT_EXCEEDED') return false;
      throw error;
    }
  }).length;
}

test('one person has 100 a second, after a burst of 400', () => {
  const clock = new ManualClock();
  const limits = new RateLimit(clock);
  expect(passed(1_000, () => limits.take('t', 'alice'))).toBe(400);
  clock.advance({ seconds: 1 });
  expect(passed(1_000, () => limits.take('t', 'alice'))).toBe(100);
  expect(passed(1, () => limits.take('t', 'bob'))).toBe(1);
});

test('a tenant has its own limit, which does not touch another’s', () => {
  const limits = new RateLimit(new ManualClock());
  expect(passed(10_000, (n) => limits.take('t', `person ${n}`))).toBe(8_000);
  expect(passed(1, () => limits.take('u', 'person 1'))).toBe(1);
});

test('a clock that is moved back locks nobody out', () => {
  const clock = new ManualClock();
  const limits = new RateLimit(clock);
  passed(400, () => limits.take('t', 'alice'));
  clock.advance({ hours: -1 });
  expect(passed(1, () => limits.take('t', 'alice'))).toBe(0);
  clock.advance({ seconds: 1 });
  expect(passed(1_000, () => limits.take('t', 'alice'))).toBe(100);
});

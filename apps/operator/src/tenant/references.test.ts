import { lookAgainIn } from './references.js';

test.each([
  ['nothing is missing', [], 60_000], ['it was noticed just now', [null], 1_000], ['it was there a moment ago', [99_500], 1_000], ['it has been missing for 4 s', [96_000], 4_000],
  ['it has been missing for an hour', [-3_500_000], 30_000], ['of two the later one is looked for', [-3_500_000, 98_000], 2_000],
])('when %s, it is read again after a time that grows with the waiting', (_what, since, ms) => {
  expect(lookAgainIn(since, 100_000)).toBe(ms);
});

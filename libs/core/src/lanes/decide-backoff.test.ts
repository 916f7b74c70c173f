import { decideBackoff, type BackoffFacts } from './decide-backoff.js';

const facts: BackoffFacts = { verdict: 'down', attempts: 1, probingForMs: 0, retryAfterMs: null, initialMs: 1_000, maxDownMs: 60_000, maxRefusedMs: 900_000, random: 0.999 };
const minutes = (count: number) => count * 60_000;

describe('decideBackoff', () => {
  it.each<[string, Partial<BackoffFacts>, number, number]>([
    ['begins with about a second', {}, 800, 1_000],
    ['doubles', { attempts: 2 }, 1_600, 2_000],
    ['is at most 3 s in the first 5 minutes', { attempts: 60, probingForMs: minutes(4.9) }, 2_400, 3_000],
    ['is at most 15 s until 30 minutes', { attempts: 60, probingForMs: minutes(29) }, 12_000, 15_000],
    ['is a minute after that, so that there is never more than one probe in it', { attempts: 200, probingForMs: minutes(31) }, 60_000, 60_000],
    ['begins with what is configured, though it is longer than that', { initialMs: 20_000 }, 16_000, 20_000],
    ['never goes beyond what is configured', { attempts: 60, maxDownMs: 500 }, 400, 500],
    ['obeys what a busy peer asks for, exactly', { verdict: 'busy', retryAfterMs: 40_000 }, 40_000, 40_000],
    ['of a busy peer that names no time grows', { verdict: 'busy', attempts: 3 }, 3_200, 4_000],
    ['of a peer that refuses us goes up to 15 minutes', { verdict: 'refuses_us', attempts: 40 }, 720_000, 900_000],
  ])('%s', (_, change, least, most) => {
    for (const random of [0, 0.5, 0.999]) {
      const wait = decideBackoff({ ...facts, ...change, random });
      expect(wait).toBeGreaterThanOrEqual(least);
      expect(wait).toBeLessThanOrEqual(most);
    }
  });
});

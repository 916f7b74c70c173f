import { randomInt } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { readEnv } from '@scaiwave/config';
import type { PlanSize } from './plan.js';
import { storm } from './storm.js';

const { CHAOS, SEED, CHAOS_MINUTES, CHAOS_SIZE = 'long' } = readEnv();
const SIZES: Readonly<Record<string, PlanSize>> = {
  short: { rooms: 6, acts: 160, faults: 30, faultsAtOnce: 1 },
  long: { rooms: 20, acts: 900, faults: 120, faultsAtOnce: 2 },
};
const MINUTE_MS = 60_000;

/** The same seed makes another plan in another size. */
const repeatOf = (seed: number, size: string): string => `make chaos SEED=${seed} CHAOS_SIZE=${size}`;

async function expectCalm(seed: number, sizeName: string, say: (line: string) => void): Promise<void> {
  const size = SIZES[sizeName];
  if (!size) throw new Error(`There is no CHAOS_SIZE ${sizeName}: say ${Object.keys(SIZES).join(' or ')}.`);
  const faults: string[] = [];
  const report = await storm({ seed, size, say: (line) => say(line) ?? faults.push(line) });
  say(`${report.accepted} messages accepted in ${report.rooms} rooms, ${report.acts} acts in all`);
  if (report.trouble.length > 0) throw new Error(`Repeat it with: ${repeatOf(seed, sizeName)}\n${report.trouble.join('\n')}\nafter: ${faults.join('; ')}`);
  expect(report.accepted).toBeGreaterThan(20);
}

describe('exactly what was said, in order, once', () => {
  if (CHAOS === undefined) {
    it.each([1, 2])('whatever breaks meanwhile (seed %i)', (seed) => expectCalm(seed, 'short', () => undefined), 180_000);
  } else {
    const minutes = Number(CHAOS_MINUTES ?? 5);
    it(`whatever breaks, for ${minutes} minutes or with the seed that is given`, async () => {
      const began = performance.now();
      const say = (line: string): void => void process.stderr.write(`${((performance.now() - began) / 1000).toFixed(1).padStart(7)} s  ${line}\n`);
      do {
        const seed = SEED === undefined ? randomInt(2 ** 31) : Number(SEED);
        say(`seed ${seed}: ${repeatOf(seed, CHAOS_SIZE)} repeats it`);
        await expectCalm(seed, CHAOS_SIZE, say);
      } while (SEED === undefined && performance.now() - began < minutes * MINUTE_MS);
    }, (minutes + 10) * MINUTE_MS);
  }
});

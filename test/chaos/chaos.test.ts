import { randomInt } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { readEnv } from '@scaiwave/config';
import type { PlanSize } from './plan.js';
import { storm } from './storm.js';

const { CHAOS, SEED, CHAOS_MINUTES } = readEnv();
const SHORT: PlanSize = { rooms: 6, acts: 160, faults: 30 };
const LONG: PlanSize = { rooms: 20, acts: 900, faults: 120 };
const MINUTE_MS = 60_000;

async function expectCalm(seed: number, size: PlanSize, say: (line: string) => void): Promise<void> {
  const faults: string[] = [];
  const report = await storm({ seed, size, say: (line) => say(line) ?? faults.push(line) });
  say(`${report.accepted} messages accepted in ${report.rooms} rooms, ${report.acts} acts in all`);
  if (report.trouble.length > 0) throw new Error(`Repeat it with: make chaos SEED=${seed}\n${report.trouble.join('\n')}\nafter: ${faults.join('; ')}`);
  expect(report.accepted).toBeGreaterThan(20);
}

describe('exactly what was said, in order, once', () => {
  if (CHAOS === undefined) {
    it.each([1, 2])('whatever breaks meanwhile (seed %i)', (seed) => expectCalm(seed, SHORT, () => undefined), 180_000);
  } else {
    const minutes = Number(CHAOS_MINUTES ?? 5);
    it(`whatever breaks, for ${minutes} minutes or with the seed that is given`, async () => {
      const began = performance.now();
      const say = (line: string): void => void process.stderr.write(`${((performance.now() - began) / 1000).toFixed(1).padStart(7)} s  ${line}\n`);
      do {
        const seed = SEED === undefined ? randomInt(2 ** 31) : Number(SEED);
        say(`seed ${seed}: make chaos SEED=${seed} repeats it`);
        await expectCalm(seed, LONG, say);
      } while (SEED === undefined && performance.now() - began < minutes * MINUTE_MS);
    }, (minutes + 10) * MINUTE_MS);
  }
});

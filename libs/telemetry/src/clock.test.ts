import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { idTime, ManualClock, newId, readClockOffset, spanMs, SystemClock, writeClockOffset } from './index.js';

describe('clocks', () => {
  test('a manual clock moves only when it is moved', () => {
    const clock = new ManualClock(1_000);
    clock.advance({ days: 1, hours: 2, minutes: 3, seconds: 4, ms: 5 });
    expect(clock.now()).toBe(1_000 + 86_400_000 + 7_200_000 + 180_000 + 4_005);
    expect(clock.date().getTime()).toBe(clock.now());
  });

  test('the system clock adds the milliseconds of its offset file, and follows a change', () => {
    const folder = mkdtempSync(join(tmpdir(), 'clock-'));
    const file = join(folder, 'offset');
    const machine = new SystemClock();
    expect(readClockOffset(file)).toBe(0);
    writeClockOffset(file, spanMs({ hours: 24 }));
    const moved = new SystemClock({ offsetFile: file });
    expect(moved.now() - machine.now()).toBeGreaterThanOrEqual(86_400_000 - 5);
    writeClockOffset(file, -5_000);
    expect(readClockOffset(file)).toBe(-5_000);
    rmSync(folder, { recursive: true });
  });
});

describe('ids', () => {
  test('an id is a UUIDv7 of the clock’s time', () => {
    const clock = new ManualClock(Date.UTC(2026, 10, 23));
    const id = newId(clock);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(idTime(id)).toBe(clock.now());
  });

  test('ten thousand ids of one millisecond are all different', () => {
    const clock = new ManualClock();
    expect(new Set(Array.from({ length: 10_000 }, () => newId(clock))).size).toBe(10_000);
  });

  test('ids of later milliseconds sort later', () => {
    const clock = new ManualClock();
    const first = newId(clock);
    clock.advance({ ms: 1 });
    expect(newId(clock) > first).toBe(true);
  });
});

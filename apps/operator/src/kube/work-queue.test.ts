import { WorkQueue } from './work-queue.js';

/** Timers that run when they are told to. */
class Timers {
  now = 0;
  #planned: { at: number; run: () => void }[] = [];

  readonly schedule = (run: () => void, ms: number): (() => void) => {
    const entry = { at: this.now + ms, run };
    this.#planned.push(entry);
    return () => (this.#planned = this.#planned.filter((one) => one !== entry));
  };

  advance(ms: number): void {
    this.now += ms;
    const due = this.#planned.filter(({ at }) => at <= this.now);
    this.#planned = this.#planned.filter(({ at }) => at > this.now);
    for (const { run } of due) run();
  }

  get count(): number {
    return this.#planned.length;
  }
}

/** Lets everything that waits for a promise go on. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the work queue', () => {
  let timers: Timers;
  let queue: WorkQueue;
  let begun: string[];
  let finish: Map<string, () => void>;

  beforeEach(() => {
    timers = new Timers();
    queue = new WorkQueue({ schedule: timers.schedule, now: () => timers.now });
    begun = [];
    finish = new Map();
  });
  const work = (key: string): Promise<void> => {
    begun.push(key);
    return new Promise((resolve) => finish.set(key, resolve));
  };
  const end = async (key: string): Promise<void> => {
    finish.get(key)?.();
    await settle();
  };

  test('the same name waits only once', async () => {
    for (const key of ['a', 'b', 'a', 'a']) queue.add(key);
    const running = queue.run(1, work);
    await settle();
    await end('a');
    await end('b');
    expect(begun).toEqual(['a', 'b']);
    queue.close();
    await running;
  });

  test('what is added while it is worked on comes again, never twice at a time', async () => {
    const running = queue.run(4, work);
    queue.add('a');
    await settle();
    queue.add('a');
    queue.add('a');
    await settle();
    expect(begun).toEqual(['a']);
    await end('a');
    expect(begun).toEqual(['a', 'a']);
    await end('a');
    expect(queue.isIdle).toBe(true);
    queue.close();
    await running;
  });

  test('what is urgent overtakes, also what has been waiting for long', async () => {
    for (const key of ['a', 'b', 'c']) queue.add(key);
    queue.add('deleted', true);
    queue.add('c', true);
    const running = queue.run(1, work);
    await settle();
    for (const key of ['deleted', 'c', 'a', 'b']) await end(key);
    expect(begun).toEqual(['deleted', 'c', 'a', 'b']);
    queue.close();
    await running;
  });

  test('no more are worked on at the same time than was asked for', async () => {
    const running = queue.run(2, work);
    for (const key of ['a', 'b', 'c']) queue.add(key);
    await settle();
    expect(begun).toEqual(['a', 'b']);
    await end('b');
    expect(begun).toEqual(['a', 'b', 'c']);
    queue.close();
    await Promise.all(['a', 'c'].map(end));
    await running;
  });

  test('of two wishes for later the earlier one counts', async () => {
    const running = queue.run(1, work);
    queue.addAfter('a', 5_000);
    queue.addAfter('a', 1_000);
    queue.addAfter('a', 9_000);
    expect(timers.count).toBe(1);
    timers.advance(999);
    await settle();
    expect(begun).toEqual([]);
    timers.advance(1);
    await settle();
    expect(begun).toEqual(['a']);
    queue.close();
    await end('a');
    await running;
  });

  test('a failure waits longer each time, up to five minutes, and success begins anew', async () => {
    const waits: number[] = [];
    const measure = (): void => {
      queue.retry('a');
      const before = timers.now;
      while (timers.count > 0) timers.advance(100);
      waits.push(timers.now - before);
    };
    for (let n = 0; n < 12; n += 1) measure();
    for (const [n, waited] of waits.entries()) {
      const step = Math.min(300_000, 1_000 * 2 ** n);
      expect(waited).toBeGreaterThanOrEqual(step / 2);
      expect(waited).toBeLessThanOrEqual(step + 100);
    }
    queue.forget('a');
    waits.length = 0;
    measure();
    expect(waits[0]).toBeLessThanOrEqual(1_100);
  });

  test('what was urgent and failed is urgent again', async () => {
    const running = queue.run(1, work);
    queue.add('deleted', true);
    await settle();
    queue.retry('deleted');
    await end('deleted');
    queue.add('a');
    await settle();
    queue.add('b');
    while (timers.count > 0) timers.advance(100);
    await end('a');
    expect(begun).toEqual(['deleted', 'a', 'deleted']);
    queue.close();
    await end('deleted');
    await running;
  });

  test('what is looked at now is no longer planned for later: the outcome says when it is due again', async () => {
    const running = queue.run(1, work);
    queue.addAfter('a', 1_000);
    queue.add('a');
    await settle();
    expect(timers.count).toBe(0);
    queue.close();
    await end('a');
    await running;
  });

  test('what is due in a year is looked at once a day: timers cannot wait for longer than 24 days', () => {
    queue.addAfter('a', 365 * 86_400_000);
    timers.advance(86_400_000 - 1);
    expect(queue.isIdle).toBe(true);
    timers.advance(1);
    expect(queue.isIdle).toBe(false);
  });

  test('closed, it hands out nothing more and lets go what was for later', async () => {
    const running = queue.run(2, work);
    queue.addAfter('later', 1_000);
    queue.close();
    queue.add('a');
    await running;
    expect([begun, timers.count]).toEqual([[], 0]);
  });
});

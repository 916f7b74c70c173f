import fc from 'fast-check';
import { isLiveKey, settleKeys } from './key-states.js';
import type { KeyEntry } from './keyring-file.js';
import { generateCheckedKey } from './generate-checked-key.js';
import { orderKeyChanges } from './order-key-changes.js';
import { rotateKeys, type NewKey, type Rotated, type RotationFacts } from './rotate-keys.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.parse('2026-01-01T00:00:00Z');
const settings = { intervalMs: 365 * DAY, publishLeadMs: DAY, overlapMs: 7 * DAY };

/** A tenant's keys, and what its workers have told so far. */
class KeyWorld {
  now = START;
  keys: KeyEntry[] = [];
  readonly published = new Map<string, Date>();
  loaded = new Set<string>();
  facts: Partial<RotationFacts> = {};
  last: Rotated | null = null;

  rotate(facts: Partial<RotationFacts> = {}): Rotated {
    const rotated = rotateKeys(this.#facts(facts));
    this.keys = rotated.keys;
    this.last = rotated;
    return rotated;
  }

  /** Like `rotate`, by somebody who is killed after some of the writes. */
  rotateAndDie(writes: number, facts: Partial<RotationFacts> = {}): void {
    const changes = orderKeyChanges(this.keys, rotateKeys(this.#facts(facts)).keys).slice(0, writes);
    for (const { after } of changes) this.keys = [...this.keys.filter(({ kid }) => kid !== after.kid), after];
  }

  /** Every worker reads the keyring and publishes it. */
  work(): void {
    this.publish();
    this.load();
  }

  publish(): void {
    for (const { kid } of this.keys) if (!this.published.has(kid)) this.published.set(kid, new Date(this.now));
  }

  load(): void {
    this.loaded = new Set(this.keys.filter(isLiveKey).map(({ kid }) => kid));
  }

  pass(ms: number): this {
    this.now += ms;
    return this;
  }

  in(state: KeyEntry['state']): string[] {
    return this.keys.filter((key) => key.state === state).map(({ kid }) => kid);
  }

  #facts(facts: Partial<RotationFacts>): RotationFacts {
    return {
      keys: this.keys, settings, published: this.published, loaded: this.loaded, lost: [], revoked: [], imported: null, isRequested: false, isSuspended: false,
      now: new Date(this.now), make: generateCheckedKey, ...this.facts, ...facts,
    };
  }
}

describe('the life of a key', () => {
  let world: KeyWorld;
  beforeEach(() => {
    world = new KeyWorld();
    world.rotate();
    world.work();
  });

  it('the first key signs at once, and the next pass changes nothing', () => {
    const [first] = world.in('active');
    expect(world.last?.news).toEqual([{ kid: first, became: 'made', state: 'active' }]);
    const { keys, news, nextRotationAt, lookAgainAt } = world.rotate();
    expect([keys, news]).toEqual([world.keys, []]);
    expect(nextRotationAt).toEqual(new Date(START + 365 * DAY));
    expect(lookAgainAt).toEqual(new Date(START + 364 * DAY));
  });

  it('a whole life: published a day before, active, retiring for a week, then without its private part, listed for ever', () => {
    const [first] = world.in('active');
    world.pass(364 * DAY).rotate();
    const [second] = world.in('next');
    expect(world.last?.nextRotationAt).toEqual(new Date(START + 365 * DAY));
    world.work();
    world.pass(DAY - 1).rotate();
    expect(world.in('active')).toEqual([first]);
    world.pass(1).rotate();
    expect([world.in('active'), world.in('retiring')]).toEqual([[second], [first]]);
    expect(world.last?.lookAgainAt).toEqual(new Date(world.now + 7 * DAY));
    world.pass(7 * DAY).rotate();
    const [retired] = world.keys.filter(({ kid }) => kid === first);
    expect(retired).toMatchObject({ state: 'retired', valid_until: new Date(world.now).toISOString() });
    expect(retired).not.toHaveProperty('seed');
  });

  it('an operator that was away for weeks still publishes the next key for its lead', () => {
    const [first] = world.in('active');
    world.pass(400 * DAY).rotate();
    expect(world.last?.waitsFor).toBe('publication');
    world.pass(2 * HOUR).work();
    world.pass(DAY - 1).rotate();
    expect(world.in('active')).toEqual([first]);
    world.pass(1).rotate();
    expect(world.in('active')).not.toEqual([first]);
  });

  it.each([
    ['nobody has published it', (one: KeyWorld) => one.published.clear(), 'publication'],
    ['one worker has not loaded it', (one: KeyWorld) => (one.loaded = new Set()), 'workers'],
    ['the tenant is suspended', (one: KeyWorld) => (one.facts = { isSuspended: true }), 'resume'],
  ] as const)('is not promoted while %s', (_, hinder, waitsFor) => {
    world.pass(364 * DAY).rotate();
    world.work();
    hinder(world);
    world.pass(30 * DAY).rotate();
    expect(world.last).toMatchObject({ waitsFor, news: [] });
    expect(world.in('next')).toHaveLength(1);
  });

  it('by hand: asked for, the next key is made at once and has to be published as long as any other; asking again makes no second one', () => {
    world.facts = { settings: { ...settings, intervalMs: 0 } };
    expect(world.pass(900 * DAY).rotate()).toMatchObject({ news: [], nextRotationAt: null, lookAgainAt: null });
    world.rotate({ isRequested: true });
    world.rotate({ isRequested: true });
    expect(world.in('next')).toHaveLength(1);
    world.work();
    world.pass(DAY).rotate();
    expect([world.in('next'), world.in('retiring')]).toEqual([[], [expect.anything()]]);
  });

  it('a revoked key is over at once, in whatever state; the one that is published already takes over', () => {
    const [first = ''] = world.in('active');
    world.rotate({ isRequested: true });
    const [second = ''] = world.in('next');
    world.rotate({ revoked: [first] });
    expect([world.in('active'), world.in('revoked')]).toEqual([[second], [first]]);
    world.rotate({ revoked: [first, second] });
    expect(world.in('revoked').toSorted()).toEqual([first, second].toSorted());
    expect(world.in('active')).toHaveLength(1);
    expect(world.keys.filter(({ state }) => state === 'revoked').every(({ seed }) => seed === undefined)).toBe(true);
  });

  it('a revocation is not undone when the list is emptied', () => {
    const [first = ''] = world.in('active');
    world.rotate({ revoked: [first] });
    world.rotate({ revoked: [] });
    expect(world.in('revoked')).toEqual([first]);
  });

  it('what is lost is replaced by another key and stays listed', () => {
    const [{ seed: _, ...first }] = world.keys as [KeyEntry];
    world.keys = [];
    world.pass(DAY).rotate({ lost: [first] });
    expect(world.in('retired')).toEqual([first.kid]);
    expect(world.in('active')).toHaveLength(1);
    expect(world.last?.news.map(({ became }) => became)).toEqual(['lost', 'made']);
  });

  it('an imported key is the first one; later on it is published first like any other, once', () => {
    const key = generateCheckedKey();
    const fresh = new KeyWorld();
    expect(fresh.rotate({ imported: 'awaited' }).keys).toEqual([]);
    fresh.rotate({ imported: key });
    expect(fresh.in('active')).toEqual([key.kid]);
    world.rotate({ imported: key });
    expect(world.in('next')).toEqual([key.kid]);
    world.rotate({ revoked: [key.kid], imported: key });
    expect(world.rotate({ imported: key }).news).toEqual([]);
    expect(world.in('revoked')).toEqual([key.kid]);
  });

  it('after the loss of everything a key comes back from its backup, but none that had ended', () => {
    const [{ seed, ...first }] = world.keys as [KeyEntry];
    const backup: NewKey = { kid: first.kid, publicKey: Buffer.from(first.public_key, 'base64url'), seed: Buffer.from(seed ?? '', 'base64url') };
    const fresh = new KeyWorld();
    fresh.rotate({ imported: backup, lost: [first] });
    expect(fresh.in('active')).toEqual([first.kid]);
    const other = new KeyWorld();
    other.rotate({ imported: backup, lost: [{ ...first, state: 'retired' }] });
    expect([other.in('retired'), other.in('active')]).toEqual([[first.kid], [expect.not.stringContaining(first.kid)]]);
  });

  it('a clock that jumps back neither un-promotes nor loses a key', () => {
    world.pass(364 * DAY).rotate();
    world.work();
    world.pass(DAY).rotate();
    const before = world.keys;
    world.pass(-500 * DAY).rotate();
    expect(world.keys).toEqual(before);
  });

  it('two operators that made a key each agree on one, and the other one stays valid', () => {
    const twin = new KeyWorld();
    twin.pass(1).rotate();
    world.keys = [...world.keys, ...twin.keys];
    world.rotate();
    expect([world.in('active'), world.in('retiring')]).toEqual([twin.in('active'), [expect.anything()]]);
  });
});

/** Anything that may happen to a tenant's keys. */
type Step =
  | { does: 'pass'; ms: number } | { does: 'rotate' | 'publish' | 'load' | 'request' | 'suspend' | 'resume' | 'revoke active' | 'lose active' | 'lose one' | 'import' | 'workers gone' }
  | { does: 'die'; writes: number } | { does: 'settings'; intervalMs: number; publishLeadMs: number; overlapMs: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('pass' as const), ms: fc.integer({ min: -3 * DAY, max: 40 * DAY }) }) },
  { weight: 5, arbitrary: fc.constantFrom('rotate', 'publish', 'load').map((does): Step => ({ does: does as 'rotate' })) },
  { weight: 2, arbitrary: fc.constantFrom('request', 'suspend', 'resume', 'revoke active', 'lose active', 'lose one', 'import', 'workers gone').map((does): Step => ({ does: does as 'request' })) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('die' as const), writes: fc.integer({ min: 0, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('settings' as const), intervalMs: fc.constantFrom(0, 20 * DAY, 90 * DAY), publishLeadMs: fc.constantFrom(HOUR, DAY), overlapMs: fc.constantFrom(0, 2 * DAY) }) },
);

/** Watches a world and says what must never happen. */
class Watcher {
  #signer: string | null = null;
  readonly #ended = new Set<string>();
  readonly #everListed = new Set<string>();

  constructor(
    private readonly world: KeyWorld,
    private readonly leadOf: () => number,
  ) {}

  look(): void {
    const given = settleKeys(this.world.keys);
    const active = given.filter(({ state }) => state === 'active');
    expect(active.length).toBeLessThanOrEqual(1);
    expect(active.every(({ seed }) => seed !== undefined)).toBe(true);
    this.#checkPromotion(active[0]?.kid ?? null);
    for (const key of given) {
      if (isLiveKey(key)) expect(this.#ended.has(key.kid)).toBe(false);
      else expect(key.seed).toBeUndefined();
      if (!isLiveKey(key)) this.#ended.add(key.kid);
      this.#everListed.add(key.kid);
    }
    expect(new Set(given.map(({ kid }) => kid)).size).toBe(given.length);
    if (this.world.last?.keys === this.world.keys) for (const kid of this.world.published.keys()) expect(given.some((key) => key.kid === kid)).toBe(true);
  }

  // Another key signs: it was published for its lead and loaded everywhere, unless the one before it was taken away.
  #checkPromotion(signer: string | null): void {
    const before = this.world.keys.find(({ kid }) => kid === this.#signer);
    if (signer !== null && before?.state === 'retiring' && before.seed !== undefined) {
      if (signer !== this.#signer) {
        const publishedAt = this.world.published.get(signer);
        expect(publishedAt).toBeDefined();
        expect(this.world.now - (publishedAt?.getTime() ?? 0)).toBeGreaterThanOrEqual(this.leadOf());
        expect(this.world.loaded.has(signer)).toBe(true);
      }
    }
    if (signer !== null) this.#signer = signer;
  }
}

describe('whatever happens to keys', () => {
  it('one signs, none before it was published for its lead, none comes again, and all stay listed', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const world = new KeyWorld();
      const revoked: string[] = [];
      const removed = new Map<string, KeyEntry>();
      let current = { ...settings, intervalMs: 30 * DAY };
      const watcher = new Watcher(world, () => current.publishLeadMs);
      const facts = (): Partial<RotationFacts> => ({ settings: current, revoked, lost: [...removed.values()].filter(({ kid }) => world.published.has(kid) && !world.keys.some((key) => key.kid === kid)) });
      const lose = (kid: string | undefined): void => {
        const key = world.keys.find((one) => one.kid === kid);
        if (key === undefined) return;
        const { seed: _, ...publicPart } = key;
        removed.set(key.kid, publicPart);
        world.keys = world.keys.filter((one) => one !== key);
      };
      const acts: Record<string, () => void> = {
        'rotate': () => world.rotate(facts()), 'publish': () => world.publish(), 'load': () => world.load(), 'request': () => world.rotate({ ...facts(), isRequested: true }),
        'suspend': () => (world.facts = { isSuspended: true }), 'resume': () => (world.facts = {}),
        'revoke active': () => revoked.push(...world.in('active')), 'lose active': () => lose(world.in('active')[0]), 'lose one': () => lose(world.keys[0]?.kid),
        'import': () => world.rotate({ ...facts(), imported: generateCheckedKey() }), 'workers gone': () => world.loaded.clear(),
      };
      for (const one of steps) {
        if (one.does === 'pass') world.pass(one.ms);
        else if (one.does === 'die') world.rotateAndDie(one.writes, facts());
        else if (one.does === 'settings') current = { intervalMs: one.intervalMs, publishLeadMs: one.publishLeadMs, overlapMs: one.overlapMs };
        else acts[one.does]?.();
        if (one.does === 'rotate' || one.does === 'request' || one.does === 'die') watcher.look();
      }
      const settled = world.rotate(facts());
      watcher.look();
      expect(world.in('active')).toHaveLength(1);
      expect(revoked.every((kid) => !world.keys.some((key) => key.kid === kid && key.state !== 'revoked' && !removed.has(kid)))).toBe(true);
      expect(world.rotate(facts()).news).toEqual([]);
      expect(settled.keys).toEqual(world.keys);
    }), { numRuns: 300 });
  });
});

import type { KeyEntry } from './keyring-file.js';

type State = KeyEntry['state'];

const RANK: Readonly<Record<State, number>> = { next: 0, active: 1, retiring: 2, retired: 3, revoked: 4 };

/** May a key of this state sign, now or later? Only such keys have a private part. */
export function isLiveKey({ state }: { state: State }): boolean {
  return RANK[state] < RANK.retired;
}

/** A key only ever moves on: has `state` come further than `than`? */
export function isFurtherState(state: State, than: State): boolean {
  return RANK[state] > RANK[than];
}

/** The key without its private part. */
export function toPublicPart(entry: KeyEntry, end: { state: 'retired' | 'revoked'; at: Date }): KeyEntry {
  const { seed: _, ...key } = entry;
  const at = end.at.toISOString();
  return { ...key, state: end.state, valid_until: key.valid_until !== undefined && key.valid_until < at ? key.valid_until : at };
}

/** Newest first; of two from the same moment always the same one. */
export function byNewest(a: KeyEntry, b: KeyEntry): number {
  return b.valid_from.localeCompare(a.valid_from) || a.kid.localeCompare(b.kid);
}

/**
 * What workers may be given: of several keys that call themselves active (somebody was killed between two writes, two operators led)
 * the newest, and private parts only where they are needed.
 */
export function settleKeys(keys: readonly KeyEntry[]): KeyEntry[] {
  const [active] = keys.filter(({ state, seed }) => state === 'active' && seed !== undefined).toSorted(byNewest);
  return keys.map((key) => {
    if (!isLiveKey(key)) return key.seed === undefined ? key : toPublicPart(key, { state: key.state as 'retired' | 'revoked', at: new Date(key.valid_until ?? key.valid_from) });
    if (key.seed === undefined) return toPublicPart(key, { state: 'retired', at: new Date(key.valid_until ?? key.valid_from) });
    return key.state === 'active' && key !== active ? { ...key, state: 'retiring' } : key;
  });
}

import { isDeepStrictEqual } from 'node:util';
import type { KeyEntry } from './keyring-file.js';

/** One key that has to be written; `before` is null for a new one. */
export interface KeyChange {
  before: KeyEntry | null;
  after: KeyEntry;
}

const ORDER: Readonly<Record<KeyEntry['state'], number>> = { next: 0, active: 1, retiring: 2, retired: 3, revoked: 3 };

/**
 * The keys that differ, in an order in which one may be killed after any of them: whoever takes over finds a key that signs, and the
 * private part of the one before it goes last.
 */
export function orderKeyChanges(before: readonly KeyEntry[], after: readonly KeyEntry[]): KeyChange[] {
  const known = new Map(before.map((key) => [key.kid, key]));
  return after.map((key) => ({ before: known.get(key.kid) ?? null, after: key }))
    .filter((change) => !isDeepStrictEqual(change.before, change.after))
    .toSorted((a, b) => ORDER[a.after.state] - ORDER[b.after.state]);
}

import type { SigningKey } from '@scaiwave/protocol/node';
import { byNewest, isLiveKey, toPublicPart } from './key-states.js';
import type { KeyEntry } from './keyring-file.js';
import type { RotationSettings } from './rotation-settings.js';

/** A key pair that has no history yet. */
export type NewKey = Pick<SigningKey, 'kid' | 'publicKey' | 'seed'>;

/** Everything that a rotation goes by. */
export interface RotationFacts {
  keys: readonly KeyEntry[];
  settings: RotationSettings;
  /** since when the descriptor lists a key, by kid */
  published: ReadonlyMap<string, Date>;
  /** kids that every live worker has; none while there is no worker */
  loaded: ReadonlySet<string>;
  /** public parts of keys that were published once and are not in `keys` any more */
  lost: readonly KeyEntry[];
  revoked: readonly string[];
  /** a key to adopt; `awaited` when one is named that cannot be read yet */
  imported: NewKey | 'awaited' | null;
  isRequested: boolean;
  isSuspended: boolean;
  /** one for the whole pass */
  now: Date;
  make: () => NewKey;
}

/** What became of a key in this pass. */
export interface KeyNews {
  kid: string;
  became: 'made' | 'adopted' | 'active' | 'retiring' | 'retired' | 'revoked' | 'lost';
  state: KeyEntry['state'];
}

/** For what a key that could sign by now has to wait. */
export type RotationWait = 'publication' | 'workers' | 'resume';

export interface Rotated {
  keys: KeyEntry[];
  news: KeyNews[];
  /** when the next key signs; null when nobody asked for one and none comes by itself */
  nextRotationAt: Date | null;
  /** when this has to be looked at again, whatever else happens; null: never by itself */
  lookAgainAt: Date | null;
  waitsFor: RotationWait | null;
}

/** Workers tell what they have loaded without anybody being called: it has to be looked for. */
const LOOK_AGAIN_MS = 5_000;

/**
 * The whole life of a tenant's keys, one step of it per call. Pure: the same facts give the same keys, and a pass over its own result
 * changes nothing until time goes on.
 *
 *   (made) next ──published for publishLead, loaded by every worker──→ active ──the next one is promoted──→ retiring ──overlap──→ retired
 *             └──────────────────────────── revoked: from any state, at once ─────────────────────────────────┘
 *
 * States only ever move on, so a clock that jumps back undoes nothing. The private part ends with `retired` and `revoked`; the public
 * part stays for ever. The first key of all, and one that replaces a lost or revoked one, signs at once: there is no other.
 */
export function rotateKeys(facts: RotationFacts): Rotated {
  const rotation = new Rotation(facts);
  rotation.settle();
  rotation.adopt();
  rotation.takeLost();
  rotation.revoke();
  rotation.ensureActive();
  rotation.promote();
  rotation.retire();
  rotation.prepareNext();
  return rotation.result();
}

class Rotation {
  readonly #keys: Map<string, KeyEntry>;
  readonly #news: KeyNews[] = [];
  #hasNewActive = false;

  constructor(private readonly facts: RotationFacts) {
    this.#keys = new Map(facts.keys.map((key) => [key.kid, key]));
  }

  /** What was published stays listed, also when its private part is gone. */
  takeLost(): void {
    for (const key of this.facts.lost) {
      if (!this.#keys.has(key.kid)) this.#put(toPublicPart(key, { state: key.state === 'revoked' ? 'revoked' : 'retired', at: this.facts.now }), isLiveKey(key) ? 'lost' : null);
    }
  }

  revoke(): void {
    for (const kid of this.facts.revoked) {
      const key = this.#keys.get(kid);
      if (key !== undefined && key.state !== 'revoked') this.#put(toPublicPart(key, { state: 'revoked', at: this.facts.now }), 'revoked');
    }
  }

  /** Puts right what was left by somebody who was killed between two writes, or by two who led at once. */
  settle(): void {
    for (const key of this.#keys.values()) {
      if (isLiveKey(key) && key.seed === undefined) this.#end(key);
      else if (!isLiveKey(key) && key.seed !== undefined) this.#put(toPublicPart(key, { state: key.state as 'retired' | 'revoked', at: this.facts.now }), null);
    }
    const [, ...surplus] = this.#inState('active').toSorted(byNewest);
    for (const key of surplus) this.#demote(key);
    const [, ...unneeded] = this.#inState('next').toSorted(byNewest).toReversed();
    for (const key of unneeded) this.#end(key);
  }

  /** A kid that was here before, in whatever state, is never taken up again; only where every key is gone may one come back from a backup. */
  adopt(): void {
    const { imported, settings, lost, revoked } = this.facts;
    if (imported === null || imported === 'awaited' || this.#keys.has(imported.kid) || revoked.includes(imported.kid)) return;
    const before = lost.find(({ kid }) => kid === imported.kid);
    if (before !== undefined && (this.#keys.size > 0 || !isLiveKey(before))) return;
    if (this.#active() === null) this.#begin(imported, { state: 'active', from: this.facts.now, became: 'adopted' });
    else if (this.#next() === null) this.#begin(imported, { state: 'next', from: this.#after(settings.publishLeadMs), became: 'adopted' });
  }

  ensureActive(): void {
    if (this.#active() !== null) return;
    const next = this.#next();
    // One that peers may have seen already is better than one that nobody has.
    if (next !== null) this.#activate(next);
    else if (this.facts.imported !== 'awaited' || this.facts.keys.length > 0) this.#begin(this.facts.make(), { state: 'active', from: this.facts.now, became: 'made' });
  }

  retire(): void {
    for (const key of this.#inState('retiring')) {
      if (key.valid_until === undefined) this.#put({ ...key, valid_until: this.#after(this.facts.settings.overlapMs).toISOString() }, null);
      else if (Date.parse(key.valid_until) <= this.facts.now.getTime()) this.#end(key);
    }
  }

  promote(): void {
    const [active, next] = [this.#active(), this.#next()];
    if (active === null || next === null || this.#hasNewActive || this.#waitOf(next) !== null || this.#signsAt(next) > this.facts.now.getTime()) return;
    this.#activate(next, active);
    this.#demote(active);
  }

  prepareNext(): void {
    const active = this.#active();
    if (active === null || this.#next() !== null || this.#hasNewActive) return;
    const { intervalMs, publishLeadMs } = this.facts.settings;
    const dueAt = Date.parse(active.valid_from) + intervalMs;
    const isDue = intervalMs > 0 && this.facts.now.getTime() >= dueAt - publishLeadMs;
    if (!isDue && !this.facts.isRequested) return;
    const earliest = this.#after(publishLeadMs).getTime();
    this.#begin(this.facts.make(), { state: 'next', from: new Date(this.facts.isRequested ? earliest : Math.max(earliest, dueAt)), became: 'made' });
  }

  result(): Rotated {
    const keys = [...this.#keys.values()].toSorted((a, b) => byNewest(b, a));
    const [next, active] = [this.#next(), this.#active()];
    const { intervalMs, publishLeadMs } = this.facts.settings;
    const dueMs = active === null || intervalMs === 0 ? null : Date.parse(active.valid_from) + intervalMs;
    const nextRotationMs = next === null ? dueMs : this.#signsAt(next);
    const looks = this.#inState('retiring').map(({ valid_until: end }) => Date.parse(end ?? ''));
    if (next === null && dueMs !== null) looks.push(dueMs - publishLeadMs);
    const waitsFor = next === null ? null : this.#waitOf(next);
    if (next !== null && waitsFor !== 'resume') looks.push(this.#lookForPromotion(next, waitsFor));
    return {
      keys, news: this.#news, waitsFor, nextRotationAt: nextRotationMs === null ? null : new Date(nextRotationMs),
      lookAgainAt: looks.length === 0 ? null : new Date(Math.min(...looks)),
    };
  }

  #lookForPromotion(next: KeyEntry, waitsFor: RotationWait | null): number {
    const soon = this.facts.now.getTime() + LOOK_AGAIN_MS;
    if (waitsFor === 'publication') return soon;
    return waitsFor === null ? this.#signsAt(next) : Math.max(soon, this.#signsAt(next));
  }

  /** Not before it was planned, and not before it was published for as long as it has to be, however late that began. */
  #signsAt(next: KeyEntry): number {
    const published = this.facts.published.get(next.kid);
    const planned = Date.parse(next.valid_from);
    return published === undefined ? planned : Math.max(planned, published.getTime() + this.facts.settings.publishLeadMs);
  }

  #waitOf(next: KeyEntry): RotationWait | null {
    if (!this.facts.published.has(next.kid)) return 'publication';
    if (this.facts.isSuspended) return 'resume';
    return this.facts.loaded.has(next.kid) ? null : 'workers';
  }

  #begin(key: NewKey, { state, from, became }: { state: 'next' | 'active'; from: Date; became: 'made' | 'adopted' }): void {
    if (state === 'active') this.#hasNewActive = true;
    this.#put({ kid: key.kid, public_key: key.publicKey.toString('base64url'), seed: Buffer.from(key.seed).toString('base64url'), state, valid_from: from.toISOString() }, became);
  }

  #activate(next: KeyEntry, before?: KeyEntry): void {
    this.#hasNewActive = true;
    // Later than the one before it even if the clock went back since: the newest is the one that counts.
    const at = Math.max(this.facts.now.getTime(), before === undefined ? 0 : Date.parse(before.valid_from) + 1);
    this.#put({ ...next, state: 'active', valid_from: new Date(at).toISOString() }, 'active');
  }

  #demote(active: KeyEntry): void {
    this.#put({ ...active, state: 'retiring', valid_until: this.#after(this.facts.settings.overlapMs).toISOString() }, 'retiring');
  }

  #end(key: KeyEntry): void {
    this.#put(toPublicPart(key, { state: 'retired', at: this.facts.now }), 'retired');
  }

  #put(key: KeyEntry, became: KeyNews['became'] | null): void {
    this.#keys.set(key.kid, key);
    if (became !== null) this.#news.push({ kid: key.kid, became, state: key.state });
  }

  #inState(state: KeyEntry['state']): KeyEntry[] {
    return [...this.#keys.values()].filter((key) => key.state === state);
  }

  #active(): KeyEntry | null {
    return this.#inState('active')[0] ?? null;
  }

  #next(): KeyEntry | null {
    return this.#inState('next')[0] ?? null;
  }

  #after(ms: number): Date {
    return new Date(this.facts.now.getTime() + ms);
  }
}

import type { KeyEntry } from '@scaiwave/core/resources';
import { LABELS, type Secret, type Tenant } from '../kinds.js';
import { readKeySecret, SIGNING_KEY, type StoredKey } from './key-secrets.js';

type SoundKey = Extract<StoredKey, { problem: null }>;

/** A tenant's keys, as its Secrets hold them. */
export interface StoredKeys {
  entries: KeyEntry[];
  /** the Secret of a key, by kid */
  secrets: ReadonlyMap<string, Secret>;
  /** Secrets with a private part of a key of which only the public part is to be kept: somebody was killed between two writes */
  leftovers: Secret[];
  problems: string[];
}

/**
 * Reads what is sound. A Secret of another server_name belongs to an earlier Tenant of this name and is left alone; the keys of an
 * earlier one with the same server_name are taken up again.
 */
export function collectKeys(tenant: Tenant, secrets: readonly Secret[]): StoredKeys {
  const stored = secrets.filter(({ metadata }) => metadata.labels?.[LABELS.part] === SIGNING_KEY).map(readOnce);
  const sound = stored.filter((key): key is SoundKey => key.problem === null && key.serverName === tenant.spec.serverName);
  const ended = new Set(sound.filter(({ entry }) => entry.seed === undefined).map(({ entry }) => entry.kid));
  const isLeftover = ({ entry }: SoundKey): boolean => entry.seed !== undefined && ended.has(entry.kid);
  const counted = sound.filter((key) => !isLeftover(key));
  return {
    entries: counted.map(({ entry }) => entry),
    secrets: new Map(counted.map(({ entry, secret }) => [entry.kid, secret])),
    leftovers: sound.filter(isLeftover).map(({ secret }) => secret),
    problems: stored.flatMap(({ problem }) => problem ?? []),
  };
}

// To see whether a seed fits its key costs a tenth of a millisecond, and a pool looks at all of its keys whenever one has changed. An
// object that is seen never changes: whoever holds the same one may have the same answer.
const alreadyRead = new WeakMap<Secret, StoredKey>();

function readOnce(secret: Secret): StoredKey {
  const known = alreadyRead.get(secret) ?? readKeySecret(secret);
  alreadyRead.set(secret, known);
  return known;
}

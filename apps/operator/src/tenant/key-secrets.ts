import { createHash, createHmac } from 'node:crypto';
import { keyStateSchema } from '@scaiwave/protocol';
import type { KeyEntry } from '@scaiwave/core/resources';
import { fingerprintOf, kidOf, signingKeyFromSeed } from '@scaiwave/protocol/node';
import { ANNOTATIONS, KEY_SECRET_TYPE, LABELS, MANAGED_BY, SECRET, type PublishedKey, type Secret, type Tenant } from '../kinds.js';

export const SIGNING_KEY = 'signing-key';
const PUBLIC_PART = '-public';

/** A key as it lies in its Secret; `problem` when what is there is not what was put there. */
export type StoredKey = { secret: Secret; entry: KeyEntry; serverName: string; problem: null } | { secret: Secret; entry: null; problem: string };

/** One Secret per key, made once; only its state moves on. What is left of a key without its private part is another Secret. */
export function buildKeySecret(tenant: Tenant, entry: KeyEntry): Secret {
  const { name, namespace = '' } = tenant.metadata;
  const { labels, annotations } = buildKeyState(entry);
  return {
    apiVersion: SECRET.apiVersion, kind: SECRET.kind, type: KEY_SECRET_TYPE, immutable: true,
    metadata: {
      name: keySecretName(name, entry), namespace,
      labels: { [LABELS.managedBy]: MANAGED_BY, [LABELS.part]: SIGNING_KEY, [LABELS.tenant]: name, ...labels },
      annotations: Object.fromEntries(Object.entries(annotations).flatMap(([key, value]) => (value === null ? [] : [[key, value]]))),
    },
    data: {
      server_name: encode(tenant.spec.serverName), kid: encode(entry.kid), public_key: encode(entry.public_key), ...(entry.seed !== undefined && { seed: encode(entry.seed) }),
    },
  };
}

/** The part of a key's Secret that changes in its life; null takes an annotation away. */
export function buildKeyState(entry: KeyEntry): { labels: Record<string, string>; annotations: Record<string, string | null> } {
  return {
    labels: { [LABELS.keyState]: entry.state },
    annotations: { [ANNOTATIONS.validFrom]: entry.valid_from, [ANNOTATIONS.validUntil]: entry.valid_until ?? null, [ANNOTATIONS.stateDigest]: digestOf(entry) },
  };
}

/** Kubernetes' names have no upper case and no `_`, kids do: the name carries a hash of it. */
export function keySecretName(tenant: string, { kid, seed }: Pick<KeyEntry, 'kid' | 'seed'>): string {
  return `${tenant}-key-${createHash('sha256').update(kid).digest('hex').slice(0, 12)}${seed === undefined ? PUBLIC_PART : ''}`;
}

export function readKeySecret(secret: Secret): StoredKey {
  const { name, labels = {}, annotations = {} } = secret.metadata;
  const entry = readEntry(secret);
  if (!isWhole(entry) || name !== keySecretName(labels[LABELS.tenant] ?? '', entry)) return { secret, entry: null, problem: `the Secret ${name} does not hold the key that was put into it` };
  const isUntouched = keyStateSchema.safeParse(entry.state).success && annotations[ANNOTATIONS.stateDigest] === digestOf(entry);
  if (!isUntouched) return { secret, entry: null, problem: `the labels or annotations of the Secret ${name} were changed by somebody` };
  return { secret, entry, serverName: decode(secret.data?.server_name), problem: null };
}

function readEntry({ metadata: { labels = {}, annotations = {} }, data = {} }: Secret): KeyEntry {
  const until = annotations[ANNOTATIONS.validUntil];
  return {
    kid: decode(data.kid) as KeyEntry['kid'], public_key: decode(data.public_key), state: labels[LABELS.keyState] as KeyEntry['state'], valid_from: annotations[ANNOTATIONS.validFrom] ?? '',
    ...(data.seed !== undefined && { seed: decode(data.seed) }), ...(until !== undefined && { valid_until: until }),
  };
}

const STATES = { next: 'Next', active: 'Active', retiring: 'Retiring', retired: 'Retired', revoked: 'Revoked' } as const satisfies Record<KeyEntry['state'], PublishedKey['state']>;

export function describeKey(tenantName: string, entry: KeyEntry): PublishedKey {
  return {
    kid: entry.kid, secretName: keySecretName(tenantName, entry), signFrom: entry.valid_from, state: STATES[entry.state],
    fingerprint: fingerprintOf(Buffer.from(entry.public_key, 'base64url')),
    ...(entry.valid_until && { expiresAt: entry.valid_until }),
  };
}

// Data of an immutable Secret cannot be changed, labels and annotations can: a state that was not written with the key in hand shows.
function digestOf({ seed, public_key: publicKey, state, valid_from: from, valid_until: until }: KeyEntry): string {
  return createHmac('sha256', Buffer.from(seed ?? publicKey, 'base64url')).update([state, from, until ?? ''].join('\n')).digest('base64url').slice(0, 22);
}

function isWhole({ kid, public_key: publicKey, seed }: KeyEntry): boolean {
  const raw = Buffer.from(publicKey, 'base64url');
  const isKey = raw.length === 32 && kidOf(raw) === kid;
  return isKey && (seed === undefined || seedFits(kid, seed));
}

function seedFits(kid: string, seed: string): boolean {
  const raw = Buffer.from(seed, 'base64url');
  return raw.length === 32 && signingKeyFromSeed(raw).kid === kid;
}

const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
const decode = (text: string | undefined): string => Buffer.from(text ?? '', 'base64').toString('utf8');

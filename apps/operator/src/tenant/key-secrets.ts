import { createHash } from 'node:crypto';
import type { KeyEntry } from '@scaiwave/core';
import { fingerprintOf, kidOf, signingKeyFromSeed } from '@scaiwave/protocol/node';
import { ANNOTATIONS, KEY_SECRET_TYPE, LABELS, MANAGED_BY, SECRET, type PublishedKey, type Secret, type Tenant } from '../kinds.js';

export const SIGNING_KEY = 'signing-key';

/** A key as it lies in its Secret; `problem` when what is there cannot be the key that its name says. */
export type StoredKey = { secretName: string; entry: KeyEntry; problem: null } | { secretName: string; entry: null; problem: string };

/** One Secret per key, made once and never changed but for its labels. */
export function buildKeySecret(tenant: Tenant, entry: KeyEntry): Secret {
  const { name, namespace = '' } = tenant.metadata;
  return {
    apiVersion: SECRET.apiVersion, kind: SECRET.kind, type: KEY_SECRET_TYPE, immutable: true,
    metadata: {
      name: keySecretName(name, entry.kid), namespace,
      labels: { [LABELS.managedBy]: MANAGED_BY, [LABELS.part]: SIGNING_KEY, [LABELS.tenant]: name, [LABELS.keyState]: entry.state },
      annotations: { [ANNOTATIONS.validFrom]: entry.valid_from, ...(entry.valid_until && { [ANNOTATIONS.validUntil]: entry.valid_until }) },
    },
    data: { kid: encode(entry.kid), public_key: encode(entry.public_key), ...(entry.seed !== undefined && { seed: encode(entry.seed) }) },
  };
}

/** Kubernetes' names have no upper case and no `_`, kids do: the name carries a hash of it. */
export function keySecretName(tenant: string, kid: string): string {
  return `${tenant}-key-${createHash('sha256').update(kid).digest('hex').slice(0, 12)}`;
}

export function readKeySecret({ metadata: { name, labels = {}, annotations = {} }, data = {} }: Secret): StoredKey {
  const kid = decode(data.kid);
  const publicKey = decode(data.public_key);
  const seed = data.seed === undefined ? undefined : decode(data.seed);
  const isWhole = keyFits(kid, publicKey) && (seed === undefined || seedFits(kid, seed)) && name.endsWith(keySecretName('', kid));
  if (!isWhole) return { secretName: name, entry: null, problem: `the Secret ${name} does not hold the key that was put into it` };
  const state = labels[LABELS.keyState] as KeyEntry['state'];
  return { secretName: name, problem: null, entry: {
    kid: kid as KeyEntry['kid'], public_key: publicKey, state, valid_from: annotations[ANNOTATIONS.validFrom] ?? new Date(0).toISOString(),
    ...(seed !== undefined && { seed }), ...(annotations[ANNOTATIONS.validUntil] !== undefined && { valid_until: annotations[ANNOTATIONS.validUntil] }),
  } };
}

const STATES = { next: 'Next', active: 'Active', retiring: 'Retiring', retired: 'Retired', revoked: 'Revoked' } as const satisfies Record<KeyEntry['state'], PublishedKey['state']>;

export function describeKey({ secretName, entry }: { secretName: string; entry: KeyEntry }): PublishedKey {
  return {
    kid: entry.kid, secretName, signFrom: entry.valid_from, state: STATES[entry.state],
    fingerprint: fingerprintOf(Buffer.from(entry.public_key, 'base64url')),
    ...(entry.valid_until && { expiresAt: entry.valid_until }),
  };
}

function keyFits(kid: string, publicKey: string): boolean {
  const raw = Buffer.from(publicKey, 'base64url');
  return raw.length === 32 && kidOf(raw) === kid;
}

function seedFits(kid: string, seed: string): boolean {
  const raw = Buffer.from(seed, 'base64url');
  return raw.length === 32 && signingKeyFromSeed(raw).kid === kid;
}

const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
const decode = (text: string | undefined): string => Buffer.from(text ?? '', 'base64').toString('utf8');

import { buildActiveKey, type KeyEntry } from '@scaiwave/core';
import sodium from 'libsodium-wrappers';
import type { Finding } from '../kube/conditions.js';
import { keyOf } from '../kube/kube-object.js';
import { SECRET, type Secret, type Tenant } from '../kinds.js';
import type { OperatorContext } from '../operator-context.js';
import { buildKeySecret, readKeySecret, SIGNING_KEY, type StoredKey } from './key-secrets.js';
import { bad, ok } from './tenant.checks.js';
import { LABELS } from '../kinds.js';

type SoundKey = Extract<StoredKey, { problem: null }>;

export interface KeysFound {
  finding: Finding;
  keys: SoundKey[];
}

/** Sees to it that a tenant has a key that signs. The Secrets are the truth: whatever is in them sound counts, nothing else. */
export class EnsureKeys {
  constructor(private readonly context: OperatorContext) {}

  async run(tenant: Tenant): Promise<KeysFound> {
    const stored = this.#secretsOf(tenant).map(readKeySecret);
    const keys = stored.filter((key): key is SoundKey => key.problem === null);
    const broken = stored.flatMap(({ problem }) => problem ?? []);
    const missing = this.#missing(tenant, stored);
    if (keys.some(({ entry }) => signs(entry))) return { keys, finding: this.#judge(broken) };
    const made = await this.#make(tenant);
    if (broken.length + missing.length > 0) await this.#warn(tenant, broken, missing);
    return { keys: [...keys, made], finding: this.#judge(broken) };
  }

  #secretsOf(tenant: Tenant): Secret[] {
    return this.context.world.secrets.listBy('tenant', keyOf(tenant)).filter(({ metadata }) => metadata.labels?.[LABELS.part] === SIGNING_KEY);
  }

  #missing(tenant: Tenant, stored: readonly StoredKey[]): string[] {
    const published = tenant.status?.keys?.published ?? [];
    return published.filter(({ state, secretName }) => state === 'Active' && !stored.some((key) => key.secretName === secretName)).map(({ secretName }) => secretName);
  }

  async #make(tenant: Tenant): Promise<SoundKey> {
    await sodium.ready;
    const entry = buildActiveKey(this.context.clock.date());
    const secret = buildKeySecret(tenant, entry);
    await this.context.client.create(SECRET, secret);
    await this.context.events.record(tenant, { type: 'Normal', reason: 'KeyGenerated', message: `The signing key ${entry.kid} was made.` });
    return { secretName: secret.metadata.name, entry, problem: null };
  }

  async #warn(tenant: Tenant, broken: readonly string[], missing: readonly string[]): Promise<void> {
    const reason = broken.length > 0 ? 'SecretTampered' : 'SecretMissing';
    const what = [...broken, ...missing.map((name) => `the Secret ${name} is gone`)].join('; ');
    await this.context.events.record(tenant, { type: 'Warning', reason, message: `A new signing key was made, because ${what}. Peers that pin the old key stop until they know the new one.` });
  }

  #judge(broken: readonly string[]): Finding {
    if (broken.length > 0) return bad('KeysReady', 'SecretTampered', `${broken.join('; ')}. Delete that Secret, or restore it from a backup; another key signs meanwhile.`);
    return ok('KeysReady', 'KeysReady');
  }
}

function signs(entry: KeyEntry): boolean {
  return entry.state === 'active' && entry.seed !== undefined;
}

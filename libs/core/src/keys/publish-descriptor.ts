import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { LIMITS, type EndpointName, type KeyState } from '@scaiwave/protocol';
import { buildDescriptorText, formatPublicKey, signDescriptor } from '@scaiwave/protocol/node';
import { Clock } from '@scaiwave/telemetry';
import type { TenantContext } from '../tenants/index.js';
import { DescriptorStore, type DescriptorRow, type SigningKeyRow } from './descriptor.store.js';
import { isFurtherState, isLiveKey } from './key-states.js';
import { Keyring, type PublicKeyEntry } from './keyring.js';

/** What a worker serves beside the four fixed endpoints. */
const OPTIONAL_ENDPOINTS: readonly EndpointName[] = ['directory', 'media', 'status'];
/** The newest ones; a descriptor lists at most 100. */
const MAX_KEYS = 100;

export type DescriptorPublished = 'published' | 'unchanged' | 'no_key';

function isYoung(row: DescriptorRow, now: number): boolean {
  const half = (row.valid_until.getTime() - row.built_at.getTime()) / 2;
  return now >= row.built_at.getTime() && now < row.built_at.getTime() + half;
}

function describeKeys(keys: PublicKeyEntry[]) {
  return keys.slice(-MAX_KEYS).map((key) => ({
    kid: key.kid, public_key: formatPublicKey(key.publicKey), state: key.state,
    valid_from: key.validFrom.getTime(), valid_until: key.validUntil?.getTime() ?? null,
  }));
}

/**
 * Have these keys been overtaken? Workers get a new keyring one after the other: the last one must not publish what the first has
 * replaced. States only move on, so what is stored tells which of two keyrings is the older one.
 */
function isOvertaken(keys: readonly PublicKeyEntry[], stored: readonly SigningKeyRow[]): boolean {
  const mine = new Map(keys.map(({ kid, state }) => [kid as string, state]));
  return stored.some(({ kid, state }) => {
    const here = mine.get(kid);
    return here === undefined ? isLiveKey({ state: state as KeyState }) : isFurtherState(state as KeyState, here);
  });
}

/**
 * Signs the tenant's descriptor and stores it for the API to serve, with the public parts of its keys. Only workers can: it needs
 * the keyring. Does nothing while the stored one was made from the same keys and is in the first half of its validity, so it may be
 * called on every sweep and must be called before a tenant's first send.
 */
@Injectable()
export class PublishDescriptor {
  constructor(
    private readonly db: Database,
    private readonly store: DescriptorStore,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  async run(tenant: TenantContext): Promise<DescriptorPublished> {
    if (!this.keyring.hasActiveKey(tenant)) return 'no_key';
    const keys = this.keyring.listPublicKeys(tenant);
    const described = describeKeys(keys);
    const sourceHash = createHash('sha256').update(JSON.stringify([tenant.serverName, described, OPTIONAL_ENDPOINTS])).digest('hex');
    const [present, stored] = await this.db.readTenant(tenant.id, (db) => Promise.all([this.store.findDescriptor(db), this.store.listSigningKeys(db)]));
    if (present !== null && isYoung(present, this.clock.now()) && (present.source_hash === sourceHash || isOvertaken(keys, stored))) return 'unchanged';
    const builtAt = this.clock.date();
    const validUntil = builtAt.getTime() + LIMITS.descriptorValidityMs;
    const text = buildDescriptorText({ serverName: tenant.serverName, keys: described, validUntil, endpoints: OPTIONAL_ENDPOINTS });
    const body = signDescriptor(text, this.keyring.descriptorSigners(tenant));
    await this.db.forTenant(tenant.id, async (tx) => {
      for (const key of keys) await this.store.upsertSigningKey(tx, key, builtAt);
      await this.store.upsertDescriptor(tx, { body, source_hash: sourceHash, built_at: builtAt, valid_until: new Date(validUntil) });
    });
    return 'published';
  }
}

import { createHash } from 'node:crypto';
import { encodeKeyringFile, keyringFileName, type KeyEntry } from '@scaiwave/core';
import { parseServerName } from '@scaiwave/protocol';
import { LABELS, MANAGED_BY, SECRET, type Secret } from '../kinds.js';

/** A tenant and its keys, as a pool's workers get them. */
export interface PoolTenant {
  /** `namespace/name` of the resource */
  resource: string;
  serverName: string;
  keys: KeyEntry[];
}

export interface KeyringPlan {
  releaseName: string;
  releaseNamespace: string;
  pool: string;
  tenants: readonly PoolTenant[];
}

/** A Secret holds 1 MiB: sixteen are enough for 8,000 tenants with a few keys each. A pool of one tenant has one. */
const SHARDS = 16;

export function keyringNames({ releaseName, pool }: Pick<KeyringPlan, 'releaseName' | 'pool'>): string[] {
  return Array.from({ length: pool === 'shared' ? SHARDS : 1 }, (_, shard) => `${releaseName}-keyring-${pool}-${shard}`);
}

/** The keyring of a pool as Secrets; a tenant always lands in the same one, so that a new tenant changes one Secret only. */
export function buildKeyrings(plan: KeyringPlan): Secret[] {
  const names = keyringNames(plan);
  return names.map((name, shard) => {
    const mine = plan.tenants.filter(({ resource }) => shardOf(resource, names.length) === shard).toSorted((a, b) => a.serverName.localeCompare(b.serverName));
    return {
      apiVersion: SECRET.apiVersion, kind: SECRET.kind, type: 'Opaque',
      metadata: { name, namespace: plan.releaseNamespace, labels: { [LABELS.managedBy]: MANAGED_BY, [LABELS.part]: 'keyring', [LABELS.pool]: plan.pool } },
      data: Object.fromEntries(mine.map((tenant) => [keyringFileName(tenant.serverName), encodeTenant(tenant)])),
    };
  });
}

function encodeTenant({ serverName, keys }: PoolTenant): string {
  const ordered = keys.toSorted((a, b) => a.valid_from.localeCompare(b.valid_from) || a.kid.localeCompare(b.kid));
  return Buffer.from(encodeKeyringFile({ version: 1, server_name: parseServerName(serverName), keys: ordered }, null), 'utf8').toString('base64');
}

function shardOf(resource: string, shards: number): number {
  return createHash('sha256').update(resource).digest().readUInt32BE(0) % shards;
}

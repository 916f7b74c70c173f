import { createHash } from 'node:crypto';
import { encodeKeyringFile, keyringFileName, type KeyEntry } from '@scaiwave/core/resources';
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
  shards: number;
}

const SHARED_SHARDS = 16;
const MAX_TENANTS = 500;
/** A Secret holds 1 MiB, a key takes some 300 bytes. */
const MAX_KEYS_IN_SECRET = 2_000;
/** A descriptor lists as many. */
const MAX_KEYS = 100;

/**
 * How many Secrets hold the keyring of a pool: a power of two from 16 on, so that none has more than 500 tenants. A further one is a change
 * of the workers' template, so there are never fewer than there were (`present`).
 */
export function countShards(tenants: readonly PoolTenant[], present: readonly Secret[]): number {
  const highest = Math.max(0, ...present.map(({ metadata }) => Number(/\d+$/.exec(metadata.name)?.[0] ?? 0)));
  let shards = SHARED_SHARDS;
  while (shards <= highest) shards *= 2;
  while (shards < tenants.length && isOverfull(tenants, shards)) shards *= 2;
  return shards;
}

function isOverfull(tenants: readonly PoolTenant[], shards: number): boolean {
  const filled = Map.groupBy(tenants, ({ resource }) => shardOf(resource, shards));
  return [...filled.values()].some((mine) => mine.length > MAX_TENANTS || mine.reduce((count, { keys }) => count + Math.min(keys.length, MAX_KEYS), 0) > MAX_KEYS_IN_SECRET);
}

export function keyringNames({ releaseName, pool, shards }: Pick<KeyringPlan, 'releaseName' | 'pool' | 'shards'>): string[] {
  return Array.from({ length: shards }, (_, shard) => `${releaseName}-keyring-${pool}-${shard}`);
}

/** The keyring of a pool as Secrets; a tenant always lands in the same one, so that a new tenant changes one Secret only. */
export function buildKeyrings(plan: KeyringPlan): Secret[] {
  const names = keyringNames(plan);
  const filled = Map.groupBy(plan.tenants, ({ resource }) => shardOf(resource, names.length));
  return names.map((name, shard) => {
    const mine = (filled.get(shard) ?? []).toSorted((a, b) => (a.serverName < b.serverName ? -1 : 1));
    return {
      apiVersion: SECRET.apiVersion, kind: SECRET.kind, type: 'Opaque',
      metadata: { name, namespace: plan.releaseNamespace, labels: { [LABELS.managedBy]: MANAGED_BY, [LABELS.part]: 'keyring', [LABELS.pool]: plan.pool } },
      data: Object.fromEntries(mine.map((tenant) => [keyringFileName(tenant.serverName), encodeTenant(tenant)])),
    };
  });
}

/** Changes with anything that workers would read anew. */
export function hashKeyrings(keyrings: readonly Secret[]): string {
  return createHash('sha256').update(JSON.stringify(keyrings.map(({ data }) => data))).digest('hex').slice(0, 16);
}

function encodeTenant({ serverName, keys }: PoolTenant): string {
  const ordered = keys.toSorted((a, b) => a.valid_from.localeCompare(b.valid_from) || a.kid.localeCompare(b.kid)).slice(-MAX_KEYS);
  return Buffer.from(encodeKeyringFile({ version: 1, server_name: parseServerName(serverName), keys: ordered }, null), 'utf8').toString('base64');
}

function shardOf(resource: string, shards: number): number {
  return createHash('sha256').update(resource).digest().readUInt32BE(0) % shards;
}

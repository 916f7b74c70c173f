import type { KubeObject } from './kube/kube-object.js';
import { LABELS } from './kinds.js';
import { tenantOf } from './owner-of.js';
import { poolOf, SHARED_POOL } from './tenant/pool-of.js';
import type { World } from './world.js';

/** Tenants and pools that objects in the release's namespace belong to, but of which there is no resource any more. */
export function listOrphanOwners(world: Pick<World, 'tenants' | 'secrets' | 'deployments' | 'ingresses' | 'children'>): { tenants: string[]; pools: string[] } {
  const objects: KubeObject[] = [...world.secrets.list(), ...world.deployments.list(), ...world.ingresses.list(), ...world.children.list().map(({ object }) => object)]
    .filter(isBesideTheApi);
  const pools = new Set(world.tenants.list().map(poolOf)).add(SHARED_POOL);
  return {
    tenants: unique(objects.map(tenantOf)).filter((key) => world.tenants.find(key) === null),
    pools: unique(objects.map(({ metadata }) => metadata.labels?.[LABELS.pool] ?? null)).filter((pool) => !pools.has(pool)),
  };
}

function unique(names: readonly (string | null)[]): string[] {
  return [...new Set(names.filter((name) => name !== null))];
}

// What lives with its tenant, such as the keys that outlive it by intent, does not say in which namespace the tenant is.
function isBesideTheApi({ metadata: { labels = {} } }: KubeObject): boolean {
  return labels[LABELS.tenantNamespace] !== undefined || labels[LABELS.pool] !== undefined;
}

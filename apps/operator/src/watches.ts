import { clientSecretFileName } from '@scaiwave/core/resources';
import type { Controller } from './kube/controller.js';
import { POD, type Pod } from './child-kinds.js';
import { keyOf, type KubeObject } from './kube/kube-object.js';
import { LABELS, type Secret, type Tenant } from './kinds.js';
import { poolOf, SHARED_POOL } from './tenant/pool-of.js';
import { CLIENT_SECRETS } from './tenant/publish-client-secret.js';
import { tenantOf, tenantOfPeer } from './owner-of.js';
import type { Watchers, World } from './world.js';

export interface Controllers {
  tenant: Controller;
  peer: Controller;
  pool: Controller;
}

const GATHER_MS = 200;

/** Which change makes whom look again: kind → reconcile. */
export function buildWatchers({ tenant, peer, pool }: Controllers, world: World): Watchers {
  const addTenant = (key: string | null, isUrgent = false): void => {
    if (key !== null) tenant.queue.add(key, isUrgent);
  };
  // A pool looks at all of its tenants: what changes at about the same time is one look.
  const addPool = (name: string): void => pool.queue.addAfter(name, GATHER_MS);
  return {
    tenant: (before, after) => {
      const [changed] = [after, before].filter((one) => one !== null);
      if (changed === undefined) return;
      addTenant(keyOf(changed), isUrgent(after));
      for (const each of [before, after]) if (each !== null) addPool(poolOf(each));
      // Whoever claims the same name may win or lose by this.
      if (before === null || after === null) for (const rival of world.tenants.listBy('serverName', changed.spec.serverName)) addTenant(keyOf(rival));
      // What its peering says decides whether they count.
      const isNews = before === null || after === null || before.metadata.generation !== after.metadata.generation;
      for (const its of world.peers.listBy('tenant', keyOf(changed))) if (isNews) peer.queue.add(keyOf(its));
    },
    peer: (before, after) => {
      const changed = after ?? before;
      if (changed === null) return;
      peer.queue.add(keyOf(changed));
      const isNews = before === null || after === null || before.metadata.generation !== after.metadata.generation;
      if (isNews) addTenant(tenantOfPeer(changed), after === null);
    },
    secret: (before, after) => {
      const changed = after ?? before;
      if (changed === null) return;
      if (changed.metadata.labels?.[LABELS.part] === CLIENT_SECRETS) return listChangedEntries(before, after, world).forEach((key) => addTenant(key));
      const owner = tenantOf(changed);
      addTenant(owner);
      addPool(changed.metadata.labels?.[LABELS.pool] ?? poolOfKey(world, owner));
    },
    deployment: (before, after) => {
      const changed: KubeObject | null = after ?? before;
      const name = changed?.metadata.labels?.[LABELS.pool];
      if (name === undefined) return;
      if (before?.metadata.generation !== after?.metadata.generation || after === null) addPool(name);
      for (const each of world.tenants.listBy('pool', name)) addTenant(keyOf(each));
    },
    ingress: (before, after) => {
      const changed = after ?? before;
      if (changed !== null) addTenant(tenantOf(changed));
    },
    child: (kind, before, after) => {
      const changed = after ?? before;
      if (changed === null) return;
      const name = changed.metadata.labels?.[LABELS.pool];
      if (name === undefined) return addTenant(tenantOf(changed));
      if (kind !== POD && isAskedAnew(before, after)) addPool(name);
      if (sayingOf(before) === sayingOf(after)) return;
      for (const each of world.tenants.listBy('pool', name)) addTenant(keyOf(each));
    },
  };
}

/** Not only its status; of kinds without a generation everything counts. */
function isAskedAnew(before: KubeObject | null, after: KubeObject | null): boolean {
  return before === null || after === null || after.metadata.generation === undefined || before.metadata.generation !== after.metadata.generation;
}

/** Tenants whose client secret somebody has changed in, or taken from, what the API mounts. */
function listChangedEntries(before: Secret | null, after: Secret | null, world: World): string[] {
  return world.tenants.list().filter(({ spec }) => {
    const file = clientSecretFileName(spec.serverName);
    return spec.auth.oidc.clientSecretRef !== undefined && before?.data?.[file] !== after?.data?.[file];
  }).map(keyOf);
}

/** What of a pool's pods and autoscaler can change what is said of its tenants: not every figure of theirs. */
function sayingOf(pod: Pod | null): string {
  const { conditions = [], containerStatuses = [] } = pod?.status ?? {};
  return JSON.stringify([conditions.map(({ type, status, reason }) => [type, status, reason]), containerStatuses.map(({ state, ready }) => [state?.waiting?.reason, ready])]);
}

function isUrgent(after: Tenant | null): boolean {
  return after === null || after.metadata.deletionTimestamp !== undefined || after.spec.suspend === true;
}

function poolOfKey(world: World, tenantKey: string | null): string {
  const tenant = tenantKey === null ? null : world.tenants.find(tenantKey);
  return tenant === null ? SHARED_POOL : poolOf(tenant);
}

import type { TenantSpec } from './resource-types.js';

type Rotation = Required<NonNullable<NonNullable<TenantSpec['signing']>['rotation']>>;
type Dedicated = NonNullable<NonNullable<TenantSpec['workers']>['dedicated']>;

/** A Tenant's spec with the defaults that apply, in the terms of the resource. `peering` is not in it: what is left out there is the admin's to say. */
export interface EffectiveTenant {
  displayName: string;
  suspend: boolean;
  auth: { oidc: { adminRoles: string[] } };
  signing: { rotation: Rotation };
  delivery: { timeout: string; maxInFlightPerPeer: number; giveUpAfter: string; backoff: { initial: string; max: string } };
  workers: { mode: 'Shared' } | { mode: 'Dedicated'; dedicated: { replicas: number } | { autoscaling: Required<NonNullable<Dedicated['autoscaling']>> } };
  deletionPolicy: Required<NonNullable<TenantSpec['deletionPolicy']>>;
}

/** The defaults of a Tenant. The schema has none, so that what somebody applied stays as it was written; /crds tells them in words. */
export function buildEffectiveTenant(spec: TenantSpec): EffectiveTenant {
  return {
    displayName: spec.displayName ?? spec.serverName,
    suspend: spec.suspend ?? false,
    auth: { oidc: { adminRoles: spec.auth.oidc.adminRoles ?? ['admin'] } },
    signing: { rotation: { interval: '8760h', publishLead: '24h', overlap: '168h', ...spec.signing?.rotation } },
    delivery: buildDelivery(spec.delivery),
    workers: buildWorkers(spec.workers),
    deletionPolicy: { keys: 'Retain', queue: 'Drain', drainTimeout: '10m', ...spec.deletionPolicy },
  };
}

function buildDelivery({ timeout = '30s', maxInFlightPerPeer = 8, giveUpAfter = '24h', backoff }: NonNullable<TenantSpec['delivery']> = {}): EffectiveTenant['delivery'] {
  return { timeout, maxInFlightPerPeer, giveUpAfter, backoff: { initial: '1s', max: '15m', ...backoff } };
}

function buildWorkers({ mode = 'Shared', dedicated = {} }: NonNullable<TenantSpec['workers']> = {}): EffectiveTenant['workers'] {
  if (mode === 'Shared') return { mode };
  const { autoscaling, replicas = 2 } = dedicated;
  if (autoscaling === undefined) return { mode, dedicated: { replicas } };
  return { mode, dedicated: { autoscaling: { provider: 'Keda', minReplicas: 1, maxReplicas: 10, targetOldestPendingAge: '5s', ...autoscaling } } };
}

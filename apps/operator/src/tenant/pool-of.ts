import { namePool } from '@scaiwave/core/resources';
import { keyOf } from '../kube/kube-object.js';
import { ANNOTATIONS, type Tenant } from '../kinds.js';

export { SHARED_POOL } from '@scaiwave/core/resources';

/** The annotation for emergencies: while it is there, nothing of the tenant is changed. */
export function isPaused({ metadata }: Tenant): boolean {
  return metadata.annotations?.[ANNOTATIONS.paused] === 'true';
}

/** The pool of workers that serves a tenant. */
export function poolOf(tenant: Tenant): string {
  return namePool(tenant.spec, keyOf(tenant));
}

import { keyOf } from '../kube/kube-object.js';
import type { Tenant } from '../kinds.js';

export const SHARED_POOL = 'shared';

/** The pool of workers that serves a tenant; one of its own is named after the resource. */
export function poolOf(tenant: Tenant): string {
  return tenant.spec.workers?.mode === 'Dedicated' ? keyOf(tenant).replace('/', '-') : SHARED_POOL;
}

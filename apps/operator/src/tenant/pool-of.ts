import { namePool } from '@scaiwave/core';
import { keyOf } from '../kube/kube-object.js';
import type { Tenant } from '../kinds.js';

export { SHARED_POOL } from '@scaiwave/core';

export function poolOf(tenant: Tenant): string {
  return namePool(tenant.spec, keyOf(tenant));
}

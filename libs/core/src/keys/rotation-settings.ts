import { parseDurationMs } from '../tenants/build-tenant-settings.js';
import type { TenantSpec } from '../tenants/resource-types.js';

/** When keys change, in milliseconds. */
export interface RotationSettings {
  /** from one key to the next; 0: only when somebody asks */
  intervalMs: number;
  /** how long a key is published before it signs */
  publishLeadMs: number;
  /** how long the key before it stays valid */
  overlapMs: number;
}

/** `spec.signing.rotation` with its defaults: a year, a day, a week. */
export function buildRotationSettings(spec: Pick<TenantSpec, 'signing'>): RotationSettings {
  const { interval = '8760h', publishLead = '24h', overlap = '168h' } = spec.signing?.rotation ?? {};
  return { intervalMs: parseDurationMs(interval), publishLeadMs: parseDurationMs(publishLead), overlapMs: parseDurationMs(overlap) };
}

import { buildTenantSettings } from '@scaiwave/core';
import { RESOURCE_FIELDS, RESOURCE_VALUES, type EffectivePolicy, type PolicyField } from '@scaiwave/protocol';
import { keyOf } from '../kube/kube-object.js';
import type { Tenant } from '../kinds.js';

/** Longest list that is told here; the dashboard has all of it. */
const MOST_SERVERS = 64;

/** The spec as it is in force: defaults filled in, and of what the provider and the tenant's admin have said the stricter, with who decides it. */
export function buildEffective(tenant: Tenant, policy: EffectivePolicy): object {
  const settings = buildTenantSettings(tenant.spec, keyOf(tenant));
  const { timeout_ms: timeout, max_in_flight_per_peer: maxInFlightPerPeer, give_up_after_ms: giveUpAfter } = settings.delivery;
  return {
    peering: buildPeering(tenant, policy),
    delivery: { timeout: `${timeout}ms`, maxInFlightPerPeer, giveUpAfter: `${giveUpAfter / 3_600_000}h` },
    pool: settings.pool,
  };
}

function buildPeering(tenant: Tenant, policy: EffectivePolicy): object {
  const fields = Object.entries(RESOURCE_FIELDS) as [string, PolicyField][];
  const decides = { provider: `Tenant ${keyOf(tenant)}`, admin: 'Admin', both: `Tenant ${keyOf(tenant)} and Admin`, default: 'Default' } as const;
  return {
    ...Object.fromEntries(fields.flatMap(([theirs, ours]) => (policy[ours] === null ? [] : [[theirs, toResource(ours, policy[ours])]]))),
    decidedBy: Object.fromEntries(fields.map(([theirs, ours]) => [theirs, decides[policy.decidedBy[ours]]])),
  };
}

function toResource(field: PolicyField, value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, MOST_SERVERS);
  const table: Record<string, string> = field in RESOURCE_VALUES ? RESOURCE_VALUES[field as keyof typeof RESOURCE_VALUES] : {};
  return Object.entries(table).find(([, ours]) => ours === value)?.[0] ?? value;
}

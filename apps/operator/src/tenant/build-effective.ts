import { buildEffectiveTenant } from '@scaiwave/core/resources';
import { presentResourcePolicy, RESOURCE_FIELDS, type EffectivePolicy, type PolicyField } from '@scaiwave/protocol';
import { keyOf } from '../kube/kube-object.js';
import type { Tenant, TenantStatus } from '../kinds.js';
import { poolOf } from './pool-of.js';

/** Longest list that is told here; the dashboard has all of it. */
const MOST_SERVERS = 64;

const FIELDS = Object.entries(RESOURCE_FIELDS) as [string, PolicyField][];

/** The spec as it is in force: defaults filled in, and of what the provider and the tenant's admin have said the stricter, with who decides it. */
export function buildEffective(tenant: Tenant, policy: EffectivePolicy): NonNullable<TenantStatus['effective']> {
  return { ...buildEffectiveTenant(tenant.spec), peering: { ...echo(policy), decidedBy: nameDeciders(tenant, policy) }, pool: poolOf(tenant) };
}

// A list that nobody has made is null: left out.
function echo(policy: EffectivePolicy): Record<string, unknown> {
  const stated = FIELDS.flatMap(([, field]) => (policy[field] === null ? [] : [[field, shorten(policy[field])] as const]));
  return presentResourcePolicy(Object.fromEntries(stated));
}

function nameDeciders(tenant: Tenant, policy: EffectivePolicy): Record<string, string> {
  const decides = { provider: `Tenant ${keyOf(tenant)}`, admin: 'Admin', both: `Tenant ${keyOf(tenant)} and Admin`, default: 'Default' } as const;
  return Object.fromEntries(FIELDS.map(([theirs, field]) => [theirs, decides[policy.decidedBy[field]]]));
}

function shorten(value: unknown): unknown {
  return Array.isArray(value) ? value.slice(0, MOST_SERVERS) : value;
}

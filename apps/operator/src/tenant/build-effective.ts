import { buildEffectiveTenant } from '@scaiwave/core';
import { presentResourcePolicy, type EffectivePolicy, type PolicyField } from '@scaiwave/protocol';
import type { Tenant, TenantStatus } from '../kinds.js';
import { poolOf } from './pool-of.js';

// Without the lists of servers: they may be longer than all the rest.
const ECHOED: readonly PolicyField[] = ['default_mode', 'max_foreign_participants_per_room', 'max_backfill_events_per_request', 'directory', 'third_party_servers'];

/** What applies, in the words of the spec. */
export function buildEffective(tenant: Tenant, policy: EffectivePolicy): NonNullable<TenantStatus['effective']> {
  return { ...buildEffectiveTenant(tenant.spec), peering: { ...echo(policy), decidedBy: echo(policy.decidedBy) }, pool: poolOf(tenant) };
}

function echo(values: Readonly<Record<PolicyField, unknown>>): Record<string, unknown> {
  return presentResourcePolicy(Object.fromEntries(ECHOED.map((field) => [field, values[field]])));
}

import type { StandingOfResource } from '@scaiwave/core/resources';
import type { EffectivePolicy } from '@scaiwave/protocol';
import { ageOf } from '../figures.js';
import { buildConditions, type Finding } from '../kube/conditions.js';
import type { Deployment, KeyStatus, Tenant, TenantStatus } from '../kinds.js';
import { buildEffective } from './build-effective.js';
import { fillIn, summarize } from './tenant.checks.js';

export interface TenantFacts {
  findings: readonly Finding[];
  keys: KeyStatus | null;
  policy: { effective: EffectivePolicy; hash: string; hasChanged: boolean } | null;
  workers: Deployment | null;
  standings: readonly StandingOfResource[] | null;
  severance: TenantStatus['severance'];
  now: Date;
}


/** The whole status of a Tenant, from what was found out; parts that could not be looked at stay as they were. */
export function buildTenantStatus(tenant: Tenant, facts: TenantFacts): TenantStatus {
  const { status: present = {}, metadata } = tenant;
  const generation = metadata.generation ?? 0;
  const findings = fillIn(facts.findings);
  return {
    observedGeneration: generation,
    conditions: buildConditions([...findings, summarize(findings)], present.conditions ?? [], { now: facts.now, generation }),
    ...(facts.keys !== null ? { keys: facts.keys } : present.keys && { keys: present.keys }),
    ...buildPolicy(tenant, facts),
    ...(facts.workers && { workers: buildWorkers(tenant, facts.workers) }),
    ...buildFigures(tenant, facts),
    ...(facts.severance !== undefined && { severance: facts.severance }),
  };
}

function buildPolicy(tenant: Tenant, { policy, now }: TenantFacts): Pick<TenantStatus, 'policy' | 'effective'> {
  const { status: present = {} } = tenant;
  if (policy === null) return { ...(present.policy && { policy: present.policy }), ...(present.effective && { effective: present.effective }) };
  const { effective, hash } = policy;
  const isSame = present.policy?.hash === hash && !policy.hasChanged;
  return {
    policy: { hash, programmedAt: isSame && present.policy?.programmedAt ? present.policy.programmedAt : `${now.toISOString().slice(0, 19)}Z` },
    effective: buildEffective(tenant, effective),
  };
}

function buildWorkers(tenant: Tenant, { spec, status = {} }: Deployment): NonNullable<TenantStatus['workers']> {
  return {
    mode: tenant.spec.workers?.mode ?? 'Shared', replicas: status.replicas ?? 0, readyReplicas: status.readyReplicas ?? 0,
    selector: Object.entries(spec.selector.matchLabels).map(([label, value]) => `${label}=${value}`).join(','),
  };
}

function buildFigures(tenant: Tenant, { standings, now }: TenantFacts): Pick<TenantStatus, 'peers' | 'delivery'> {
  const { status: present = {} } = tenant;
  if (standings === null) return { ...(present.peers && { peers: present.peers }), ...(present.delivery && { delivery: present.delivery }) };
  const peers = standings.filter(({ peer }) => peer !== null);
  const ages = peers.flatMap(({ oldest_at: at }) => ageOf(at, now.getTime()) ?? []);
  return {
    peers: {
      total: peers.length,
      healthy: peers.filter(({ verdict, admin_state: state }) => verdict === null && state === 'active').length,
      blocked: peers.filter(({ admin_state: state }) => state === 'blocked' || state === 'removed').length,
    },
    delivery: { backlog: peers.reduce((sum, { events }) => sum + events, 0), oldestPendingAge: `${Math.max(0, ...ages)}s`, failed24h: standings[0]?.failed ?? 0 },
  };
}

import type { ReportedStatus, TenantSpec } from '@scaiwave/core';
import { stringify } from 'yaml';
import type { ProviderTenantRow, ReportedTenantRow } from './provider-tenants.store.js';

interface Backlog {
  events: number;
  oldestAt: Date | null;
}

const isoOf = (at: Date | null | undefined): string | null => at?.toISOString() ?? null;

export function presentProviderTenant(row: ProviderTenantRow, backlog: Backlog | undefined) {
  const [namespace = '', name = ''] = row.resource.split('/');
  return {
    namespace, name, server_name: row.server_name, ready: row.ready, reason: row.reason, message: row.message,
    backlog: row.tenant_id === null ? null : (backlog?.events ?? 0), oldest_pending_at: isoOf(backlog?.oldestAt), failed_24h: row.failed, failing_peers: row.failing_peers,
    next_rotation_at: isoOf(row.next_rotation_at), reported_at: row.reported_at.toISOString(),
  };
}

export function presentReportedTenant(row: ReportedTenantRow, backlog: Backlog | undefined) {
  const { conditions = [], keys, workers }: ReportedStatus = row.status;
  return {
    ...presentProviderTenant(row, backlog),
    conditions: conditions.map(({ type, status, reason, message, lastTransitionTime }) => ({ type, status, reason, message, last_transition_at: lastTransitionTime })),
    active_key: keys?.active ?? null, next_key: keys?.next ?? null,
    workers: workers ? { mode: String(workers.mode), ready: workers.readyReplicas ?? 0, wanted: workers.replicas ?? 0 } : null,
    yaml: buildTenantYaml(row.resource, row.spec),
  };
}

/** The resource without what the cluster has added: `kubectl apply` takes it, here or elsewhere. Secrets are named in it, and never in it. */
export function buildTenantYaml(resource: string, spec: TenantSpec): string {
  const [namespace, name] = resource.split('/');
  return stringify({ apiVersion: 'federation.scaiwave.io/v1alpha1', kind: 'Tenant', metadata: { name, namespace }, spec }, { lineWidth: 0 });
}

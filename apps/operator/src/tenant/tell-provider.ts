import type { ReportTenants, TenantReport } from '@scaiwave/core/resources';
import { keyOf } from '../kube/kube-object.js';
import type { KeyStatus, Tenant, TenantStatus } from '../kinds.js';
import type { OperatorContext } from '../operator-context.js';

/** Tells the provider's view what a Tenant's status says. Nobody waits for it: what cannot be written now goes with the next one, or with the periodic look. */
export class TellProvider {
  constructor(
    private readonly context: OperatorContext,
    private readonly reports: ReportTenants,
  ) {}

  run(tenant: Tenant, status: TenantStatus): void {
    this.reports.note(buildTenantReport(tenant, status));
    this.reports.flush().catch((err: unknown) => this.context.logger.warn({ err }, 'What the statuses say could not be written for the provider’s view; it is tried again.'));
  }
}

/** Figures are left out: they change by the second, and the view reads them itself. */
export function buildTenantReport(tenant: Tenant, { observedGeneration, conditions = [], keys, workers }: TenantStatus): TenantReport {
  const ready = conditions.find(({ type }) => type === 'Ready');
  return {
    resource: keyOf(tenant), serverName: tenant.spec.serverName,
    ready: ready?.status ?? 'Unknown', reason: ready?.reason ?? 'Pending', message: ready?.message ?? '',
    status: { ...(observedGeneration !== undefined && { observedGeneration }), conditions, ...(keys && { keys: keysOf(keys) }), ...(workers && { workers }) },
    spec: tenant.spec,
  };
}

function keysOf({ active, next, nextRotationTime }: KeyStatus): NonNullable<TenantReport['status']['keys']> {
  return { ...(active !== undefined && { active }), ...(next !== undefined && { next }), ...(nextRotationTime !== undefined && { nextRotationTime }) };
}

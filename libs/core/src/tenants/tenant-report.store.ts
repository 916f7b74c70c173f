import { Injectable } from '@nestjs/common';
import type { FleetTx } from '@scaiwave/database';
import type { TenantSpec, TenantStatus } from './resource-types.js';

/** What of a status is told: no figures, which whoever looks reads for themselves. */
export type ReportedStatus = Pick<TenantStatus, 'observedGeneration' | 'conditions' | 'workers'> & {
  keys?: Pick<NonNullable<TenantStatus['keys']>, 'active' | 'next' | 'nextRotationTime'>;
};

/** How one Tenant resource stands, and what it says. */
export interface TenantReport {
  /** `namespace/name` */
  resource: string;
  serverName: string;
  ready: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  status: ReportedStatus;
  spec: TenantSpec;
}

export interface HashedReport extends TenantReport {
  hash: string;
}

@Injectable()
export class TenantReportStore {
  /** Many in one statement; what stands there already is left alone. @returns how many were written */
  async upsertReports(fleet: FleetTx, reports: readonly HashedReport[], at: Date): Promise<number> {
    return fleet.execute(
      `INSERT INTO tenant_reports (resource, server_name, ready, reason, message, status, spec, hash, reported_at)
       SELECT r.resource, r."serverName", r.ready, r.reason, r.message, r.status, r.spec, r.hash, $2
       FROM json_to_recordset($1::json) AS r(resource text, "serverName" text, ready text, reason text, message text, status json, spec json, hash text)
       WHERE NOT EXISTS (SELECT 1 FROM tenant_reports t WHERE t.resource = r.resource AND t.hash = r.hash) ORDER BY r.resource
       ON CONFLICT (resource) DO UPDATE SET server_name = EXCLUDED.server_name, ready = EXCLUDED.ready, reason = EXCLUDED.reason, message = EXCLUDED.message,
         status = EXCLUDED.status, spec = EXCLUDED.spec, hash = EXCLUDED.hash, reported_at = EXCLUDED.reported_at`,
      // Postgres keeps no U+0000 in a text: one such word must not keep back what is told of everybody else.
      [JSON.stringify(reports).replaceAll(String.raw`\u0000`, String.raw`\ufffd`), at],
    );
  }

  async deleteReport(fleet: FleetTx, resource: string): Promise<void> {
    await fleet.execute('DELETE FROM tenant_reports WHERE resource = $1', [resource]);
  }

  /** Those of all resources but these. */
  async deleteOthers(fleet: FleetTx, declared: readonly string[]): Promise<void> {
    await fleet.execute('DELETE FROM tenant_reports WHERE NOT (resource = ANY($1))', [declared]);
  }
}

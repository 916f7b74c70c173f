import { Injectable } from '@nestjs/common';
import type { ReportedStatus, TenantSpec } from '@scaiwave/core';
import type { FleetTx } from '@scaiwave/database';
import type { TENANT_STATES } from './provider.schema.js';

export interface ProviderTenantRow {
  resource: string;
  server_name: string;
  ready: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  reported_at: Date;
  /** null: the resource has no tenant, as it was refused */
  tenant_id: string | null;
  failed: number | null;
  failing_peers: number | null;
  next_rotation_at: Date | null;
  [column: string]: unknown;
}

export interface ReportedTenantRow extends ProviderTenantRow {
  status: ReportedStatus;
  spec: TenantSpec;
}

export interface TenantsFilter {
  state: (typeof TENANT_STATES)[number] | null;
  /** a part of a name */
  text: string | null;
  after: string;
  limit: number;
  since: Date;
}

const IS_FAILING = `p.tenant_id = t.id AND p.admin_state = 'active' AND p.verdict IS NOT NULL`;
const HAS_FAILED = `x.tenant_id = t.id AND x.state = 'failed' AND x.at > $1`;
const TENANTS = `FROM tenant_reports r LEFT JOIN tenants t ON t.resource = r.resource AND t.state <> 'deleted'`;
const IS_TROUBLED = `(EXISTS (SELECT 1 FROM peers p WHERE ${IS_FAILING}) OR EXISTS (SELECT 1 FROM delivery_exceptions x WHERE ${HAS_FAILED}))`;
const COLUMNS = `r.resource, r.server_name, r.ready, r.reason, r.message, r.reported_at, t.id AS tenant_id, k.next_rotation_at,
  CASE WHEN t.id IS NOT NULL THEN (SELECT count(*)::int FROM delivery_exceptions x WHERE ${HAS_FAILED}) END AS failed,
  CASE WHEN t.id IS NOT NULL THEN (SELECT count(*)::int FROM peers p WHERE ${IS_FAILING}) END AS failing_peers`;

/** How all tenants stand: counts and times of them, and never what was said, nor by whom. */
@Injectable()
export class ProviderTenantsStore {
  list(fleet: FleetTx, { since, after, text, state, limit }: TenantsFilter): Promise<ProviderTenantRow[]> {
    return fleet.query<ProviderTenantRow>(
      `SELECT ${COLUMNS} ${TENANTS} LEFT JOIN key_rotations k ON k.tenant_id = t.id
       WHERE r.resource > $2 AND ($3::text IS NULL OR strpos(r.resource, $3) > 0 OR strpos(r.server_name, $3) > 0)
         AND ($4::text IS NULL OR ($4 = 'not_ready' AND r.ready <> 'True') OR ($4 = 'failing' AND ${IS_TROUBLED}))
       ORDER BY r.resource LIMIT $5`,
      [since, after, text, state, limit],
    );
  }

  async find(fleet: FleetTx, resource: string, since: Date): Promise<ReportedTenantRow | null> {
    return fleet.queryOne<ReportedTenantRow>(`SELECT ${COLUMNS}, r.status, r.spec ${TENANTS} LEFT JOIN key_rotations k ON k.tenant_id = t.id WHERE r.resource = $2`, [since, resource]);
  }

  async count(fleet: FleetTx, since: Date): Promise<{ all: number; not_ready: number; failing: number }> {
    const counts = await fleet.queryOne<{ all: number; not_ready: number; failing: number }>(
      `SELECT count(*)::int AS all, count(*) FILTER (WHERE r.ready <> 'True')::int AS not_ready, count(*) FILTER (WHERE ${IS_TROUBLED})::int AS failing ${TENANTS}`, [since]);
    return counts ?? { all: 0, not_ready: 0, failing: 0 };
  }

  listFailingPeers(fleet: FleetTx, tenantId: string, limit: number): Promise<{ server_name: string; failing_since: Date | null; last_error_code: string | null }[]> {
    return fleet.query(
      `SELECT p.server_name, p.failing_since, p.last_error_code FROM tenants t JOIN peers p ON ${IS_FAILING} WHERE t.id = $1 ORDER BY p.failing_since NULLS LAST, p.server_name LIMIT $2`, [tenantId, limit]);
  }
}

import { Injectable } from '@nestjs/common';
import type { Db, FleetTx } from '@scaiwave/database';
import type { PartialPolicy, ServerName, TenantId } from '@scaiwave/protocol';
import type { DeliverySettings, TenantSettings } from './build-tenant-settings.js';

/** A row of `tenants`. */
export interface TenantRow {
  id: TenantId;
  server_name: ServerName;
  display_name: string;
  /** deleting: its resource is being deleted, a worker parts from its peers */
  state: 'active' | 'suspended' | 'deleting' | 'deleted';
  oidc_issuer: string;
  oidc_client_id: string;
  admin_roles: string[];
  provider_policy: PartialPolicy;
  delivery: DeliverySettings;
  pool: string;
  /** namespace/name of the resource that declares it */
  resource: string | null;
  resource_hash: string | null;
  deleted_at: Date | null;
  /** end of the last suspension: what waited through it is not given up for its age */
  resumed_at: Date | null;
}

const COLUMNS = 'id, server_name, display_name, state, oidc_issuer, oidc_client_id, admin_roles, provider_policy, delivery, pool, resource, resource_hash, deleted_at, resumed_at';

function settingsParams(settings: TenantSettings): unknown[] {
  return [
    settings.displayName, settings.state, settings.oidcIssuer, settings.oidcClientId, settings.adminRoles,
    JSON.stringify(settings.providerPolicy), JSON.stringify(settings.delivery), settings.pool,
  ];
}

/** A change of a tenant's row that its resource asks for. */
export interface TenantWrite {
  id: string;
  settings: TenantSettings;
  resource: string;
  hash: string;
  at: Date;
}

@Injectable()
export class TenantStore {
  /** The tenant of the transaction itself. */
  async findOwn(db: Db): Promise<TenantRow | null> {
    return db.queryOne<TenantRow>(`SELECT ${COLUMNS} FROM tenants WHERE id = $1`, [db.tenantId]);
  }

  /** Deleted ones are nobody's: their names may have been given anew. */
  async findByServerName(fleet: FleetTx, serverName: string): Promise<TenantRow | null> {
    return fleet.queryOne<TenantRow>(`SELECT ${COLUMNS} FROM tenants WHERE server_name = $1 AND state <> 'deleted'`, [serverName]);
  }

  /** Of the names given, the first one that is a tenant; the order is that of `names`. */
  async findFirstByName(fleet: FleetTx, names: string[]): Promise<TenantRow | null> {
    return fleet.queryOne<TenantRow>(
      `SELECT ${COLUMNS} FROM tenants WHERE server_name = ANY($1) AND state <> 'deleted' ORDER BY array_position($1, server_name) LIMIT 1`, [names]);
  }

  /** The tenant that a resource has made; null when it is deleted, too. */
  async findByResource(fleet: FleetTx, resource: string): Promise<TenantRow | null> {
    return fleet.queryOne<TenantRow>(`SELECT ${COLUMNS} FROM tenants WHERE resource = $1 AND state <> 'deleted'`, [resource]);
  }

  /** Holds the rows that one declaration is about: its server_name's, and the one that its resource made before. */
  async lockDeclared(fleet: FleetTx, serverName: string, resource: string): Promise<TenantRow[]> {
    return fleet.query<TenantRow>(
      `SELECT ${COLUMNS} FROM tenants WHERE server_name = $1 OR (resource = $2 AND state <> 'deleted') ORDER BY id FOR UPDATE`, [serverName, resource]);
  }

  /** Tenants that are not deleted, by name. */
  async listPresent(fleet: FleetTx): Promise<TenantRow[]> {
    return fleet.query<TenantRow>(`SELECT ${COLUMNS} FROM tenants WHERE state <> 'deleted' ORDER BY server_name`);
  }

  async insertTenant(fleet: FleetTx, write: TenantWrite): Promise<void> {
    await fleet.execute(
      `INSERT INTO tenants (id, display_name, state, oidc_issuer, oidc_client_id, admin_roles, provider_policy, delivery, pool,
         server_name, resource, resource_hash, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)`,
      [write.id, ...settingsParams(write.settings), write.settings.serverName, write.resource, write.hash, write.at]);
  }

  async updateTenant(fleet: FleetTx, write: TenantWrite): Promise<void> {
    await fleet.execute(
      `UPDATE tenants SET display_name = $2, state = $3, oidc_issuer = $4, oidc_client_id = $5, admin_roles = $6, provider_policy = $7,
         delivery = $8, pool = $9, resource = $10, resource_hash = $11, updated_at = $12, deleted_at = NULL, drain_until = NULL, drops_queue = false,
         resumed_at = CASE WHEN state <> 'active' AND $3 = 'active' THEN $12 ELSE resumed_at END WHERE id = $1`,
      [write.id, ...settingsParams(write.settings), write.resource, write.hash, write.at]);
  }

  /** @returns the server_names that are suspended by this call */
  async suspendUndeclared(fleet: FleetTx, declared: string[], at: Date): Promise<string[]> {
    const rows = await fleet.query<{ server_name: string }>(
      `UPDATE tenants SET state = 'suspended', updated_at = $2
       WHERE state = 'active' AND resource IS NOT NULL AND NOT (resource = ANY($1)) RETURNING server_name`, [declared, at]);
    return rows.map((row) => row.server_name);
  }

  /** Nothing is taken in any more; a worker parts from the peers. A suspension ends with it: what waits is still to be delivered. */
  async markDeleting(fleet: FleetTx, { id, until, dropsQueue, at }: { id: TenantId; until: Date; dropsQueue: boolean; at: Date }): Promise<void> {
    await fleet.execute(
      `UPDATE tenants SET state = 'deleting', drain_until = $2, drops_queue = $3, updated_at = $4,
         resumed_at = CASE WHEN state = 'suspended' THEN $4 ELSE resumed_at END
       WHERE id = $1 AND (state, drain_until, drops_queue) IS DISTINCT FROM ('deleting', $2, $3)`, [id, until, dropsQueue, at]);
  }

  /** @returns the server_name, null if the resource has no tenant that is not deleted */
  async markDeleted(fleet: FleetTx, resource: string, at: Date): Promise<string | null> {
    const row = await fleet.queryOne<{ server_name: string }>(
      `UPDATE tenants SET state = 'deleted', deleted_at = $2, updated_at = $2 WHERE state <> 'deleted' AND resource = $1 RETURNING server_name`, [resource, at]);
    return row?.server_name ?? null;
  }

  /** Those whose rows are to go: deleted at this time or before. */
  async listDeletedBefore(fleet: FleetTx, { before, limit }: { before: Date; limit: number }): Promise<TenantId[]> {
    const rows = await fleet.query<{ id: TenantId }>(`SELECT id FROM tenants WHERE state = 'deleted' AND deleted_at <= $1 ORDER BY deleted_at LIMIT $2`, [before, limit]);
    return rows.map(({ id }) => id);
  }

  async deleteTenant(fleet: FleetTx, id: TenantId): Promise<void> {
    await fleet.execute(`DELETE FROM tenants WHERE id = $1 AND state = 'deleted'`, [id]);
  }

  /** @returns the server_names that are deleted by this call */
  async markUndeclaredDeleted(fleet: FleetTx, declared: string[], at: Date): Promise<string[]> {
    const rows = await fleet.query<{ server_name: string }>(
      `UPDATE tenants SET state = 'deleted', deleted_at = $2, updated_at = $2
       WHERE state <> 'deleted' AND resource IS NOT NULL AND NOT (resource = ANY($1)) RETURNING server_name`, [declared, at]);
    return rows.map((row) => row.server_name);
  }
}

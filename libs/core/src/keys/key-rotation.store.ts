import { Injectable } from '@nestjs/common';
import type { Db, FleetTx, Tx } from '@scaiwave/database';
import type { ServerName, TenantId } from '@scaiwave/protocol';
import type { SigningKeyRow } from './descriptor.store.js';

/** A row of `key_rotations`: an admin's wish for another key, and when the next one signs. */
export interface KeyRotationRow {
  next_rotation_at: Date | null;
  /** publication | workers | resume: for what the next key has to wait */
  waits_for: string | null;
  requested_at: Date | null;
  requested_by: string | null;
  /** null while it is being asked for */
  handled_at: Date | null;
}

/** What of Postgres a rotation goes by. */
export interface KeyStanding {
  tenantId: TenantId;
  keys: (SigningKeyRow & { created_at: Date })[];
  rotation: KeyRotationRow | null;
  /** the workers of the tenant's pool that live, with the coming keys that each has loaded */
  workers: { worker: string; loaded_kids: string[] }[];
}

const ROTATION = 'next_rotation_at, waits_for, requested_at, requested_by, handled_at';

@Injectable()
export class KeyRotationStore {
  /** @param aliveSince older heartbeats are those of dead workers */
  async findStanding(fleet: FleetTx, { resource, serverName, aliveSince }: { resource: string; serverName: string; aliveSince: Date }): Promise<KeyStanding | null> {
    const tenant = await fleet.queryOne<{ id: TenantId; pool: string }>('SELECT id, pool FROM tenants WHERE resource = $1 AND server_name = $2', [resource, serverName]);
    if (tenant === null) return null;
    const [keys, rotation, workers] = await Promise.all([
      fleet.query<SigningKeyRow & { created_at: Date }>('SELECT kid, public_key, state, valid_from, valid_until, created_at FROM signing_keys WHERE tenant_id = $1 ORDER BY valid_from DESC, kid LIMIT 100', [tenant.id]),
      fleet.queryOne<KeyRotationRow & Record<string, unknown>>(`SELECT ${ROTATION} FROM key_rotations WHERE tenant_id = $1`, [tenant.id]),
      fleet.query<{ worker: string; loaded_kids: string[] }>('SELECT worker, loaded_kids FROM workers WHERE pool = $1 AND heartbeat_at > $2', [tenant.pool, aliveSince]),
    ]);
    return { tenantId: tenant.id, keys, rotation, workers };
  }

  async findRotation(db: Db): Promise<KeyRotationRow | null> {
    return db.queryOne<KeyRotationRow & Record<string, unknown>>(`SELECT ${ROTATION} FROM key_rotations WHERE tenant_id = $1`, [db.tenantId]);
  }

  /** Resources of the tenants whose admin waits for another key. */
  async listRequested(fleet: FleetTx): Promise<{ resource: string; server_name: ServerName }[]> {
    return fleet.query<{ resource: string; server_name: ServerName }>(
      `SELECT t.resource, t.server_name FROM key_rotations r JOIN tenants t ON t.id = r.tenant_id
       WHERE r.requested_at IS NOT NULL AND r.handled_at IS NULL AND t.resource IS NOT NULL AND t.state <> 'deleted' LIMIT 500`);
  }

  /** @returns false when one is being asked for already */
  async request(tx: Tx, { at, by }: { at: Date; by: string }): Promise<boolean> {
    const count = await tx.execute(
      `INSERT INTO key_rotations (tenant_id, requested_at, requested_by) VALUES ($1, $2, $3)
       ON CONFLICT (tenant_id) DO UPDATE SET requested_at = $2, requested_by = $3, handled_at = NULL
       WHERE key_rotations.requested_at IS NULL OR key_rotations.handled_at IS NOT NULL`, [tx.tenantId, at, by]);
    return count > 0;
  }

  /** @returns false when somebody else has done so */
  async markHandled(tx: Tx, { requestedAt, at }: { requestedAt: Date; at: Date }): Promise<boolean> {
    return (await tx.execute('UPDATE key_rotations SET handled_at = $3 WHERE tenant_id = $1 AND requested_at = $2 AND handled_at IS NULL', [tx.tenantId, requestedAt, at])) > 0;
  }

  async upsertOutlook(tx: Tx, { nextRotationAt, waitsFor }: { nextRotationAt: Date | null; waitsFor: string | null }): Promise<void> {
    await tx.execute(
      `INSERT INTO key_rotations (tenant_id, next_rotation_at, waits_for) VALUES ($1, $2, $3)
       ON CONFLICT (tenant_id) DO UPDATE SET next_rotation_at = $2, waits_for = $3`, [tx.tenantId, nextRotationAt, waitsFor]);
  }
}

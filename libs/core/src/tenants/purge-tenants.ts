import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import type { TenantId } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { TenantStore } from './tenant.store.js';
import { TenantRowsStore } from './tenant-rows.store.js';

/** So long a deleted tenant's rows are kept: a resource of the same name takes them up again. */
export const DELETED_KEPT_MS = 30 * 86_400_000;
const TENANTS_AT_ONCE = 5;
const ROWS_AT_ONCE = 5_000;

/** Removes every row of tenants that were deleted 30 days ago, a few thousand at a time. A crash anywhere leaves less to do. */
@Injectable()
export class PurgeTenants {
  constructor(
    private readonly db: Database,
    private readonly tenants: TenantStore,
    private readonly rows: TenantRowsStore,
    private readonly clock: Clock,
  ) {}

  /** @returns the tenants that are gone by this run */
  async run(): Promise<TenantId[]> {
    const before = new Date(this.clock.now() - DELETED_KEPT_MS);
    const over = await this.db.acrossTenants('tenants whose rows are to go', (fleet) => this.tenants.listDeletedBefore(fleet, { before, limit: TENANTS_AT_ONCE }));
    for (const id of over) await this.purge(id);
    return over;
  }

  private async purge(id: TenantId): Promise<void> {
    for (const table of await this.db.readTenant(id, (db) => this.rows.listTables(db))) {
      for (let gone = ROWS_AT_ONCE; gone === ROWS_AT_ONCE; ) gone = await this.db.forTenant(id, (tx) => this.rows.deleteSome(tx, table, ROWS_AT_ONCE));
    }
    // Last of all the row by which the rest is found; the audit log is the app role's to write and nobody's to change.
    await this.db.acrossTenants('a tenant is purged', async (fleet) => {
      await this.rows.deleteAudit(fleet, id);
      await this.tenants.deleteTenant(fleet, id);
    });
  }
}

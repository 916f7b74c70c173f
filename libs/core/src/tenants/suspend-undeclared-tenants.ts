import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { Clock } from '@scaiwave/telemetry';
import { TenantStore } from './tenant.store.js';

/** Suspends tenants whose resource is gone. Nothing is deleted: the resource may come back. */
@Injectable()
export class SuspendUndeclaredTenants {
  constructor(
    private readonly db: Database,
    private readonly store: TenantStore,
    private readonly clock: Clock,
  ) {}

  /**
   * @param input.declared `namespace/name` of every Tenant resource that is there
   * @returns the server_names that are suspended by this run
   */
  async run(input: { declared: string[] }): Promise<string[]> {
    return this.db.acrossTenants('tenants without a resource are suspended', (fleet) => this.store.suspendUndeclared(fleet, input.declared, this.clock.date()));
  }
}

import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { Clock } from '@scaiwave/telemetry';
import type { TenantContext } from '../tenants/index.js';
import { EndInvitation } from './end-invitation.js';
import { InvitationStore } from './invitation.store.js';

const PER_TRANSACTION = 100;

/** Ends every invitation whose seven days are over, by this server's own clock. Run by the sweep; any number of sweeps may run at once. */
@Injectable()
export class ExpireInvitations {
  constructor(
    private readonly db: Database,
    private readonly store: InvitationStore,
    private readonly end: EndInvitation,
    private readonly clock: Clock,
  ) {}

  /** How many were ended. */
  async run(): Promise<number> {
    const now = this.clock.date();
    const tenants = await this.db.acrossTenants('find invitations that have run out', (fleet) => this.store.listTenantsWithDue(fleet, now));
    let count = 0;
    for (const tenant of tenants) count += await this.expireAllOf({ id: tenant.id, serverName: tenant.server_name }, now);
    return count;
  }

  private async expireAllOf(tenant: TenantContext, now: Date): Promise<number> {
    let count = 0;
    for (;;) {
      const ended = await this.db.forTenant(tenant.id, async (tx) => {
        const due = await this.store.lockDue(tx, now, PER_TRANSACTION);
        for (const row of due) await this.end.run(tx, { tenant, row, state: 'expired', by: tenant.serverName });
        return due.length;
      });
      count += ended;
      if (ended < PER_TRANSACTION) return count;
    }
  }
}

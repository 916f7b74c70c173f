import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { Clock, Metrics } from '@scaiwave/telemetry';
import { EndRefusedInvitations, ExpireInvitations } from '../../invitations/index.js';
import { DeliveryOptions } from '../../peers/outbound/delivery-options.js';
import { PeerRequestStore } from '../../requests/index.js';
import { BacklogStore } from '../backlog.store.js';

const REQUESTS_KEPT_MS = 3_600_000;

@Injectable()
export class HousekeepingJobs {
  constructor(
    readonly expire: ExpireInvitations,
    readonly endRefused: EndRefusedInvitations,
  ) {}
}

@Injectable()
export class HousekeepingStores {
  constructor(
    readonly backlogs: BacklogStore,
    readonly requests: PeerRequestStore,
  ) {}
}

@Injectable()
export class HousekeepingBooks {
  constructor(
    readonly metrics: Metrics,
    readonly clock: Clock,
  ) {}
}

/** What is over, and what is to be counted. */
@Injectable()
export class HousekeepingSweep {
  constructor(
    private readonly db: Database,
    private readonly jobs: HousekeepingJobs,
    private readonly stores: HousekeepingStores,
    private readonly options: DeliveryOptions,
    private readonly books: HousekeepingBooks,
  ) {}

  async invitations(): Promise<void> {
    await this.jobs.expire.run();
  }

  async refusedInvitations(): Promise<void> {
    await this.jobs.endRefused.run();
  }

  async backlogs(): Promise<void> {
    const now = this.books.clock.now();
    const rows = await this.db.acrossTenants('how much waits for which peer', (fleet) => this.stores.backlogs.listAll(fleet, this.options.pool));
    this.books.metrics.setBacklogs(
      rows.map(({ tenant, peer, events, oldest_at: oldestAt }) => ({ tenant, peer, events, oldestPendingSeconds: oldestAt ? Math.max(0, (now - oldestAt.getTime()) / 1_000) : 0 })),
    );
  }

  async oldRequests(): Promise<void> {
    const before = new Date(this.books.clock.now() - REQUESTS_KEPT_MS);
    const tenants = await this.db.acrossTenants('requests that nobody waits for', (fleet) => this.stores.requests.listTenantsWithOld(fleet, before));
    for (const tenantId of tenants) await this.db.forTenant(tenantId, (tx) => this.stores.requests.deleteOlder(tx, before));
  }
}

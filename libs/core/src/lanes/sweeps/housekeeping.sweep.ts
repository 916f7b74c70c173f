import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { Clock, Logger, Metrics, type DeliveryState } from '@scaiwave/telemetry';
import { EndRefusedInvitations, ExpireInvitations } from '../../invitations/index.js';
import { DeliveryOptions } from '../../peers/outbound/delivery-options.js';
import { PeerRequestStore } from '../../requests/index.js';
import { RemindSweep } from '../../snoozes/index.js';
import { PurgeTenants } from '../../tenants/index.js';
import { MediaSweep } from './media.sweep.js';
import { BacklogStore, type StandingRow } from '../backlog.store.js';
import { TrafficSweep } from '../traffic/traffic.sweep.js';

const REQUESTS_KEPT_MS = 3_600_000;

/** What people wait for. */
@Injectable()
export class PeopleJobs {
  constructor(
    readonly expire: ExpireInvitations,
    readonly endRefused: EndRefusedInvitations,
    readonly remind: RemindSweep,
  ) {}
}

@Injectable()
export class HousekeepingJobs {
  constructor(
    readonly people: PeopleJobs,
    readonly purge: PurgeTenants,
    readonly traffic: TrafficSweep,
    readonly media: MediaSweep,
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
    readonly logger: Logger,
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
    await this.jobs.people.expire.run();
  }

  async refusedInvitations(): Promise<void> {
    await this.jobs.people.endRefused.run();
  }

  async reminders(): Promise<void> {
    await this.jobs.people.remind.run();
  }

  /** Of any pool: a deleted tenant's own has no workers any more. */
  async deletedTenants(): Promise<void> {
    for (const tenantId of await this.jobs.purge.run()) this.books.logger.info({ tenantId }, 'The rows of a tenant that was deleted 30 days ago are gone.');
  }

  /** Every worker of a pool reads the same rows and tells the same: whoever asks takes the largest. */
  async standings(): Promise<void> {
    const now = this.books.clock.date();
    const rows = await this.db.acrossTenants('how much waits for which peer', (fleet) => this.stores.backlogs.listStandings(fleet, { pool: this.options.pool, now }));
    await this.books.metrics.setDelivery(buildState(rows, now));
  }

  async traffic(): Promise<void> {
    await this.jobs.traffic.record();
  }

  async oldTraffic(): Promise<void> {
    await this.jobs.traffic.forget();
  }

  async oldMedia(): Promise<void> {
    await this.jobs.media.run();
  }

  async oldRequests(): Promise<void> {
    const before = new Date(this.books.clock.now() - REQUESTS_KEPT_MS);
    const tenants = await this.db.acrossTenants('requests that nobody waits for', (fleet) => this.stores.requests.listTenantsWithOld(fleet, before));
    for (const tenantId of tenants) await this.db.forTenant(tenantId, (tx) => this.stores.requests.deleteOlder(tx, before));
  }
}

function buildState(rows: readonly StandingRow[], now: Date): DeliveryState {
  const age = (at: Date | null): number => (at === null ? 0 : Math.max(0, (now.getTime() - at.getTime()) / 1_000));
  const own = rows.filter((row) => row.is_own_pool);
  const tenants = new Map(own.map(({ tenant, stopped, valid_until: until }) => [tenant, { tenant, lanesStopped: stopped, descriptorValidUntil: until === null ? null : until.getTime() / 1_000 }]));
  const peers = own.flatMap(({ peer, ...row }) =>
    peer === null
      ? []
      : [{
          tenant: row.tenant, peer, events: row.events, oldestPendingSeconds: age(row.oldest_at), failingSeconds: row.failing_since === null ? null : age(row.failing_since),
          verdict: row.verdict, isDue: row.is_due, isKeyUnconfirmed: row.key_changed_at !== null,
        }],
  );
  return { tenants: [...tenants.values()], peers, names: new Set(rows.map((row) => row.tenant)) };
}

import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import type { ServerName } from '@scaiwave/protocol';
import { Clock, Logger } from '@scaiwave/telemetry';
import { DeliveryOptions } from '../peers/outbound/delivery-options.js';
import type { TenantContext } from '../tenants/index.js';
import { LeaseLost, LeaseStore, type Lease } from './lease.store.js';

/** Short, so that a killed worker's peers are not left alone for long; correctness rests on the fencing number, not on this. */
export const LEASE_MS = 6_000;
const RENEW_EVERY_MS = 2_000;

/** A lease that is prolonged while its holder works. */
export interface HeldLease {
  lease: Lease;
  /** has another worker taken over? */
  isLost: () => boolean;
  release: () => Promise<void>;
}

/** Takes, keeps and gives back the right to drain one peer. */
@Injectable()
export class DrainLease {
  constructor(
    private readonly db: Database,
    private readonly store: LeaseStore,
    private readonly options: DeliveryOptions,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Null while another worker has it. */
  async take(tenant: TenantContext, serverName: ServerName): Promise<HeldLease | null> {
    const now = this.clock.date();
    const lease = await this.db.forTenant(tenant.id, (tx) => this.store.acquire(tx, { serverName, worker: this.options.worker, now, until: this.until() }));
    return lease && this.keep(tenant, lease);
  }

  private keep(tenant: TenantContext, lease: Lease): HeldLease {
    let isLost = false;
    const renewing = setInterval(() => {
      this.db
        .forTenant(tenant.id, (tx) => this.store.confirm(tx, lease, this.until()))
        .catch((err: unknown) => {
          if (err instanceof LeaseLost) isLost = true;
          else this.logger.warn({ err, tenantId: tenant.id, peerId: lease.serverName }, 'A lease could not be prolonged.');
        });
    }, RENEW_EVERY_MS);
    return {
      lease,
      isLost: () => isLost,
      release: async () => {
        clearInterval(renewing);
        await this.db.forTenant(tenant.id, (tx) => this.store.release(tx, lease));
      },
    };
  }

  private until(): Date {
    return new Date(this.clock.now() + LEASE_MS);
  }
}

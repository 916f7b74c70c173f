import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@scaiwave/database';
import type { ServerName } from '@scaiwave/protocol';
import { Clock, Logger } from '@scaiwave/telemetry';
import { DeliveryOptions } from '../peers/outbound/delivery-options.js';
import type { TenantContext } from '../tenants/index.js';
import { DrainGate, type DrainPermission } from './drain-gate.js';
import { LeaseLost, LeaseStore, type Lease } from './lease.store.js';

/** Short, so that a killed worker's peers wait at most 5 s, the sweep included; correctness rests on the fencing number, not on this. */
export const LEASE_MS = 4_000;
const RENEW_EVERY_MS = 1_300;

/** What every holder of a lease needs of the process. */
@Injectable()
export class LeaseSettings {
  constructor(
    readonly options: DeliveryOptions,
    readonly clock: Clock,
    readonly logger: Logger,
  ) {}
}

/** A lease that is prolonged while its holder works, and what may be done under it. */
export class HeldLease {
  #isLost = false;
  #isReleased = false;
  readonly #renewing: NodeJS.Timeout;

  constructor(
    readonly lease: Lease,
    readonly permission: DrainPermission,
    renew: () => Promise<void>,
  ) {
    this.#renewing = setInterval(() => {
      renew().catch((error: unknown) => (this.#isLost ||= error instanceof LeaseLost));
    }, RENEW_EVERY_MS);
  }

  /** Has another worker taken over? */
  get isLost(): boolean {
    return this.#isLost;
  }

  get isReleased(): boolean {
    return this.#isReleased;
  }

  /** It was given back, in whichever transaction. */
  markReleased(): void {
    this.#isReleased = true;
    clearInterval(this.#renewing);
  }
}

/** `look` runs under the new lease, in its transaction; `evenIfClosed`: the lease is wanted also when nothing may be sent now. */
export interface LeaseWanted<Found> {
  evenIfClosed: boolean;
  look: (tx: Tx, permission: DrainPermission) => Promise<Found>;
}

/** Takes, keeps and gives back the right to drain one peer. */
@Injectable()
export class DrainLease {
  constructor(
    private readonly db: Database,
    private readonly store: LeaseStore,
    private readonly gate: DrainGate,
    private readonly settings: LeaseSettings,
  ) {}

  /** Null while another worker has it, or when nothing may be sent now. */
  async take<Found>(tenant: TenantContext, serverName: ServerName, { evenIfClosed, look }: LeaseWanted<Found>): Promise<{ held: HeldLease; found: Found } | null> {
    const { clock, options } = this.settings;
    const taken = await this.db.forTenant(tenant.id, async (tx) => {
      const [peer, policy] = await Promise.all([
        this.store.acquire(tx, { serverName, worker: options.worker, now: clock.date(), until: this.until() }),
        this.gate.policy(tx),
      ]);
      if (!peer) return null;
      const lease = { serverName, fence: peer.lease_fence };
      const permission = await this.gate.ask(tx, peer, policy);
      if (permission.kind !== 'closed' || evenIfClosed) return { lease, permission, found: await look(tx, permission) };
      await this.store.release(tx, lease);
      return null;
    });
    return taken && { held: new HeldLease(taken.lease, taken.permission, () => this.renew(tenant, taken.lease)), found: taken.found };
  }

  async release(tenant: TenantContext, held: HeldLease): Promise<void> {
    if (held.isReleased) return;
    held.markReleased();
    await this.db.forTenant(tenant.id, (tx) => this.store.release(tx, held.lease));
  }

  private async renew(tenant: TenantContext, lease: Lease): Promise<void> {
    try {
      await this.db.forTenant(tenant.id, (tx) => this.store.confirm(tx, lease, this.until()));
    } catch (err) {
      if (!(err instanceof LeaseLost)) this.settings.logger.warn({ err, tenantId: tenant.id, peerId: lease.serverName }, 'A lease could not be prolonged.');
      throw err;
    }
  }

  private until(): Date {
    return new Date(this.settings.clock.now() + LEASE_MS);
  }
}

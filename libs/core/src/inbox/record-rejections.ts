import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { Clock, Metrics, newId } from '@scaiwave/telemetry';
import type { TenantContext } from '../tenants/index.js';
import { RejectedInboundStore } from './rejected-inbound.store.js';
import { TokenBuckets } from './token-buckets.js';

const KEPT_PER_TENANT = 10_000;
const ROWS_PER_SECOND = 50;
const TRIM_EVERY = 500;

export interface Refused {
  /** as claimed; verified only where the reason is not the signature */
  origin: string | null;
  code: string;
  reason: string;
  details?: Record<string, unknown>;
}

/** Writes down what was refused and by which rule, for our admins: the peer sees a code only. Bounded in rate and number. */
@Injectable()
export class RecordRejections {
  private readonly budget = new TokenBuckets({ perSecond: ROWS_PER_SECOND, capacity: ROWS_PER_SECOND * 20 });
  private readonly sinceTrim = new Map<string, number>();

  constructor(
    private readonly db: Database,
    private readonly store: RejectedInboundStore,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
  ) {}

  async run(tenant: TenantContext, refusals: readonly Refused[]): Promise<void> {
    for (const { code } of refusals) this.metrics.inboundRejected.inc({ tenant: tenant.serverName, code });
    const now = this.clock.now();
    // Strangers can be refused as fast as they can send: beyond the budget they are counted, not written.
    const kept = refusals.filter(() => this.budget.take(tenant.id, now).taken);
    if (kept.length === 0) return;
    const rows = kept.map(({ origin, code, reason, details }) => ({
      id: newId(this.clock), origin: origin ?? '', code, reason: reason.slice(0, 500), details: details ?? {}, at: this.clock.date(),
    }));
    const mustTrim = this.countTowardsTrim(tenant.id, rows.length);
    await this.db.forTenant(tenant.id, async (tx) => {
      await this.store.insertRejections(tx, rows);
      if (mustTrim) await this.store.deleteOldest(tx, KEPT_PER_TENANT);
    });
  }

  private countTowardsTrim(tenantId: string, rows: number): boolean {
    const count = (this.sinceTrim.get(tenantId) ?? 0) + rows;
    this.sinceTrim.set(tenantId, count >= TRIM_EVERY ? 0 : count);
    return count >= TRIM_EVERY;
  }
}

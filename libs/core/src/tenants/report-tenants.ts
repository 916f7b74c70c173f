import { createHash } from 'node:crypto';
import type { Database } from '@scaiwave/database';
import type { Clock } from '@scaiwave/telemetry';
import { TenantReportStore, type HashedReport, type TenantReport } from './tenant-report.store.js';

const AT_ONCE = 200;

/**
 * Tells the provider's view how the Tenant resources stand. Whoever tells need not wait: what is new is noted, and what was noted while one
 * statement was under way goes together with the next one. What was told before is not written again.
 */
export class ReportTenants {
  private readonly store = new TenantReportStore();
  /** of each resource the last that was noted, written or not */
  private readonly noted = new Map<string, string>();
  private readonly waiting = new Map<string, HashedReport>();
  private turn: Promise<unknown> = Promise.resolve();
  private coming: Promise<number> | null = null;

  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
  ) {}

  note(report: TenantReport): void {
    const hash = createHash('sha256').update(JSON.stringify(report)).digest('base64');
    if (this.noted.get(report.resource) === hash) return;
    this.noted.set(report.resource, hash);
    this.waiting.set(report.resource, { ...report, hash });
  }

  /** Writes what is noted; what could not be written waits for the next call. @returns how many rows were written @throws when Postgres does not answer */
  flush(): Promise<number> {
    // One that has not begun yet writes this too.
    this.coming ??= this.inTurn(() => {
      this.coming = null;
      return this.writeAll();
    });
    return this.coming;
  }

  /** Of a resource that is gone nothing is told any more. @throws when Postgres does not answer */
  async remove(resource: string): Promise<void> {
    this.forget(resource);
    await this.inTurn(() => this.db.acrossTenants('a resource is gone', (fleet) => this.store.deleteReport(fleet, resource)));
  }

  /** What resources that went unseen have left goes, and what could not be written is written. @throws when Postgres does not answer */
  async keepOnly(declared: readonly string[]): Promise<void> {
    const kept = new Set(declared);
    for (const resource of this.noted.keys()) if (!kept.has(resource)) this.forget(resource);
    await this.inTurn(() => this.db.acrossTenants('resources are gone', (fleet) => this.store.deleteOthers(fleet, declared)));
    await this.flush();
  }

  private async writeAll(): Promise<number> {
    let written = 0;
    while (this.waiting.size > 0) written += await this.writeSome();
    return written;
  }

  private async writeSome(): Promise<number> {
    const reports = [...this.waiting.values()].slice(0, AT_ONCE);
    for (const { resource } of reports) this.waiting.delete(resource);
    try {
      return await this.db.acrossTenants('the provider is told how tenants stand', (fleet) => this.store.upsertReports(fleet, reports, this.clock.date()));
    } catch (error) {
      // Unless there is something newer to say by now, or the resource is gone.
      for (const report of reports) if (this.noted.get(report.resource) === report.hash) this.waiting.set(report.resource, report);
      throw error;
    }
  }

  private forget(resource: string): void {
    this.noted.delete(resource);
    this.waiting.delete(resource);
  }

  // One write at a time: what is removed is not written after it.
  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined);
    return mine;
  }
}

import type { Database } from '@scaiwave/database';

const FRESH_MS = 5_000;
const MAX_CACHED = 20_000;

/** Which pool of workers serves a tenant, so that a wake-up lands in its queue. A change is noticed within 5 s; the sweep bridges them. */
export class PoolNames {
  private readonly known = new Map<string, { at: number; pool: Promise<string> }>();

  constructor(private readonly database: Database) {}

  find(tenantId: string): Promise<string> {
    const known = this.known.get(tenantId);
    if (known && performance.now() - known.at < FRESH_MS) return known.pool;
    if (this.known.size >= MAX_CACHED) this.known.clear();
    const pool = this.read(tenantId);
    this.known.set(tenantId, { at: performance.now(), pool });
    pool.catch(() => this.known.delete(tenantId));
    return pool;
  }

  private async read(tenantId: string): Promise<string> {
    const row = await this.database.acrossTenants('the pool of a tenant names its queue', (fleet) =>
      fleet.queryOne<{ pool: string }>('SELECT pool FROM tenants WHERE id = $1', [tenantId]),
    );
    return row?.pool ?? 'shared';
  }
}

import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { Clock } from '@scaiwave/telemetry';
import type { TenantContext } from './tenant-context.js';
import { TenantStore, type TenantRow } from './tenant.store.js';

/** Which tenant a Host header selects. `unknown` answers 404 `SW_TENANT_NOT_FOUND`, `suspended` and `deleting` 503 with Retry-After. */
export type HostTenant = { state: 'unknown' } | { state: 'active' | 'suspended' | 'deleting'; tenant: TenantContext; row: TenantRow };

const FRESH_MS = 5_000;
/** Host headers are anybody's to make up: the cache holds this many and then starts again. */
const MAX_HOSTS = 10_000;

function namesOf(host: string): string[] {
  const name = host.toLowerCase();
  const withoutPort = /^([^:]+):[0-9]{1,5}$/.exec(name)?.[1];
  return withoutPort === undefined ? [name] : [name, withoutPort];
}

/** Finds the tenant of a request: exact match of Host first, then without its port. Answers are up to 5 s old. */
@Injectable()
export class FindTenantByHost {
  private readonly cache = new Map<string, { at: number; answer: Promise<HostTenant> }>();

  constructor(
    private readonly db: Database,
    private readonly store: TenantStore,
    private readonly clock: Clock,
  ) {}

  async run(host: string): Promise<HostTenant> {
    const now = this.clock.now();
    const cached = this.cache.get(host);
    if (cached && Math.abs(now - cached.at) < FRESH_MS) return cached.answer;
    if (host.length > 261) return { state: 'unknown' };
    if (this.cache.size >= MAX_HOSTS) this.cache.clear();
    const answer = this.read(host);
    this.cache.set(host, { at: now, answer });
    // A failed read is not an answer: the next request asks again.
    answer.catch(() => this.cache.delete(host));
    return answer;
  }

  private async read(host: string): Promise<HostTenant> {
    const row = await this.db.acrossTenants('the Host header selects the tenant', (fleet) => this.store.findFirstByName(fleet, namesOf(host)));
    if (!row || row.state === 'deleted') return { state: 'unknown' };
    return { state: row.state, tenant: { id: row.id, serverName: row.server_name }, row };
  }
}

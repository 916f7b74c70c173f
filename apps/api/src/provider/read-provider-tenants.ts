import { Injectable } from '@nestjs/common';
import { BacklogStore } from '@scaiwave/core';
import { Database } from '@scaiwave/database';
import { DomainError } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { presentProviderTenant, presentReportedTenant } from './provider-tenant.presenter.js';
import { ProviderTenantsStore, type TenantsFilter } from './provider-tenants.store.js';

const DAY_MS = 86_400_000;
const MAX_FAILING = 50;

interface TenantsQuery {
  state?: TenantsFilter['state'] | undefined;
  q?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

/** What the provider sees of its tenants: what was told of their resources, and how their deliveries stand now. */
@Injectable()
export class ReadProviderTenants {
  constructor(
    private readonly db: Database,
    private readonly store: ProviderTenantsStore,
    private readonly backlog: BacklogStore,
    private readonly clock: Clock,
  ) {}

  async list({ state, q, cursor, limit }: TenantsQuery) {
    const since = this.#dayAgo();
    const text = q?.trim().toLowerCase() || null;
    return this.db.acrossTenants('the provider looks at all tenants', async (fleet) => {
      const found = await this.store.list(fleet, { since, after: cursor ?? '', text, state: state ?? null, limit: limit + 1 });
      const rows = found.slice(0, limit);
      const waiting = await this.backlog.listOfTenants(fleet, rows.flatMap(({ tenant_id: id }) => id ?? []));
      const counts = await this.store.count(fleet, since);
      return { data: rows.map((row) => presentProviderTenant(row, waiting.get(row.tenant_id ?? ''))), meta: { next_cursor: found.length > limit ? (rows.at(-1)?.resource ?? null) : null, counts } };
    });
  }

  /** @throws DomainError `SW_NOT_FOUND` */
  async find(resource: string) {
    return this.db.acrossTenants('the provider looks at a tenant', async (fleet) => {
      const row = await this.store.find(fleet, resource, this.#dayAgo());
      if (!row) throw new DomainError('SW_NOT_FOUND', { resource });
      const waiting = row.tenant_id === null ? null : (await this.backlog.listOfTenants(fleet, [row.tenant_id])).get(row.tenant_id);
      const failing = row.tenant_id === null ? [] : await this.store.listFailingPeers(fleet, row.tenant_id, MAX_FAILING);
      return {
        data: {
          ...presentReportedTenant(row, waiting ?? undefined),
          failing: failing.map(({ server_name, failing_since: since, last_error_code: code }) => ({ server_name, since: since?.toISOString() ?? null, code })),
        },
      };
    });
  }

  #dayAgo(): Date {
    return new Date(this.clock.now() - DAY_MS);
  }
}

import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { parseServerName, type TenantId } from '@scaiwave/protocol';
import { Clock, newId } from '@scaiwave/telemetry';
import { buildTenantSettings, type TenantSettings } from './build-tenant-settings.js';
import type { TenantSpec } from './resource-types.js';
import { ReturnStore } from './return.store.js';
import type { TenantContext } from './tenant-context.js';
import { DELETED_KEPT_MS } from './purge-tenants.js';
import { TenantStore, type TenantRow } from './tenant.store.js';

export type TenantApplied =
  | { outcome: 'created' | 'changed' | 'unchanged'; tenant: TenantContext }
  /** The sentence says what the author of the resource has to change. */
  | { outcome: 'refused'; sentence: string };

/** Every process has read a tenant's row anew by then; who is greeted earlier would be refused once more. */
const KNOWN_WITHIN_MS = 6_000;
/** A hello that no worker says within this time is not said. */
const HELLO_WITHIN_MS = 120_000;

interface Wanted {
  settings: TenantSettings;
  resource: string;
  /** what was deleted before is on its way to be purged */
  keptSince: Date;
}

/** The row that a resource is about; null: it gets a new one, whatever other resources have left under the same name. */
function decideTarget(rows: TenantRow[], { settings, resource, keptSince }: Wanted): { row: TenantRow | null } | { sentence: string } {
  const renamed = rows.find((row) => row.state !== 'deleted' && row.resource === resource && row.server_name !== settings.serverName);
  if (renamed) return { sentence: `spec.serverName cannot be changed from ${renamed.server_name} to ${settings.serverName}: other servers know this tenant by it; make a new Tenant with another name instead` };
  const named = rows.filter((row) => row.server_name === settings.serverName);
  const present = named.find((row) => row.state !== 'deleted');
  if (present && present.resource !== null && present.resource !== resource) {
    return { sentence: `spec.serverName ${settings.serverName} belongs to the Tenant ${present.resource}, whose data this one does not take up; give this Tenant that name, or wait until the other is deleted` };
  }
  const kept = named.find((row) => row.resource === resource && row.deleted_at !== null && row.deleted_at > keptSince);
  return { row: present ?? kept ?? null };
}

/**
 * Makes a tenant's row what its resource says. A second run with the same resource writes nothing. A resource of the same name takes up what
 * it had before it was deleted, within 30 days; one of another name begins with nothing.
 */
@Injectable()
export class ApplyTenant {
  private readonly returns = new ReturnStore();

  constructor(
    private readonly db: Database,
    private readonly store: TenantStore,
    private readonly clock: Clock,
  ) {}

  /** @param input.resource `namespace/name` of the resource */
  async run(input: { spec: TenantSpec; resource: string }): Promise<TenantApplied> {
    const settings = buildTenantSettings(input.spec, input.resource);
    const hash = createHash('sha256').update(JSON.stringify(settings)).digest('hex');
    const wanted = { settings, hash, resource: input.resource };
    const applied = await this.apply(wanted, { mayReturn: false });
    if (applied.outcome !== 'returns') return applied;
    // Before it is active: a crash in between leaves it as it was, and the next run begins here again.
    await this.db.forTenant(applied.tenant.id, async (tx) => {
      await this.returns.reopenParted(tx);
      await this.returns.insertHellos(tx, { at: new Date(this.clock.now() + KNOWN_WITHIN_MS), deadline: new Date(this.clock.now() + HELLO_WITHIN_MS) });
    });
    return this.apply(wanted, { mayReturn: true }) as Promise<TenantApplied>;
  }

  private async apply({ settings, hash, resource }: { settings: TenantSettings; hash: string; resource: string }, { mayReturn }: { mayReturn: boolean }): Promise<TenantApplied | { outcome: 'returns'; tenant: TenantContext }> {
    return this.db.acrossTenants('a resource declares a tenant', async (fleet) => {
      const keptSince = new Date(this.clock.now() - DELETED_KEPT_MS);
      const target = decideTarget(await this.store.lockDeclared(fleet, settings.serverName, resource), { settings, resource, keptSince });
      if ('sentence' in target) return { outcome: 'refused', sentence: target.sentence };
      const { row } = target;
      const id = row?.id ?? (newId(this.clock) as TenantId);
      const tenant = { id, serverName: parseServerName(settings.serverName) };
      const write = { id, settings, resource, hash, at: this.clock.date() };
      if (!row) {
        await this.store.insertTenant(fleet, write);
        return { outcome: 'created', tenant };
      }
      // The state is compared too: a tenant that was suspended because its file was away comes back with the same hash.
      if (row.resource_hash === hash && row.resource === resource && row.state === settings.state) return { outcome: 'unchanged', tenant };
      if (!mayReturn && row.state !== 'active' && row.state !== settings.state) return { outcome: 'returns', tenant };
      await this.store.updateTenant(fleet, write);
      return { outcome: 'changed', tenant };
    });
  }
}

import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { parseServerName, type TenantId } from '@scaiwave/protocol';
import { Clock, newId } from '@scaiwave/telemetry';
import { buildTenantSettings, type TenantSettings } from './build-tenant-settings.js';
import type { TenantSpec } from './resource-types.js';
import type { TenantContext } from './tenant-context.js';
import { TenantStore, type TenantRow } from './tenant.store.js';

export type TenantApplied =
  | { outcome: 'created' | 'changed' | 'unchanged'; tenant: TenantContext }
  /** The sentence says what the author of the resource has to change. */
  | { outcome: 'refused'; sentence: string };

function decideTarget(rows: TenantRow[], settings: TenantSettings, resource: string): { row: TenantRow | null } | { sentence: string } {
  const renamed = rows.find((row) => row.resource === resource && row.server_name !== settings.serverName);
  if (renamed) return { sentence: `spec.serverName cannot be changed from ${renamed.server_name} to ${settings.serverName}: other servers know this tenant by it; make a new Tenant with another name instead` };
  const row = rows.find((candidate) => candidate.server_name === settings.serverName) ?? null;
  if (row?.state === 'deleted' && row.resource !== resource) {
    return { sentence: `spec.serverName ${settings.serverName} belonged to the deleted Tenant ${row.resource ?? 'of another installation'}; its data is purged 30 days after the deletion` };
  }
  return { row };
}

/** Makes a tenant's row what its resource says. A second run with the same resource writes nothing. */
@Injectable()
export class ApplyTenant {
  constructor(
    private readonly db: Database,
    private readonly store: TenantStore,
    private readonly clock: Clock,
  ) {}

  /** @param input.resource `namespace/name` of the resource */
  async run(input: { spec: TenantSpec; resource: string }): Promise<TenantApplied> {
    const settings = buildTenantSettings(input.spec, input.resource);
    const hash = createHash('sha256').update(JSON.stringify(settings)).digest('hex');
    return this.db.acrossTenants('a resource declares a tenant', async (fleet): Promise<TenantApplied> => {
      const target = decideTarget(await this.store.lockDeclared(fleet, settings.serverName, input.resource), settings, input.resource);
      if ('sentence' in target) return { outcome: 'refused', sentence: target.sentence };
      const { row } = target;
      const id = row?.id ?? (newId(this.clock) as TenantId);
      const tenant = { id, serverName: parseServerName(settings.serverName) };
      const write = { id, settings, resource: input.resource, hash, at: this.clock.date() };
      if (!row) {
        await this.store.insertTenant(fleet, write);
        return { outcome: 'created', tenant };
      }
      // The state is compared too: a tenant that was suspended because its file was away comes back with the same hash.
      if (row.resource_hash === hash && row.resource === input.resource && row.state === settings.state) return { outcome: 'unchanged', tenant };
      await this.store.updateTenant(fleet, write);
      return { outcome: 'changed', tenant };
    });
  }
}

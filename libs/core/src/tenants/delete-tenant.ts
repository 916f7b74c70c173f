import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import type { TenantId } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import type { TenantContext } from './tenant-context.js';
import { TenantStore } from './tenant.store.js';

/** Who ends federation with a peer because the tenant itself is deleted; no FQID looks like this. */
export const DELETION = 'deletion';

export interface TenantToDelete {
  /** `namespace/name` of the resource */
  resource: string;
  /** what waits may be delivered until then */
  until: Date;
  /** what waits is dropped at once; `until` is only for the word that it is over */
  dropsQueue: boolean;
}

/**
 * Deletes a tenant in two steps, each of which may be repeated: `begin`, after which a worker parts from all peers, and `end`.
 *
 *   active, suspended ─ begin ─→ deleting ─ end ─→ deleted ─ 30 days ─→ purged
 */
@Injectable()
export class DeleteTenant {
  constructor(
    private readonly db: Database,
    private readonly store: TenantStore,
    private readonly clock: Clock,
  ) {}

  /** @returns the tenant, null when the resource has none that is not deleted */
  async begin({ resource, until, dropsQueue }: TenantToDelete): Promise<TenantContext | null> {
    return this.db.acrossTenants('a resource is being deleted', async (fleet) => {
      const row = await this.store.findByResource(fleet, resource);
      if (row === null) return null;
      await this.store.markDeleting(fleet, { id: row.id as TenantId, until, dropsQueue, at: this.clock.date() });
      return { id: row.id, serverName: row.server_name };
    });
  }

  /** From now on its server_name answers 404, and may be given anew. */
  async end(resource: string): Promise<void> {
    await this.db.acrossTenants('a resource is deleted', (fleet) => this.store.markDeleted(fleet, resource, this.clock.date()));
  }
}

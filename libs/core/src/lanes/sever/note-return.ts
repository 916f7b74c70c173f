import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import type { ServerName } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { Audit } from '../../audit/index.js';
import type { TenantContext } from '../../tenants/index.js';
import { SeveringStore } from './severing.store.js';

/** Callers give up after 30 s: what was on its way when a peer removed us is over by then. */
const ON_ITS_WAY_MS = 30_000;

/** A peer that had removed us makes a valid request again: its admin has added us. */
@Injectable()
export class NoteReturn {
  constructor(
    private readonly db: Database,
    private readonly severings: SeveringStore,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  async run(tenant: TenantContext, serverName: ServerName): Promise<void> {
    await this.db.forTenant(tenant.id, async (tx) => {
      const isNews = await this.severings.markReturned(tx, serverName, new Date(this.clock.now() - ON_ITS_WAY_MS));
      if (isNews) await this.audit.write(tx, { actor: serverName, action: 'peer.returned', subject: serverName });
    });
  }
}

import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import type { PeeringRule, ServerName } from '@scaiwave/protocol';
import { PeeringRules } from '../policy/index.js';
import type { TenantContext } from '../tenants/index.js';
import { EndPeerInvitations } from './end-peer-invitations.js';
import { InvitationStore } from './invitation.store.js';

/** What parts for good. What may be lifted again is judged when our own people answer. */
const PARTING: ReadonlySet<PeeringRule> = new Set<PeeringRule>(['blocked_peers', 'peer_blocked', 'peer_removed']);

/**
 * Finds open invitations with servers that policy has come to refuse: all of them where we have parted for good, else those that this
 * server made as host: an acceptance would be refused before it is read, and for ever. A suspended peer is only paused.
 * Run by the sweep: policy is changed in several places.
 */
@Injectable()
export class EndRefusedInvitations {
  constructor(
    private readonly db: Database,
    private readonly store: InvitationStore,
    private readonly peering: PeeringRules,
    private readonly end: EndPeerInvitations,
  ) {}

  /** How many were ended. */
  async run(): Promise<number> {
    const tenants = await this.db.acrossTenants('find invitations with servers that were blocked since', (fleet) => this.store.listTenantsWithLive(fleet));
    let count = 0;
    for (const { id, server_name: serverName } of tenants) count += await this.endAllOf({ id, serverName });
    return count;
  }

  private async endAllOf(tenant: TenantContext): Promise<number> {
    let count = 0;
    for (const refused of await this.refusedBy(tenant)) count += await this.db.forTenant(tenant.id, (tx) => this.end.run(tx, { tenant, ...refused }));
    return count;
  }

  private refusedBy(tenant: TenantContext): Promise<Array<{ serverName: ServerName; onlyHosted: boolean }>> {
    return this.db.readTenant(tenant.id, async (db) => {
      const refused: Array<{ serverName: ServerName; onlyHosted: boolean }> = [];
      for (const serverName of await this.store.listLiveServers(db, tenant.serverName)) {
        const verdict = await this.peering.decide(db, tenant, { serverName, purpose: 'peer' });
        if (!verdict.allowed && verdict.rule !== 'peer_suspended') refused.push({ serverName, onlyHosted: !PARTING.has(verdict.rule) });
      }
      return refused;
    });
  }
}

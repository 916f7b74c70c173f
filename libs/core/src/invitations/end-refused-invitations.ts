import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import type { PeeringRule, ServerName } from '@scaiwave/protocol';
import { PeeringRules } from '../policy/index.js';
import type { TenantContext } from '../tenants/index.js';
import { EndPeerInvitations } from './end-peer-invitations.js';
import { InvitationStore } from './invitation.store.js';

/** What parts for good. A mode, a list or a suspension may be lifted before the seven days are over, and is judged when somebody answers. */
const PARTING: ReadonlySet<PeeringRule> = new Set<PeeringRule>(['blocked_peers', 'peer_blocked', 'peer_removed']);

/** Finds invitations that a block of either side's policy, or a removal, has left open. Run by the sweep: policy is changed in several places. */
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
    for (const serverName of await this.partedFrom(tenant)) count += await this.db.forTenant(tenant.id, (tx) => this.end.run(tx, { tenant, serverName }));
    return count;
  }

  private partedFrom(tenant: TenantContext): Promise<ServerName[]> {
    return this.db.readTenant(tenant.id, async (db) => {
      const parted: ServerName[] = [];
      for (const serverName of await this.store.listLiveServers(db, tenant.serverName)) {
        const verdict = await this.peering.decide(db, tenant, { serverName, purpose: 'peer' });
        if (!verdict.allowed && PARTING.has(verdict.rule)) parted.push(serverName);
      }
      return parted;
    });
  }
}

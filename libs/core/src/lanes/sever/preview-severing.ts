import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { DomainError, type ServerName } from '@scaiwave/protocol';
import { InvitationStore } from '../../invitations/invitation.store.js';
import { PeerStore } from '../../peers/peer.store.js';
import type { TenantContext } from '../../tenants/index.js';
import { buildSeverance, type Severance } from './severing-row.js';
import { SharedRoomStore } from './shared-room.store.js';

/** The dry run: what SeverPeer would cut now. Changes nothing. */
@Injectable()
export class PreviewSevering {
  constructor(
    private readonly db: Database,
    private readonly peers: PeerStore,
    private readonly shared: SharedRoomStore,
    private readonly invitations: InvitationStore,
  ) {}

  /** @throws DomainError `SW_NOT_FOUND` for a server that this tenant has never met */
  run({ tenant, serverName }: { tenant: TenantContext; serverName: ServerName }): Promise<Severance> {
    return this.db.readTenant(tenant.id, async (db) => {
      if (!(await this.peers.findPeer(db, serverName))) throw new DomainError('SW_NOT_FOUND', { server_name: serverName });
      const [rooms, undelivered, live, accepted] = await Promise.all([
        this.shared.listShared(db, { own: tenant.serverName, peer: serverName, since: null }),
        this.shared.countUndelivered(db, serverName),
        this.invitations.listLiveWith(db, serverName),
        this.invitations.listUnjoined(db, serverName),
      ]);
      return buildSeverance(rooms, { undelivered, invitations: live.length + accepted.length });
    });
  }
}

import { Injectable } from '@nestjs/common';
import { Database, type Db } from '@scaiwave/database';
import { DomainError, type ErrorCode, type ServerName } from '@scaiwave/protocol';
import { PeerStore } from '../peers/index.js';
import { PeerRequests } from '../requests/index.js';
import type { TenantContext } from '../tenants/index.js';
import { InviteTimings } from './invite-timings.js';

/** What a worker found instead of a descriptor that can be used. */
const TROUBLES: Readonly<Record<string, ErrorCode>> = {
  cannot_be_had_now: 'SW_FED_PEER_UNREACHABLE',
  key_changed: 'SW_FED_KEY_CHANGED',
  unusable: 'SW_FED_SIGNATURE_MISMATCH',
};

/** Makes sure that a server's descriptor was had at least once; an invitation to a known server may wait for it, one to an unknown may not. */
@Injectable()
export class ReachPeer {
  constructor(
    private readonly db: Database,
    private readonly peers: PeerStore,
    private readonly requests: PeerRequests,
    private readonly timings: InviteTimings,
  ) {}

  /** @throws DomainError `SW_FED_PEER_UNREACHABLE`, or what is wrong with its descriptor, with `details.by` the server */
  async run(tenant: TenantContext, serverName: ServerName): Promise<void> {
    if (serverName === tenant.serverName) return;
    if (await this.db.readTenant(tenant.id, (db) => this.isKnown(db, serverName))) return;
    const asked = await this.requests.ask<{ state?: string }>(tenant.id, { kind: 'descriptor', serverName, timeoutMs: this.timings.descriptorMs });
    const trouble = asked.ok ? TROUBLES[asked.answer?.state ?? ''] : undefined;
    if (trouble) throw new DomainError(trouble, { by: serverName });
    // No worker has taken the question: the invitation is kept and goes on when one runs.
    if (asked.ok || (asked.code === 'SW_FED_TRY_LATER' && asked.by === 'us')) return;
    throw new DomainError(asked.code === 'SW_FED_TRY_LATER' ? 'SW_FED_PEER_UNREACHABLE' : asked.code, { by: serverName });
  }

  private async isKnown(db: Db, serverName: ServerName): Promise<boolean> {
    const peer = await this.peers.findPeer(db, serverName);
    return peer !== null && peer.descriptor !== null;
  }
}

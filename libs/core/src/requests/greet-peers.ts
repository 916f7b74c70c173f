import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { PeerRequestStore } from './peer-request.store.js';
import { PeerRequests } from './peer-requests.js';

const WITHIN_MS = 60_000;

/**
 * A starting process has its workers say hello to every peer with which it shares a room: whoever gave up on us while we were away
 * begins again at once.
 */
@Injectable()
export class GreetPeers {
  constructor(
    private readonly db: Database,
    private readonly store: PeerRequestStore,
    private readonly requests: PeerRequests,
  ) {}

  /** @returns how many hellos were asked for */
  async run(): Promise<number> {
    const peers = await this.db.acrossTenants('a start says hello to every peer with a shared room', (fleet) => this.store.listSharing(fleet));
    for (const peer of peers) await this.requests.leave(peer.tenant_id, { kind: 'hello', serverName: peer.server_name, timeoutMs: WITHIN_MS });
    return peers.length;
  }
}

import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import type { ServerName } from '@scaiwave/protocol';
import { Clock, newId } from '@scaiwave/telemetry';
import { PeerStore } from '../../peers/peer.store.js';
import { SeveringStore } from './severing.store.js';
import { SharedRoomStore } from './shared-room.store.js';

export interface SeveringToBegin {
  serverName: ServerName;
  isTheirs: boolean;
  actor: string;
  reason: string | null;
  /** see SeveringRow */
  since: Date;
}

/** Marks the peer: from this commit on it is refused, and whatever happens to this process, the cut will be finished. */
@Injectable()
export class BeginSevering {
  constructor(
    private readonly peers: PeerStore,
    private readonly severings: SeveringStore,
    private readonly shared: SharedRoomStore,
    private readonly clock: Clock,
  ) {}

  /** Returns the severing's id. The caller holds the peer's row, and none is unfinished. */
  async run(tx: Tx, { serverName, isTheirs, actor, reason, since }: SeveringToBegin): Promise<string> {
    const id = newId(this.clock);
    await this.peers.markAdminState(tx, serverName, isTheirs ? 'removed_by_them' : 'removed');
    await this.severings.insertSevering(tx, {
      id, server_name: serverName, is_theirs: isTheirs, actor, reason, since, at: this.clock.date(), undelivered: await this.shared.countUndelivered(tx, serverName),
    });
    await this.shared.dropHellos(tx, serverName);
    return id;
  }
}

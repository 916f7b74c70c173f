import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import type { EventPayload } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { Audit } from '../../audit/index.js';
import { PeerStore } from '../../peers/index.js';
import { BeginSevering } from './begin-severing.js';
import { SeveringStore } from './severing.store.js';

/** A severing takes no longer than its word is kept: what is said to lie before that is not believed. */
const LONGEST_MS = 86_400_000;
const LONGEST_REASON = 500;

/** `swp.peer.severed`: a peer has removed us. It is marked at once, in the inbox's transaction; the sweep cuts what was shared. */
@Injectable()
export class ReceiveSevered {
  constructor(
    private readonly peers: PeerStore,
    private readonly severings: SeveringStore,
    private readonly begin: BeginSevering,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  async run(tx: Tx, { origin, origin_ts: originTs }: Pick<EventPayload, 'origin' | 'origin_ts'>, content: Record<string, unknown>): Promise<void> {
    await this.peers.ensurePeer(tx, origin, this.clock.date());
    const peer = await this.peers.lockPeer(tx, origin);
    const reason = typeof content.reason === 'string' ? content.reason.slice(0, LONGEST_REASON) : null;
    // We have removed them, too, or are about to: there is nothing more to cut.
    if (peer?.admin_state === 'removed' || (await this.severings.findUnfinished(tx, origin))) {
      await this.audit.write(tx, { actor: origin, action: 'peer.severed_by_them', subject: origin, details: { already: true, ...(reason !== null && { reason }) } });
      return;
    }
    const stated = typeof content.since === 'number' ? content.since : originTs;
    const since = new Date(Math.min(Math.max(stated, originTs - LONGEST_MS), originTs));
    await this.begin.run(tx, { serverName: origin, isTheirs: true, actor: origin, reason, since });
  }
}

import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@scaiwave/database';
import { DomainError, type ServerName } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { PeerStore } from '../../peers/index.js';
import type { TenantContext } from '../../tenants/index.js';
import { BeginSevering } from './begin-severing.js';
import { FinishSevering } from './finish-severing.js';
import { buildSeverance, type Severance, type SeveringRow } from './severing-row.js';
import { SeveringStore } from './severing.store.js';

export interface PeerToSever {
  tenant: TenantContext;
  serverName: ServerName;
  /** an admin's FQID, or `system` */
  actor: string;
  /** the other server's admin sees it, too */
  reason?: string | undefined;
}

/** The two steps of every severing. */
@Injectable()
export class SeveringSteps {
  constructor(
    readonly begin: BeginSevering,
    readonly finish: FinishSevering,
  ) {}
}

/**
 * Ends federation with a peer: every shared room is cut, the peer is refused until an admin adds it again, and it is told once.
 * Repeated it changes nothing; after a crash it goes on where it was.
 */
@Injectable()
export class SeverPeer {
  constructor(
    private readonly db: Database,
    private readonly peers: PeerStore,
    private readonly severings: SeveringStore,
    private readonly steps: SeveringSteps,
    private readonly clock: Clock,
  ) {}

  /** What was cut. @throws DomainError `SW_NOT_FOUND` for a server that this tenant has never met */
  async run(input: PeerToSever): Promise<Severance> {
    const { tenant } = input;
    let current = await this.db.forTenant(tenant.id, (tx) => this.begin(tx, input));
    // They were faster: what they have ended is finished first.
    if (current?.is_theirs === true) {
      await this.steps.finish.run(tenant, current);
      current = await this.db.forTenant(tenant.id, (tx) => this.begin(tx, input));
    }
    return current ? this.steps.finish.run(tenant, current) : buildSeverance([], { undelivered: 0, invitations: 0 });
  }

  /** The severing that is under way now; null if the peer was removed before. */
  private async begin(tx: Tx, { serverName, actor, reason }: PeerToSever): Promise<SeveringRow | null> {
    const peer = await this.peers.lockPeer(tx, serverName);
    if (!peer) throw new DomainError('SW_NOT_FOUND', { server_name: serverName });
    const unfinished = await this.severings.findUnfinished(tx, serverName);
    if (unfinished) return unfinished;
    if (peer.admin_state === 'removed') return null;
    const id = await this.steps.begin.run(tx, { serverName, isTheirs: false, actor, reason: reason ?? null, since: this.clock.date() });
    return this.severings.getSevering(tx, id);
  }
}

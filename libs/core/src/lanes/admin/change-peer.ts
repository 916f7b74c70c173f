import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@scaiwave/database';
import { DomainError, type ServerName } from '@scaiwave/protocol';
import { fingerprintOf } from '@scaiwave/protocol/node';
import { DeliveryQueue } from '@scaiwave/redis';
import { Clock } from '@scaiwave/telemetry';
import { Audit } from '../../audit/index.js';
import { EndPeerInvitations } from '../../invitations/index.js';
import type { Actor } from '../../participants/index.js';
import { PeerStore, type PeerAdminState, type PeerRow } from '../../peers/index.js';
import { LaneStore } from '../lane.store.js';
import { PeerOverviewStore } from './peer-overview.store.js';

export const PEER_ACTIONS = ['pause', 'resume', 'block', 'unblock', 'pin', 'retry'] as const;
export type PeerAction = (typeof PEER_ACTIONS)[number];

/** Which action is possible in which state, and the state that follows; `pin` and `retry` leave it as it is. */
const TRANSITIONS: Readonly<Record<Exclude<PeerAction, 'pin' | 'retry'>, Partial<Record<PeerAdminState, PeerAdminState>>>> = {
  pause: { active: 'paused', paused: 'paused' },
  resume: { paused: 'active', active: 'active' },
  block: { active: 'blocked', paused: 'blocked', blocked: 'blocked', removed_by_them: 'blocked' },
  unblock: { blocked: 'active', active: 'active' },
};

/** The stores that a change of a peer writes to. */
@Injectable()
export class PeerBooks {
  constructor(
    readonly peers: PeerStore,
    readonly lanes: LaneStore,
    readonly overview: PeerOverviewStore,
    readonly audit: Audit,
  ) {}
}

/** What an admin does about one peer. In force at the next look of API and workers, a second or two later. */
@Injectable()
export class ChangePeer {
  constructor(
    private readonly db: Database,
    private readonly books: PeerBooks,
    private readonly deliveries: DeliveryQueue,
    private readonly invitations: EndPeerInvitations,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError `SW_NOT_FOUND`; `SW_REQUEST_INVALID` for what makes no sense in the peer's state */
  run(input: { actor: Actor; serverName: ServerName; action: PeerAction }): Promise<void> {
    const { actor, serverName, action } = input;
    return this.db.forTenant(actor.tenant.id, async (tx) => {
      const row = await this.books.peers.findPeer(tx, serverName);
      if (!row) throw new DomainError('SW_NOT_FOUND', { server_name: serverName });
      const details = await this.apply(tx, row, action);
      if (action === 'block') await this.invitations.run(tx, { tenant: actor.tenant, serverName });
      await this.books.audit.write(tx, { actor: actor.fqid, action: `peer.${PAST[action]}`, subject: serverName, details });
      if (action === 'resume' || action === 'unblock' || action === 'retry') tx.afterCommit(() => this.deliveries.wakePeer(tx.tenantId, serverName));
    });
  }

  private async apply(tx: Tx, row: PeerRow, action: PeerAction): Promise<Record<string, unknown>> {
    const { peers, lanes, overview } = this.books;
    if (action === 'pin') return this.pin(tx, row);
    if (action !== 'retry') {
      const next = TRANSITIONS[action][row.admin_state];
      if (!next) throw new DomainError('SW_REQUEST_INVALID', { field: 'action', reason: `a peer that is ${row.admin_state} cannot be changed by ${action}` });
      await peers.markAdminState(tx, row.server_name, next);
    }
    if (action === 'resume') {
      await lanes.markResumed(tx, row.server_name, this.clock.date());
      await overview.markRoomsResumed(tx, row.server_name);
    }
    await peers.markDueNow(tx, row.server_name, this.clock.date());
    return { before: row.admin_state };
  }

  private async pin(tx: Tx, row: PeerRow): Promise<Record<string, unknown>> {
    const keys = await this.books.peers.listKeys(tx, row.server_name);
    const fingerprints = keys.filter((key) => key.state === 'active' || key.state === 'next').map((key) => fingerprintOf(key.public_key));
    if (fingerprints.length === 0) throw new DomainError('SW_REQUEST_INVALID', { field: 'action', reason: 'no key of this peer is known yet' });
    await this.books.peers.markTrust(tx, { serverName: row.server_name, mode: 'Pinned', pins: fingerprints.map((fingerprint) => ({ fingerprint, not_after: null })) });
    return { fingerprints, before: { mode: row.trust_mode, pins: row.pins } };
  }
}

const PAST: Readonly<Record<PeerAction, string>> = { pause: 'paused', resume: 'resumed', block: 'blocked', unblock: 'unblocked', pin: 'pinned', retry: 'retried' };

import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@scaiwave/database';
import { DomainError, type ServerName } from '@scaiwave/protocol';
import { Clock, newId } from '@scaiwave/telemetry';
import { Audit } from '../../audit/index.js';
import { PeerStore } from '../../peers/peer.store.js';
import type { TenantContext } from '../../tenants/index.js';
import { BeginSevering } from './begin-severing.js';
import { buildSeverance, type Severance, type SeveringRow } from './severing-row.js';
import { SeveringStore } from './severing.store.js';
import { SharedRoomStore } from './shared-room.store.js';

/** How far a severing that was asked for from outside has come. */
export interface SeveringRequested {
  severance: Severance;
  /** null: a worker is cutting */
  finishedAt: Date | null;
}

/** Reads and writes of a request. */
@Injectable()
export class SeveringRequestBooks {
  constructor(
    readonly peers: PeerStore,
    readonly severings: SeveringStore,
    readonly shared: SharedRoomStore,
    readonly audit: Audit,
  ) {}
}

/**
 * Ends federation with a peer by words from outside, as an annotation has them. The same words act once, however often they are read, and
 * whatever has become of the peer since. Rows only: the peer is refused from now on, a worker cuts what was shared.
 */
@Injectable()
export class RequestSevering {
  constructor(
    private readonly db: Database,
    private readonly begin: BeginSevering,
    private readonly books: SeveringRequestBooks,
    private readonly clock: Clock,
  ) {}

  /** Null while something that the peer has ended is still being cut. @throws DomainError `SW_NOT_FOUND` for a server that this tenant has never met */
  async run(input: { tenant: TenantContext; serverName: ServerName; request: string }): Promise<SeveringRequested | null> {
    const { tenant, serverName, request } = input;
    return this.db.forTenant(tenant.id, async (tx) => {
      const peer = await this.books.peers.lockPeer(tx, serverName);
      const severing = (await this.books.severings.findByRequest(tx, request)) ?? (await this.take(tx, { serverName, request, isRemoved: peer?.admin_state === 'removed', isKnown: peer !== null }));
      return severing && this.describe(tx, tenant, severing);
    });
  }

  private async take(tx: Tx, { serverName, request, isRemoved, isKnown }: { serverName: ServerName; request: string; isRemoved: boolean; isKnown: boolean }): Promise<SeveringRow | null> {
    const { severings, audit } = this.books;
    if (!isKnown) throw new DomainError('SW_NOT_FOUND', { server_name: serverName });
    const unfinished = await severings.findUnfinished(tx, serverName);
    if (unfinished?.is_theirs === true) return null;
    const id = unfinished?.id ?? (isRemoved ? await this.noteNothing(tx, serverName) : await this.begin.run(tx, { serverName, isTheirs: false, actor: 'system', reason: null, since: this.clock.date() }));
    await severings.markRequest(tx, id, request);
    await audit.write(tx, { actor: 'system', action: 'peer.sever_requested', subject: serverName, details: { request } });
    return severings.getSevering(tx, id);
  }

  /** It was removed before: the words are remembered, so that they do not act once it is added again. */
  private async noteNothing(tx: Tx, serverName: ServerName): Promise<string> {
    const id = newId(this.clock);
    const at = this.clock.date();
    await this.books.severings.insertSevering(tx, { id, server_name: serverName, is_theirs: false, actor: 'system', reason: null, since: at, undelivered: 0, at });
    await this.books.severings.markFinished(tx, id, at);
    return id;
  }

  private async describe(tx: Tx, tenant: TenantContext, severing: SeveringRow): Promise<SeveringRequested> {
    const { severings, shared } = this.books;
    const cut = await severings.listRooms(tx, severing.id);
    const left = severing.finished_at === null ? await shared.listShared(tx, { own: tenant.serverName, peer: severing.server_name, since: null }) : [];
    const rooms = [...cut, ...left.filter(({ room_id: id }) => !cut.some((room) => room.room_id === id))];
    return { severance: buildSeverance(rooms, severing), finishedAt: severing.finished_at };
  }
}

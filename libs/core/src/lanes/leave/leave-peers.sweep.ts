import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { Clock, Logger } from '@scaiwave/telemetry';
import { DeliveryOptions } from '../../peers/outbound/delivery-options.js';
import { PolicyStore } from '../../policy/index.js';
import { DELETION } from '../../tenants/index.js';
import { SeverPeer, SharedRoomStore } from '../sever/index.js';
import { decideParting, takesAnything } from './decide-parting.js';
import { LeavingStore, type LeavingTenant } from './leaving.store.js';

const PROBE_MS = 5_000;

/** What is read of those who leave. */
@Injectable()
export class LeavingBooks {
  constructor(
    readonly leaving: LeavingStore,
    readonly shared: SharedRoomStore,
    readonly policies: PolicyStore,
    readonly options: DeliveryOptions,
    readonly clock: Clock,
  ) {}
}

/**
 * Tenants that are being deleted part from their peers, each when it has all that waited for it, all of them when the time is over: shared
 * rooms are cut, people leave rooms abroad, both sides are told.
 */
@Injectable()
export class LeavePeersSweep {
  constructor(
    private readonly db: Database,
    private readonly sever: SeverPeer,
    private readonly books: LeavingBooks,
    private readonly logger: Logger,
  ) {}

  async run(): Promise<void> {
    const { leaving, options } = this.books;
    for (const tenant of await this.db.acrossTenants('tenants that are being deleted', (fleet) => leaving.listLeaving(fleet, options.pool))) {
      try {
        await this.leave(tenant);
      } catch (err) {
        this.logger.error({ err, tenantId: tenant.id }, 'A tenant that is being deleted could not part from a peer; the next pass goes on with it.');
      }
    }
  }

  private async leave({ id, server_name: serverName, drain_until: until, drops_queue: dropsQueue }: LeavingTenant): Promise<void> {
    const { leaving, shared, policies, clock } = this.books;
    const isOver = clock.date() >= until;
    const parting = await this.db.readTenant(id, async (db) => {
      const policy = await policies.effective(db);
      const peers = await leaving.listUnparted(db);
      const waiting = await Promise.all(peers.map((peer) => shared.countUndelivered(db, peer.server_name)));
      return peers.filter((peer, index) => decideParting({ waiting: waiting[index] ?? 0, takes: takesAnything(peer, policy), isOver, dropsQueue }) === 'now');
    });
    await this.db.forTenant(id, (tx) => leaving.hasten(tx, new Date(clock.now() + PROBE_MS)));
    for (const { server_name: peer } of parting) {
      await this.sever.run({ tenant: { id, serverName }, serverName: peer, actor: DELETION, reason: `${serverName} is closed down` });
    }
  }
}

import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import type { ServerName } from '@scaiwave/protocol';
import { DeliveryQueue } from '@scaiwave/redis';
import { Clock, Logger } from '@scaiwave/telemetry';
import type { TenantContext } from '../tenants/index.js';
import { PeerStore, type PeerFailure } from './peer.store.js';

/** A busy peer sends hundreds of requests a second; its row is written at most this often. */
const WRITE_EVERY_MS = 250;
const MAX_REMEMBERED = 10_000;

/** The one row per peer that says whether it is there, since when not, and when it is tried again. */
@Injectable()
export class PeerHealth {
  private readonly written = new Map<string, number>();

  constructor(
    private readonly db: Database,
    private readonly store: PeerStore,
    private readonly deliveries: DeliveryQueue,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** A valid request of the peer has come: it is there. Whatever waits for it is tried at once. */
  async seen(tenant: TenantContext, serverName: ServerName): Promise<void> {
    const key = `${tenant.id} ${serverName}`;
    const now = this.clock.now();
    const last = this.written.get(key);
    if (last !== undefined && Math.abs(now - last) < WRITE_EVERY_MS) return;
    if (this.written.size >= MAX_REMEMBERED) this.written.clear();
    this.written.set(key, now);
    await this.db.forTenant(tenant.id, async (tx) => {
      const isWoken = await this.store.markSeen(tx, serverName, new Date(now));
      if (isWoken) tx.afterCommit(() => this.deliveries.wakePeer(tenant.id, serverName));
    });
  }

  async failed(tenant: TenantContext, failure: PeerFailure): Promise<void> {
    await this.db.forTenant(tenant.id, async (tx) => {
      const isDue = await this.store.markFailing(tx, failure);
      if (isDue) tx.afterCommit(() => this.deliveries.wakePeer(tenant.id, failure.serverName));
    });
    const { serverName: peerId, verdict, code, message, nextAttemptAt } = failure;
    this.logger.info({ tenantId: tenant.id, peerId, verdict, code, reason: message, nextAttemptAt }, 'A peer does not take our events; it is tried again.');
  }

  /** It has answered: it is there, whether or not it takes events. */
  async answered(tenant: TenantContext, serverName: ServerName): Promise<void> {
    await this.db.forTenant(tenant.id, (tx) => this.store.markAnswering(tx, serverName, this.clock.date()));
  }

  async fine(tenant: TenantContext, serverName: ServerName): Promise<void> {
    await this.db.forTenant(tenant.id, (tx) => this.store.markFine(tx, serverName, this.clock.date()));
  }
}

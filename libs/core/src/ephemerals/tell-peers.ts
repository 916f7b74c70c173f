import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import type { Ephemeral, Fqid, RoomId, ServerName } from '@scaiwave/protocol';
import { DeliveryQueue, EphemeralBox } from '@scaiwave/redis';
import { Clock } from '@scaiwave/telemetry';
import type { TenantContext } from '../tenants/index.js';
import { EphemeralStore } from './ephemeral.store.js';

export type PresenceStatus = Extract<Ephemeral, { type: 'swp.presence' }>['status'];

/**
 * Tells other servers who is typing, and how people are. The newest of each person waits in Redis and goes at once, with whatever
 * else waits for that peer; a worker sends it. Nothing waits for a peer that is down.
 */
@Injectable()
export class TellPeers {
  constructor(
    private readonly db: Database,
    private readonly store: EphemeralStore,
    private readonly box: EphemeralBox,
    private readonly queue: DeliveryQueue,
    private readonly clock: Clock,
  ) {}

  /** `except`: the server that told us. */
  async typing(tenant: TenantContext, said: { roomId: RoomId; fqid: Fqid; typing: boolean; ts?: number; except?: ServerName }): Promise<void> {
    const { roomId, fqid, typing, ts = this.clock.now(), except } = said;
    const peers = await this.db.readTenant(tenant.id, (db) => this.store.listRoomPeers(db, roomId));
    const entry: Ephemeral = { type: 'swp.typing', room_id: roomId, fqid, typing, ts };
    await this.tell(tenant, peers.filter((peer) => peer !== except), { name: `typing/${roomId}/${fqid}`, json: JSON.stringify(entry) });
  }

  /** `handedOn`: a person of another server, told to the others in rooms that we order. */
  async presence(tenant: TenantContext, said: { fqid: Fqid; status: PresenceStatus; ts?: number; handedOnBy?: ServerName }): Promise<void> {
    const { fqid, status, ts = this.clock.now(), handedOnBy } = said;
    const peers = await this.db.readTenant(tenant.id, (db) => this.store.listPersonPeers(db, fqid, { hostedOnly: handedOnBy !== undefined }));
    const entry: Ephemeral = { type: 'swp.presence', fqid, status, ts };
    await this.tell(tenant, peers.filter((peer) => peer !== handedOnBy), { name: `presence/${fqid}`, json: JSON.stringify(entry) });
  }

  private async tell(tenant: TenantContext, peers: readonly ServerName[], entry: { name: string; json: string }): Promise<void> {
    await Promise.all(peers.map(async (peer) => {
      await this.box.put(tenant.id, peer, entry);
      await this.queue.wakeEphemerals(tenant.id, peer);
    }));
  }
}

import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import type { RoomId, TenantId } from '@scaiwave/protocol';
import { DeliveryQueue } from '@scaiwave/redis';
import { LocalTenants } from '../peers/outbound/local-tenants.js';
import { LaneStore } from './lane.store.js';
import { SignHistory } from './sign-history.js';

/** A room's log has grown: wakes every peer for which something waits there. */
@Injectable()
export class WakeRoom {
  constructor(
    private readonly db: Database,
    private readonly lanes: LaneStore,
    private readonly queue: DeliveryQueue,
    private readonly tenants: LocalTenants,
    private readonly history: SignHistory,
  ) {}

  async run(tenantId: TenantId, roomId: RoomId): Promise<void> {
    const { servers, hasNewLane } = await this.db.readTenant(tenantId, async (db) => ({
      servers: await this.lanes.listDueServers(db, roomId),
      hasNewLane: await this.lanes.hasUnsignedHistory(db, roomId),
    }));
    await Promise.all(servers.map((server) => this.queue.wakePeer(tenantId, server)));
    const tenant = hasNewLane ? await this.tenants.findById(tenantId) : null;
    if (tenant) await this.history.run(tenant, roomId);
  }
}

import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { RoomLog } from '../../events/index.js';
import { LocalTenants } from '../../peers/outbound/local-tenants.js';
import { CheckpointStore } from '../checkpoint.store.js';
import { CompareRoom } from '../compare-room.js';
import { DeliverySweepSettings } from './delivery.sweep.js';

const MOST_AT_ONCE = 100;
/** A room that has been quiet for so long gets a checkpoint, so that its last events are proven, too. */
const QUIET_MS = 600_000;

@Injectable()
export class ProofParts {
  constructor(
    readonly tenants: LocalTenants,
    readonly log: RoomLog,
  ) {}
}

/** The proof that two servers hold the same room: checkpoints of quiet rooms, and the comparison after a mismatch. */
@Injectable()
export class ProofSweep {
  constructor(
    private readonly db: Database,
    private readonly stores: CheckpointStore,
    private readonly compare: CompareRoom,
    private readonly parts: ProofParts,
    private readonly settings: DeliverySweepSettings,
  ) {}

  async quietRooms(): Promise<void> {
    const quiet = { pool: this.settings.options.pool, quietSince: new Date(this.settings.clock.now() - QUIET_MS), limit: MOST_AT_ONCE };
    const rooms = await this.db.acrossTenants('rooms whose last events no checkpoint covers', (fleet) => this.stores.listQuiet(fleet, quiet));
    for (const { tenant_id: tenantId, room_id: roomId } of rooms) {
      const tenant = await this.parts.tenants.findById(tenantId);
      if (!tenant) continue;
      await this.db.forTenant(tenantId, async (tx) => {
        const room = await this.parts.log.lockRoom(tx, tenant, roomId);
        if (room) await this.parts.log.checkpoint(tx, room);
      });
    }
  }

  async stoppedLanes(): Promise<void> {
    const rooms = await this.db.acrossTenants('stopped lanes to be compared', (fleet) => this.stores.listUncompared(fleet, { pool: this.settings.options.pool, limit: MOST_AT_ONCE }));
    for (const { tenant_id: tenantId, room_id: roomId } of rooms) {
      const tenant = await this.parts.tenants.findById(tenantId);
      if (tenant) this.settings.tasks.background(this.compare.run(tenant, roomId), 'compare');
    }
  }
}

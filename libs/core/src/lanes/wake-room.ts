import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import type { RoomId, TenantId } from '@scaiwave/protocol';
import { DeliveryQueue } from '@scaiwave/redis';
import { BackgroundTasks } from './background-tasks.js';
import { DrainPeer } from './drain-peer.js';
import { LaneStore } from './lane.store.js';
import { SignHistory } from './sign-history.js';

const DRAINED_FROM_HERE = 4;

/** What a room's wake-up starts. */
@Injectable()
export class WakeRoomJobs {
  constructor(
    readonly drain: DrainPeer,
    readonly history: SignHistory,
    readonly tasks: BackgroundTasks,
  ) {}
}

/** A room's log has grown: wakes every peer for which something waits there. */
@Injectable()
export class WakeRoom {
  constructor(
    private readonly db: Database,
    private readonly lanes: LaneStore,
    private readonly queue: DeliveryQueue,
    private readonly jobs: WakeRoomJobs,
  ) {}

  async run(tenantId: TenantId, roomId: RoomId): Promise<void> {
    const { servers, hasUnsigned } = await this.db.readTenant(tenantId, (db) => this.lanes.findDue(db, roomId));
    const { drain, history, tasks } = this.jobs;
    // A few are drained from here, which saves a turn through Redis; many are shared among all workers. None is waited for.
    if (servers.length <= DRAINED_FROM_HERE) for (const server of servers) tasks.background(drain.run(tenantId, server), 'drain');
    else await Promise.all(servers.map((server) => this.queue.wakePeer(tenantId, server)));
    if (hasUnsigned) tasks.background(history.runById(tenantId, roomId), 'sign history');
  }
}

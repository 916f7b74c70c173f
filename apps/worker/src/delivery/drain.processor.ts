import { Injectable } from '@nestjs/common';
import { BackgroundTasks, DrainPeer, SendEphemerals, WakeRoom } from '@scaiwave/core';
import type { RoomId, ServerName, TenantId } from '@scaiwave/protocol';
import { createDeliveryWorker, RedisClients, type RunningWorker } from '@scaiwave/redis';

/** Turns wake-ups of the delivery queue into drains. */
@Injectable()
export class DrainProcessor {
  private worker: RunningWorker | undefined;

  constructor(
    private readonly drain: DrainPeer,
    private readonly room: WakeRoom,
    private readonly ephemerals: SendEphemerals,
    private readonly tasks: BackgroundTasks,
    private readonly redis: RedisClients,
  ) {}

  start({ pool, concurrency }: { pool: string; concurrency: number }): void {
    this.worker = createDeliveryWorker(
      { redis: this.redis, pool, concurrency },
      {
        // Not waited for: a wake-up that comes while it runs must reach it, and a dead peer must not hold the queue.
        drainPeer: async (tenantId, peer) => this.tasks.background(this.drain.run(tenantId as TenantId, peer as ServerName), 'drain'),
        sendEphemerals: async (tenantId, peer) => this.tasks.background(this.ephemerals.run(tenantId as TenantId, peer as ServerName), 'ephemerals'),
        wakeRoom: (tenantId, roomId) => this.room.run(tenantId as TenantId, roomId as RoomId),
      },
    );
  }

  /** Takes no more wake-ups, and lets running drains end: their batches are on the wire. */
  async stop(): Promise<void> {
    await this.worker?.close();
    await this.drain.idle();
  }
}

import { traceHeader } from '@scaiwave/telemetry';
import { deliveryQueueName, requestQueueName, type DeliveryJob, type PoolOf, type RequestJob } from './queue-names.js';
import type { RedisClients } from './redis-clients.js';
import { WakeQueue } from './wake-queue.js';

/** Wakes the workers of a tenant's pool: there is something to deliver. A lost wake-up is found by the sweep. */
export class DeliveryQueue {
  readonly #wakes: WakeQueue;

  constructor(redis: RedisClients, poolOf?: PoolOf) {
    this.#wakes = new WakeQueue(redis, deliveryQueueName, poolOf);
  }

  /** Something waits for this peer. Never throws. */
  wakePeer(tenantId: string, peer: string): Promise<void> {
    return this.#wakes.wake({ tenantId, id: `peer/${tenantId}/${peer}`, job: 'peer', data: { kind: 'peer', tenantId, peer, ...traceHeader() } satisfies DeliveryJob });
  }

  /** A room has new events for all its peers. Never throws. */
  wakeRoom(tenantId: string, roomId: string): Promise<void> {
    return this.#wakes.wake({ tenantId, id: `room/${tenantId}/${roomId}`, job: 'room', data: { kind: 'room', tenantId, roomId, ...traceHeader() } satisfies DeliveryJob });
  }

  /** Typing or presence waits for this peer; in `afterMs` at the earliest. Never throws. */
  wakeEphemerals(tenantId: string, peer: string, afterMs = 0): Promise<void> {
    const id = `ephemerals/${tenantId}/${peer}${afterMs === 0 ? '' : '/later'}`;
    return this.#wakes.wake({ tenantId, id, job: 'ephemerals', data: { kind: 'ephemerals', tenantId, peer } satisfies DeliveryJob, delayMs: afterMs });
  }

  close(): Promise<void> {
    return this.#wakes.close();
  }
}

/** Wakes the workers of a tenant's pool: the API has written a `peer_requests` row. */
export class RequestQueue {
  readonly #wakes: WakeQueue;

  constructor(redis: RedisClients, poolOf?: PoolOf) {
    this.#wakes = new WakeQueue(redis, requestQueueName, poolOf);
  }

  /** Never throws: the sweep finds waiting rows too. */
  wake(tenantId: string, requestId: string): Promise<void> {
    return this.#wakes.wake({ tenantId, id: `request/${tenantId}/${requestId}`, job: 'request', data: { tenantId, requestId, ...traceHeader() } satisfies RequestJob });
  }

  close(): Promise<void> {
    return this.#wakes.close();
  }
}

/** BullMQ queue of the wake-ups to deliver. Each pool of workers has its own. */
export function deliveryQueueName(pool: string): string {
  return `delivery-${pool}`;
}

/** BullMQ queue of what the API asks of workers; never behind deliveries. */
export function requestQueueName(pool: string): string {
  return `requests-${pool}`;
}

/** On account of which request (W3C Trace Context): for log lines and headers, nothing is decided by it. */
interface TracedJob {
  traceparent?: string;
}

/** Jobs of the delivery queue. They name rows; no key and no payload ever enters a job. */
export type DeliveryJob = TracedJob & ({ kind: 'peer'; tenantId: string; peer: string } | { kind: 'room'; tenantId: string; roomId: string } | { kind: 'ephemerals'; tenantId: string; peer: string });

/** Jobs of the request queue. */
export interface RequestJob extends TracedJob {
  tenantId: string;
  requestId: string;
}

/** Which pool serves a tenant: read from the tenant's row by the app. */
export type PoolOf = (tenantId: string) => string | Promise<string>;

// BullMQ waits runRetryDelay before it asks again after a lost connection; its default is 15 s.
// BullMQ returns a job to the queue when its worker has not renewed it for lockDuration; its defaults of 30 s
// would leave a peer alone for a minute after a kill -9. Correctness rests on the lease in Postgres, not on this.
export const workerTimings = { lockDuration: 5_000, stalledInterval: 2_500, maxStalledCount: 1_000_000, runRetryDelay: 250 } as const;

export const jobOptions = { removeOnComplete: true, removeOnFail: true } as const;

import { setTimeout as delay } from 'node:timers/promises';
import { inTrace } from '@scaiwave/telemetry';
import { Worker, type IRedisClient, type WorkerOptions } from 'bullmq';
import { deliveryQueueName, requestQueueName, workerTimings, type DeliveryJob, type RequestJob } from './queue-names.js';
import type { RedisClients } from './redis-clients.js';

export interface DeliveryHandlers {
  drainPeer(tenantId: string, peer: string): Promise<unknown>;
  wakeRoom(tenantId: string, roomId: string): Promise<unknown>;
  sendEphemerals(tenantId: string, peer: string): Promise<unknown>;
}

export interface WorkerSettings {
  redis: RedisClients;
  pool: string;
  concurrency: number;
}

export interface RunningWorker {
  /** Takes no more jobs and waits for those that run. */
  close(): Promise<void>;
}

/** The BullMQ options of every worker of ours; Nest's `@Processor` takes them too. */
export function workerOptions({ redis, concurrency }: Pick<WorkerSettings, 'redis' | 'concurrency'>): WorkerOptions & { connection: IRedisClient } {
  return { connection: redis.forWorker(), prefix: redis.key('queue'), concurrency, ...workerTimings };
}

/** Runs wake-ups of one pool. What a handler throws is logged and counted; the sweep comes back to it. */
export function createDeliveryWorker(settings: WorkerSettings, handlers: DeliveryHandlers): RunningWorker {
  return runWorker<DeliveryJob>(deliveryQueueName(settings.pool), settings, (job) => {
    if (job.kind === 'peer') return handlers.drainPeer(job.tenantId, job.peer);
    return job.kind === 'room' ? handlers.wakeRoom(job.tenantId, job.roomId) : handlers.sendEphemerals(job.tenantId, job.peer);
  });
}

/** Runs what the API asks of the workers of one pool. */
export function createRequestWorker(settings: WorkerSettings, answer: (tenantId: string, requestId: string) => Promise<unknown>): RunningWorker {
  return runWorker<RequestJob>(requestQueueName(settings.pool), settings, (job) => answer(job.tenantId, job.requestId));
}

function runWorker<Data extends { traceparent?: string }>(name: string, settings: WorkerSettings, handle: (job: Data) => Promise<unknown>): RunningWorker {
  const { logger, metrics } = settings.redis;
  const options = workerOptions(settings);
  const worker = new Worker<Data>(
    name,
    async (job) => {
      try {
        await inTrace(job.data.traceparent, () => handle(job.data));
      } catch (err) {
        metrics.jobFailures.inc({ kind: job.name });
        logger.error({ err, ...job.data }, 'A job failed; the sweep comes back to it.');
      }
    },
    options,
  );
  worker.on('error', () => undefined); // lost connections are logged once by RedisClients; a lost job lock is harmless
  return { close: () => closeWorker(worker, options.connection) };
}

const AWAY_POLL_MS = 100;
const GIVE_UP_AWAY_MS = 2_000;

// BullMQ's close waits for Redis as long as it is away; a process that ends cannot.
async function closeWorker(worker: Worker, connection: IRedisClient): Promise<void> {
  const closed = worker.close().then(() => true);
  for (let awayMs = 0; awayMs < GIVE_UP_AWAY_MS; awayMs = connection.status === 'ready' ? 0 : awayMs + AWAY_POLL_MS) {
    if (await Promise.race([closed, delay(AWAY_POLL_MS, false)])) return;
  }
}

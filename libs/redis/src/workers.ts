import { Worker, type WorkerOptions } from 'bullmq';
import { deliveryQueueName, requestQueueName, workerTimings, type DeliveryJob, type RequestJob } from './queue-names.js';
import type { RedisClients } from './redis-clients.js';

export interface DeliveryHandlers {
  drainPeer(tenantId: string, peer: string): Promise<unknown>;
  wakeRoom(tenantId: string, roomId: string): Promise<unknown>;
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
export function workerOptions({ redis, concurrency }: WorkerSettings): WorkerOptions {
  return { connection: redis.forWorker(), prefix: redis.key('queue'), concurrency, ...workerTimings };
}

/** Runs wake-ups of one pool. What a handler throws is logged and counted; the sweep comes back to it. */
export function createDeliveryWorker(settings: WorkerSettings, handlers: DeliveryHandlers): RunningWorker {
  return runWorker<DeliveryJob>(deliveryQueueName(settings.pool), settings, (job) =>
    job.kind === 'peer' ? handlers.drainPeer(job.tenantId, job.peer) : handlers.wakeRoom(job.tenantId, job.roomId),
  );
}

/** Runs what the API asks of the workers of one pool. */
export function createRequestWorker(settings: WorkerSettings, answer: (tenantId: string, requestId: string) => Promise<unknown>): RunningWorker {
  return runWorker<RequestJob>(requestQueueName(settings.pool), settings, (job) => answer(job.tenantId, job.requestId));
}

function runWorker<Data>(name: string, settings: WorkerSettings, handle: (job: Data) => Promise<unknown>): RunningWorker {
  const { logger, metrics } = settings.redis;
  const worker = new Worker<Data>(
    name,
    async (job) => {
      try {
        await handle(job.data);
      } catch (err) {
        metrics.jobFailures.inc({ job: job.name });
        logger.error({ err, ...job.data }, 'A job failed; the sweep comes back to it.');
      }
    },
    workerOptions(settings),
  );
  worker.on('error', (err) => logger.debug({ err, queue: name }, 'The queue reported an error.'));
  return { close: () => worker.close() };
}

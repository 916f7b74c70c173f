import { Queue } from 'bullmq';
import { jobOptions, type PoolOf } from './queue-names.js';
import type { RedisClients } from './redis-clients.js';

export interface Wake {
  tenantId: string;
  /** Wake-ups with the same id are one, until it has begun to run. */
  id: string;
  job: string;
  data: object;
  /** not before this time has passed */
  delayMs?: number;
}

// A tenant that changes its pool is woken there within this time; the sweep of its new pool does not even wait for that.
const POOL_IS_FRESH_MS = 5_000;

interface Sending {
  /** the last one that came: it bears the newest trace */
  wake: Wake;
  again: boolean;
  done: Promise<void>;
}

/**
 * Sends wake-ups to BullMQ, at most one at a time for each id, and never throws.
 *
 *   wake A ──► add ───────────► worker runs A ──► done
 *   wake A   (add under way: remembered, sent once after it)
 *   wake A                      (running: BullMQ keeps the last one and runs it after this run)
 */
export class WakeQueue {
  readonly #redis: RedisClients;
  readonly #nameOf: (pool: string) => string;
  readonly #poolOf: PoolOf;
  readonly #queues = new Map<string, Queue>();
  readonly #sending = new Map<string, Sending>();
  readonly #pools = new Map<string, { pool: string; readAt: number }>();

  constructor(redis: RedisClients, nameOf: (pool: string) => string, poolOf: PoolOf = () => 'shared') {
    this.#redis = redis;
    this.#nameOf = nameOf;
    this.#poolOf = poolOf;
  }

  /** Resolves when Redis has the wake-up, or when it is counted as lost. */
  wake(wake: Wake): Promise<void> {
    const underWay = this.#sending.get(wake.id);
    if (underWay) {
      Object.assign(underWay, { again: true, wake });
      return underWay.done;
    }
    const sending: Sending = { wake, again: false, done: Promise.resolve() };
    sending.done = this.#send(sending).finally(() => this.#sending.delete(wake.id));
    this.#sending.set(wake.id, sending);
    return sending.done;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sending.values()].map(({ done }) => done));
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
  }

  async #send(sending: Sending): Promise<void> {
    do {
      sending.again = false;
      await this.#add(sending.wake);
    } while (sending.again);
  }

  async #add({ tenantId, id, job, data, delayMs = 0 }: Wake): Promise<void> {
    try {
      const pool = await this.#pool(tenantId);
      await this.#redis.ask(() => this.#queue(pool).add(job, data, { ...jobOptions, ...(delayMs > 0 && { delay: delayMs }), deduplication: { id, keepLastIfActive: true } }));
    } catch (err) {
      this.#redis.metrics.wakeFailures.inc({ kind: job });
      this.#redis.logger.debug({ err, tenantId }, 'A wake-up was lost; the sweep makes up for it.');
    }
  }

  async #pool(tenantId: string): Promise<string> {
    const known = this.#pools.get(tenantId);
    if (known !== undefined && performance.now() - known.readAt < POOL_IS_FRESH_MS) return known.pool;
    const pool = await this.#poolOf(tenantId);
    this.#pools.set(tenantId, { pool, readAt: performance.now() });
    return pool;
  }

  #queue(pool: string): Queue {
    const known = this.#queues.get(pool);
    if (known) return known;
    const queue = new Queue(this.#nameOf(pool), { connection: this.#redis.forQueues, prefix: this.#redis.key('queue'), skipMetasUpdate: true, skipVersionCheck: true });
    queue.on('error', () => undefined); // RedisClients has logged it
    this.#queues.set(pool, queue);
    return queue;
  }
}

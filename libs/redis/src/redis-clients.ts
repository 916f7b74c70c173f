import type { Logger, Metrics } from '@scaiwave/telemetry';
import { Redis, type RedisOptions } from 'ioredis';

export interface RedisClientsOptions {
  url: string;
  /** Starts every key and channel; default `scaiwave`. */
  prefix?: string;
  logger: Logger;
  metrics: Metrics;
}

const COMMAND_TIMEOUT_MS = 2_000;
const RECONNECT_MAX_MS = 500;
const DISCONNECT_TIMEOUT_MS = 100; // ioredis keeps a process alive that long after a disconnect

/**
 * The connections of one process to Redis. Commands fail at once while Redis is away (nothing waits for it);
 * subscriptions and queue workers wait for it to come back.
 */
export class RedisClients {
  readonly prefix: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** For commands: never queues while Redis is away, and gives up after 2 s. */
  readonly commands: Redis;
  readonly #url: string;
  readonly #others: Redis[] = [];
  #subscriber: Redis | undefined;

  constructor({ url, prefix = 'scaiwave', logger, metrics }: RedisClientsOptions) {
    this.#url = url;
    this.prefix = prefix;
    this.logger = logger;
    this.metrics = metrics;
    this.commands = this.#connect({ enableOfflineQueue: false, commandTimeout: COMMAND_TIMEOUT_MS, maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false });
  }

  /** The one connection that all subscriptions share. */
  get subscriber(): Redis {
    return (this.#subscriber ??= this.#keep(this.#connect({ maxRetriesPerRequest: null })));
  }

  /** A new connection for a queue worker. The worker copies it to block on the copy: that one is closed with ours, too. */
  forWorker(): Redis {
    const client = this.#keep(this.#connect({ maxRetriesPerRequest: null }));
    const duplicate = client.duplicate.bind(client);
    client.duplicate = (options) => this.#keep(duplicate(options));
    return client;
  }

  /** Whether Redis answers now; readiness asks. */
  async isReachable(): Promise<boolean> {
    return this.commands.ping().then(
      () => true,
      () => false,
    );
  }

  /** Resolves when Redis answers, or after `withinMs`: a start waits a little, and then goes on without Redis. */
  async waitUntilReachable(withinMs: number): Promise<boolean> {
    if (this.commands.status === 'ready') return true;
    return new Promise((resolve) => {
      const finish = (isReady: boolean) => () => {
        clearTimeout(timer);
        this.commands.off('ready', onReady);
        resolve(isReady);
      };
      const onReady = finish(true);
      const timer = setTimeout(finish(false), withinMs);
      this.commands.once('ready', onReady);
    });
  }

  /** A key or channel of this installation. */
  key(...parts: string[]): string {
    return [this.prefix, ...parts].join(':');
  }

  close(): Promise<void> {
    for (const client of [this.commands, ...this.#others]) client.disconnect();
    return Promise.resolve();
  }

  #keep(client: Redis): Redis {
    this.#others.push(client);
    return client;
  }

  #connect(options: RedisOptions): Redis {
    const client = new Redis(this.#url, { ...options, disconnectTimeout: DISCONNECT_TIMEOUT_MS, retryStrategy: (times) => Math.min(times * 50, RECONNECT_MAX_MS) });
    let isAway = false;
    client.on('ready', () => {
      if (isAway) this.logger.info('Redis is back.');
      isAway = false;
    });
    // ioredis reports every attempt; one line per outage is enough.
    client.on('error', (err) => {
      if (!isAway) this.logger.warn({ err }, 'Redis is away; deliveries go on with the sweep alone.');
      isAway = true;
    });
    return client;
  }
}

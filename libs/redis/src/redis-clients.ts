import type { Logger, Metrics } from '@scaiwave/telemetry';
import { ConnectionClosedError, createNodeRedisClient, type IRedisClient } from 'bullmq';
import { createClient, ErrorReply } from 'redis';

export interface RedisClientsOptions {
  url: string;
  /** Starts every key and channel; default `scaiwave`. */
  prefix?: string;
  logger: Logger;
  metrics: Metrics;
}

const ANSWER_WITHIN_MS = 2_000;
const RECONNECT_STEP_MS = 50;
const RECONNECT_MAX_MS = 500;

/** A connection of node-redis, with what all of ours have in common. */
export type RedisClient = ReturnType<typeof connectionTo>;

/**
 * The connections of one process to Redis. Nothing waits in a queue for a Redis that is away, except subscriptions:
 * commands fail at once, and queue workers ask again a little later.
 */
export class RedisClients {
  readonly prefix: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** For commands; ask through `ask`, which bounds the wait. */
  readonly commands: RedisClient;
  /** The same connection in the shape that BullMQ's queues take. */
  readonly forQueues: IRedisClient;
  readonly #url: string;
  readonly #others: (() => void)[] = [];
  readonly #away = new Set<RedisClient>();
  #subscriber: RedisClient | undefined;

  constructor({ url, prefix = 'scaiwave', logger, metrics }: RedisClientsOptions) {
    this.#url = url;
    this.prefix = prefix;
    this.logger = logger;
    this.metrics = metrics;
    this.commands = this.#connect({ disableOfflineQueue: true });
    this.forQueues = forBullMQ(this.commands);
  }

  /** The one connection that all subscriptions share. */
  get subscriber(): RedisClient {
    return (this.#subscriber ??= this.#keep(this.#connect({ disableOfflineQueue: false })));
  }

  /** A new connection for a queue worker. The worker copies it to block on the copy: that one is closed with ours, too. */
  forWorker(): IRedisClient {
    const client = forBullMQ(this.#keep(this.#connect({ disableOfflineQueue: true })));
    const duplicate = client.duplicate.bind(client);
    client.duplicate = (...options) => {
      const copy = quiet(duplicate(...options));
      this.#others.push(() => copy.disconnect());
      return copy;
    };
    return client;
  }

  /** Asks Redis. Rejects at once while it is away, and when it has not answered within 2 s. */
  async ask<Answer>(question: (commands: RedisClient) => Promise<Answer>): Promise<Answer> {
    if (!this.commands.isReady) throw new Error('Redis is away.');
    const answer = question(this.commands);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => (timer = setTimeout(() => reject(new Error('Redis did not answer in time.')), ANSWER_WITHIN_MS)));
    return Promise.race([answer, late]).finally(() => clearTimeout(timer));
  }

  /** Asks for what is worth nothing later: undefined while Redis is away, which is logged once. */
  async quietly<Answer>(question: (commands: RedisClient) => Promise<Answer>): Promise<Answer | undefined> {
    return this.ask(question).catch(() => undefined);
  }

  /** Subscribes, however often the connection is lost before Redis has said yes: node-redis repeats only what was answered. */
  async insist(subscribe: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await subscribe();
      } catch (error) {
        if (error instanceof ErrorReply || !this.subscriber.isOpen) throw error;
      }
    }
  }

  /** Calls `listener` whenever the subscriptions are there again after a lost connection: what was said meanwhile was not heard. */
  onResubscribed(listener: () => void): void {
    let hasConnected = this.subscriber.isReady;
    this.subscriber.on('ready', () => {
      if (hasConnected) listener();
      hasConnected = true;
    });
  }

  /** Whether Redis answers now; readiness asks. */
  async isReachable(): Promise<boolean> {
    return this.ask((commands) => commands.ping()).then(
      () => true,
      () => false,
    );
  }

  /** Resolves when Redis answers, or after `withinMs`: a start waits a little, and then goes on without Redis. */
  async waitUntilReachable(withinMs: number): Promise<boolean> {
    if (this.commands.isReady) return true;
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
    this.commands.destroy();
    for (const close of this.#others) close();
    return Promise.resolve();
  }

  #keep(client: RedisClient): RedisClient {
    this.#others.push(() => client.destroy());
    return client;
  }

  #connect(options: { disableOfflineQueue: boolean }): RedisClient {
    const client = connectionTo(this.#url, options);
    client.on('ready', () => {
      if (this.#away.delete(client) && this.#away.size === 0) this.logger.info('Redis is back.');
    });
    // node-redis reports every attempt of every connection; one line per outage is enough.
    client.on('error', (err) => {
      if (this.#away.size === 0) this.logger.warn({ err }, 'Redis is away; deliveries go on with the sweep alone.');
      this.#away.add(client);
    });
    client.connect().catch(() => undefined); // it tries until it is closed
    return client;
  }
}

function connectionTo(url: string, { disableOfflineQueue }: { disableOfflineQueue: boolean }) {
  return createClient({
    url, disableOfflineQueue,
    maintNotifications: 'disabled', // a matter of Redis Enterprise
    commandOptions: { timeout: 0 }, // node-redis' own ends when a command is sent, and costs a timer for each
    socket: { reconnectStrategy: (retries) => Math.min((retries + 1) * RECONNECT_STEP_MS, RECONNECT_MAX_MS) },
  });
}

// BullMQ asks again after a lost connection, and only then; of node-redis it knows by itself too few of the errors that mean one.
function forBullMQ(connection: RedisClient): IRedisClient {
  const client = quiet(createNodeRedisClient(connection));
  const runCommand = client.runCommand.bind(client);
  client.runCommand = (name, args) =>
    runCommand(name, args).catch((error: Error) => {
      throw error instanceof ErrorReply ? error : new ConnectionClosedError(error.message, error);
    });
  return client;
}

// An "error" that nobody listens to would end the process; RedisClients has logged it.
function quiet(client: IRedisClient): IRedisClient {
  return client.on('error', () => undefined);
}

import type { RedisClients } from './redis-clients.js';

/**
 * A hint that something of a tenant changed; the truth is in Postgres. `stream`: there are new rows to read.
 * `resync`: hints may have been lost (Redis was away), so read again whatever you show.
 */
export interface RoomMessage {
  kind: string;
  roomId?: string;
  participantId?: string;
  position?: number;
  [field: string]: unknown;
}

export type RoomListener = (message: RoomMessage, tenantId: string) => void;
export type Unsubscribe = () => Promise<void>;

const ALL = '*';

/** Tells all API processes of a tenant that there is something new: one Redis channel per tenant, lossy without harm. */
export class RoomChannel {
  readonly #redis: RedisClients;
  readonly #listeners = new Map<string, Set<RoomListener>>();
  #isListening = false;
  #hasConnected = false;

  constructor(redis: RedisClients) {
    this.#redis = redis;
  }

  /** Never throws: what Redis does not take is counted, and readers find the rows by themselves. */
  async publish(tenantId: string, message: RoomMessage): Promise<void> {
    try {
      await this.#redis.commands.publish(this.#channel(tenantId), JSON.stringify(message));
    } catch {
      this.#redis.metrics.wakeFailures.inc({ kind: 'publish' }); // the reason is logged once by RedisClients
    }
  }

  /** Calls `listener` for each message of a tenant, until the returned function is called. */
  subscribe(tenantId: string, listener: RoomListener): Promise<Unsubscribe> {
    return this.#add(tenantId, listener);
  }

  /** Calls `listener` for each message of every tenant of this installation. */
  subscribeAll(listener: RoomListener): Promise<Unsubscribe> {
    return this.#add(ALL, listener);
  }

  async #add(tenantId: string, listener: RoomListener): Promise<Unsubscribe> {
    this.#listen();
    const known = this.#listeners.get(tenantId);
    const listeners = known ?? new Set<RoomListener>();
    listeners.add(listener);
    this.#listeners.set(tenantId, listeners);
    const { subscriber } = this.#redis;
    if (known === undefined) await (tenantId === ALL ? subscriber.psubscribe(this.#channel(ALL)) : subscriber.subscribe(this.#channel(tenantId)));
    return () => this.#remove(tenantId, listener);
  }

  async #remove(tenantId: string, listener: RoomListener): Promise<void> {
    const listeners = this.#listeners.get(tenantId);
    if (listeners === undefined || !listeners.delete(listener) || listeners.size > 0) return;
    this.#listeners.delete(tenantId);
    const { subscriber } = this.#redis;
    if (subscriber.status === 'ready') await (tenantId === ALL ? subscriber.punsubscribe(this.#channel(ALL)) : subscriber.unsubscribe(this.#channel(tenantId)));
  }

  #listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    const { subscriber } = this.#redis;
    this.#hasConnected = subscriber.status === 'ready';
    subscriber.on('message', (channel, text) => this.#deliver(this.#tenantOf(channel), this.#tenantOf(channel), text));
    subscriber.on('pmessage', (_pattern, channel, text) => this.#deliver(ALL, this.#tenantOf(channel), text));
    subscriber.on('ready', () => {
      if (this.#hasConnected) this.#resync();
      this.#hasConnected = true;
    });
  }

  #deliver(listenersOf: string | null, tenantId: string | null, text: string): void {
    if (tenantId === null || listenersOf === null) return; // somebody else's channel on the shared connection
    const listeners = this.#listeners.get(listenersOf);
    if (listeners === undefined) return;
    const message = JSON.parse(text) as RoomMessage;
    for (const listener of listeners) listener(message, tenantId);
  }

  #resync(): void {
    for (const [tenantId, listeners] of this.#listeners) for (const listener of listeners) listener({ kind: 'resync' }, tenantId);
  }

  #channel(tenantId: string): string {
    return this.#redis.key('room', tenantId);
  }

  #tenantOf(channel: string): string | null {
    const start = this.#channel('');
    return channel.startsWith(start) ? channel.slice(start.length) : null;
  }
}

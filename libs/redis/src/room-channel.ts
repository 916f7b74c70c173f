import { randomUUID } from 'node:crypto';
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

interface Envelope {
  from: string;
  message: RoomMessage;
}

export type RoomListener = (message: RoomMessage, tenantId: string) => void;
export type Unsubscribe = () => Promise<void>;

const ALL = '*';

/** Tells all API processes of a tenant that there is something new: this one at once, the others over one Redis channel per tenant, lossy without harm. */
export class RoomChannel {
  readonly #redis: RedisClients;
  /** what comes back from Redis with it has been heard here already */
  readonly #self = randomUUID();
  readonly #listeners = new Map<string, Set<RoomListener>>();
  #isListening = false;
  #hasConnected = false;

  constructor(redis: RedisClients) {
    this.#redis = redis;
  }

  /** Never throws: what Redis does not take is counted, and readers find the rows by themselves. */
  async publish(tenantId: string, message: RoomMessage): Promise<void> {
    for (const listenersOf of [tenantId, ALL]) this.#deliver(listenersOf, tenantId, message);
    try {
      await this.#redis.commands.publish(this.#channel(tenantId), JSON.stringify({ from: this.#self, message } satisfies Envelope));
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
    subscriber.on('message', (channel, text) => this.#take(this.#tenantOf(channel), channel, text));
    subscriber.on('pmessage', (_pattern, channel, text) => this.#take(ALL, channel, text));
    subscriber.on('ready', () => {
      if (this.#hasConnected) this.#resync();
      this.#hasConnected = true;
    });
  }

  #take(listenersOf: string | null, channel: string, text: string): void {
    const tenantId = this.#tenantOf(channel);
    if (tenantId === null || listenersOf === null) return; // somebody else's channel on the shared connection
    const { from, message } = JSON.parse(text) as Envelope;
    if (from !== this.#self) this.#deliver(listenersOf, tenantId, message);
  }

  #deliver(listenersOf: string, tenantId: string, message: RoomMessage): void {
    for (const listener of this.#listeners.get(listenersOf) ?? []) listener(message, tenantId);
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

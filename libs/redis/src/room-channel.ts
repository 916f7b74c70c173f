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

  constructor(redis: RedisClients) {
    this.#redis = redis;
  }

  /** Never throws: what Redis does not take is counted, and readers find the rows by themselves. */
  async publish(tenantId: string, message: RoomMessage): Promise<void> {
    for (const listenersOf of [tenantId, ALL]) this.#deliver(listenersOf, tenantId, message);
    try {
      await this.#redis.ask((commands) => commands.publish(this.#channel(tenantId), JSON.stringify({ from: this.#self, message } satisfies Envelope)));
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
    if (known === undefined) {
      await this.#redis.insist(() => (tenantId === ALL ? subscriber.pSubscribe(this.#channel(ALL), this.#hearAny) : subscriber.subscribe(this.#channel(tenantId), this.#hearOne)));
    }
    return () => this.#remove(tenantId, listener);
  }

  async #remove(tenantId: string, listener: RoomListener): Promise<void> {
    const listeners = this.#listeners.get(tenantId);
    if (listeners === undefined || !listeners.delete(listener) || listeners.size > 0) return;
    this.#listeners.delete(tenantId);
    const { subscriber } = this.#redis;
    if (subscriber.isReady) await (tenantId === ALL ? subscriber.pUnsubscribe(this.#channel(ALL), this.#hearAny) : subscriber.unsubscribe(this.#channel(tenantId), this.#hearOne));
  }

  #listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    this.#redis.onResubscribed(() => this.#resync());
  }

  // The same two functions for every subscription: one that outlived a lost connection is not heard twice.
  readonly #hearOne = (text: string, channel: string): void => this.#take(this.#tenantOf(channel), channel, text);
  readonly #hearAny = (text: string, channel: string): void => this.#take(ALL, channel, text);

  #take(listenersOf: string, channel: string, text: string): void {
    const { from, message } = JSON.parse(text) as Envelope;
    if (from !== this.#self) this.#deliver(listenersOf, this.#tenantOf(channel), message);
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

  #tenantOf(channel: string): string {
    return channel.slice(this.#channel('').length);
  }
}

import type { RedisClients } from './redis-clients.js';

/** What waits to be told to a peer: the newest of each kind and person, by a name such as `presence/@alice:alpha.test`. */
export type WaitingEphemerals = ReadonlyMap<string, string>;

/** Only garbage collection: what nobody took by then is worth nothing. */
const KEPT_S = 30;
const SENT_KEPT_S = 600;

/**
 * Typing and presence on their way to other servers, one hash per tenant and peer. Newest wins; whatever is lost is lost.
 * Never throws: while Redis is away nothing is told.
 */
export class EphemeralBox {
  readonly #redis: RedisClients;

  constructor(redis: RedisClients) {
    this.#redis = redis;
  }

  /** Replaces what waits under this name. */
  async put(tenantId: string, peer: string, entry: { name: string; json: string }): Promise<void> {
    const key = this.#waiting(tenantId, peer);
    await this.#redis.quietly((commands) => commands.multi().hSet(key, entry.name, entry.json).expire(key, KEPT_S).exec());
  }

  /** Puts back what could not be told yet, unless something newer waits by now. */
  async putBack(tenantId: string, peer: string, entries: WaitingEphemerals): Promise<void> {
    const key = this.#waiting(tenantId, peer);
    for (const [name, json] of entries) await this.#redis.quietly((commands) => commands.multi().hSetNX(key, name, json).expire(key, KEPT_S).exec());
  }

  /** Takes all that waits. */
  async take(tenantId: string, peer: string): Promise<WaitingEphemerals> {
    const key = this.#waiting(tenantId, peer);
    const [found] = (await this.#redis.quietly((commands) => commands.multi().hGetAll(key).del(key).execTyped())) ?? [];
    return new Map(Object.entries(found ?? {}));
  }

  /** When each of these was last told to the peer, in milliseconds by the clock of whoever told it. */
  async sentAt(tenantId: string, peer: string, names: readonly string[]): Promise<Map<string, number>> {
    if (names.length === 0) return new Map();
    const times = await this.#redis.quietly((commands) => commands.hmGet(this.#sent(tenantId, peer), [...names]));
    return new Map(names.flatMap((name, index) => (times?.[index] ? [[name, Number(times[index])] as const] : [])));
  }

  async markSent(tenantId: string, peer: string, { names, atMs }: { names: readonly string[]; atMs: number }): Promise<void> {
    if (names.length === 0) return;
    const key = this.#sent(tenantId, peer);
    await this.#redis.quietly((commands) => commands.multi().hSet(key, Object.fromEntries(names.map((name) => [name, atMs]))).expire(key, SENT_KEPT_S).exec());
  }

  // The braces keep both hashes of a peer on one node of a Redis Cluster.
  #waiting(tenantId: string, peer: string): string {
    return this.#redis.key('ephemeral', `{${tenantId}/${peer}}`, 'waiting');
  }

  #sent(tenantId: string, peer: string): string {
    return this.#redis.key('ephemeral', `{${tenantId}/${peer}}`, 'sent');
  }
}

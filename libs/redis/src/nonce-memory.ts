import { createHash } from 'node:crypto';
import { ErrorReply } from 'redis';
import type { RedisClient, RedisClients } from './redis-clients.js';

/** `memory_young`: the memory began after the signature was made, so a replay could not be told from a first use. */
export type NonceVerdict = 'fresh' | 'replayed' | 'memory_young' | 'unavailable';

export interface NonceClaim {
  tenantId: string;
  origin: string;
  nonce: string;
  /** `created` of the signature, in seconds, as RFC 9421 has it. */
  createdSeconds: number;
  nowMs: number;
}

const REMEMBERED_MS = 130_000;
// Only garbage collection. Business time may run slower than Redis' clock in tests, never by this much.
const KEPT_MS = 20 * 60_000;

// In one script, so that of two replicas that see the same nonce at once exactly one gets "fresh".
// A memory that began far in the future comes from a clock that was set back: it begins anew.
const CLAIM = `
local now = tonumber(ARGV[1])
local began = tonumber(redis.call('GET', KEYS[2]))
if not began or began > now + ${REMEMBERED_MS} then
  began = now
  redis.call('SET', KEYS[2], now)
end
local seen = tonumber(redis.call('GET', KEYS[1]))
if seen and math.abs(now - seen) <= ${REMEMBERED_MS} then return 'replayed' end
if tonumber(ARGV[2]) <= math.floor(began / 1000) then return 'memory_young' end
redis.call('SET', KEYS[1], now, 'PX', ${KEPT_MS})
return 'fresh'`;

const CLAIM_SHA1 = createHash('sha1').update(CLAIM).digest('hex');

/** The nonces of the last 130 s, shared by all replicas of the API. Claim one only after its signature has verified. */
export class NonceMemory {
  readonly #redis: RedisClients;

  constructor(redis: RedisClients) {
    this.#redis = redis;
  }

  /** Says when the memory began, if it has not begun yet: an API does so at its start. @returns false while Redis is away */
  async begin(atMs: number): Promise<boolean> {
    return this.#redis.ask((commands) => commands.set(this.#began(), String(Math.trunc(atMs)), { condition: 'NX' })).then(
      () => true,
      () => false,
    );
  }

  /** Remembers a nonce, or says why the request that carries it must not be believed. */
  async claim({ tenantId, origin, nonce, createdSeconds, nowMs }: NonceClaim): Promise<NonceVerdict> {
    const keys = [this.#redis.key('nonce', tenantId, origin, nonce), this.#began()];
    try {
      return await this.#redis.ask((commands) => runClaim(commands, { keys, arguments: [String(Math.trunc(nowMs)), String(createdSeconds)] }));
    } catch {
      return 'unavailable';
    }
  }

  #began(): string {
    return this.#redis.key('nonce-memory-began');
  }
}

// By its hash, so that the script travels only to a Redis that does not know it yet.
async function runClaim(commands: RedisClient, input: { keys: string[]; arguments: string[] }): Promise<NonceVerdict> {
  try {
    return (await commands.evalSha(CLAIM_SHA1, input)) as NonceVerdict;
  } catch (error) {
    if (!(error instanceof ErrorReply && error.message.startsWith('NOSCRIPT'))) throw error;
    return (await commands.eval(CLAIM, input)) as NonceVerdict;
  }
}

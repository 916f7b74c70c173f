import type { RedisClients } from './redis-clients.js';

/** How somebody is by what their devices say: at one of them, at none for a while, or nowhere. */
export type Wakefulness = 'online' | 'idle' | 'offline';

/** Of whom something is to be told, and what: `isNews` once for each change, however many processes ask. */
export interface Settled {
  tenantId: string;
  participantId: string;
  state: Wakefulness;
  isNews: boolean;
}

export interface Heartbeat {
  tenantId: string;
  participantId: string;
  device: string;
  state: Exclude<Wakefulness, 'offline'>;
  /** until when it counts, should nothing follow, in milliseconds */
  untilMs: number;
  nowMs: number;
}

/** Only garbage collection: a person whose end nobody told is forgotten. */
const KEPT_MS = 600_000;
const PER_SWEEP = 500;

// One hash per person: what each device said last and until when that counts, and what was told to others. The most awake device wins.
// KEYS: the person, the index by what ends first. ARGV: now, the person's name in the index, device or nothing, its state, until.
const SETTLE = `
local now = tonumber(ARGV[1])
if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'device ' .. ARGV[3], ARGV[4] .. ' ' .. ARGV[5]) end
local told = redis.call('HGET', KEYS[1], 'told') or 'offline'
local state, ends = 'offline', nil
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local said, untilMs = string.match(all[i + 1], '^(%a+) (%d+)$')
  if said then
    if tonumber(untilMs) <= now then
      redis.call('HDEL', KEYS[1], all[i])
    else
      if said == 'online' or state == 'offline' then state = said end
      if not ends or tonumber(untilMs) < ends then ends = tonumber(untilMs) end
    end
  end
end
if ends then
  redis.call('HSET', KEYS[1], 'told', state)
  redis.call('PEXPIRE', KEYS[1], ${KEPT_MS})
  redis.call('ZADD', KEYS[2], ends, ARGV[2])
else
  redis.call('DEL', KEYS[1])
  redis.call('ZREM', KEYS[2], ARGV[2])
end
return {state, state == told and 0 or 1}
`;

/** Who is at a device now. Never throws: while Redis is away everybody is offline and nothing is told. */
export class AwakePeople {
  readonly #redis: RedisClients;

  constructor(redis: RedisClients) {
    this.#redis = redis;
  }

  async hear({ tenantId, participantId, device, state, untilMs, nowMs }: Heartbeat): Promise<Settled> {
    return this.#settle({ tenantId, participantId, nowMs }, [device, state, String(untilMs)]);
  }

  /** Those of whom something has ended since: each once. */
  async sweep(nowMs: number): Promise<Settled[]> {
    const due = (await this.#redis.quietly((commands) => commands.zRangeByScore(this.#index, 0, nowMs, { LIMIT: { offset: 0, count: PER_SWEEP } }))) ?? [];
    const settled = await Promise.all(due.map((name) => {
      const [tenantId = '', participantId = ''] = name.split('/');
      return this.#settle({ tenantId, participantId, nowMs }, ['', '', '']);
    }));
    return settled.filter(({ isNews }) => isNews);
  }

  /** What was told last of each of these; who is not in it is offline. */
  async of(tenantId: string, participantIds: readonly string[]): Promise<Map<string, Wakefulness>> {
    const told = await this.#redis.quietly((commands) => Promise.all(participantIds.map((id) => commands.hGet(this.#person(tenantId, id), 'told'))));
    return new Map(participantIds.flatMap((id, n) => (told?.[n] ? [[id, told[n] as Wakefulness] as const] : [])));
  }

  async #settle({ tenantId, participantId, nowMs }: { tenantId: string; participantId: string; nowMs: number }, said: [device: string, state: string, untilMs: string]): Promise<Settled> {
    const answer = await this.#redis.quietly((commands) => commands.eval(SETTLE, { keys: [this.#person(tenantId, participantId), this.#index], arguments: [String(nowMs), `${tenantId}/${participantId}`, ...said] }));
    const [state, isNews] = (answer ?? ['offline', 0]) as [Wakefulness, number];
    return { tenantId, participantId, state, isNews: isNews === 1 };
  }

  #person(tenantId: string, participantId: string): string {
    return this.#redis.key('awake', tenantId, participantId);
  }

  get #index(): string {
    return this.#redis.key('awake-until');
  }
}

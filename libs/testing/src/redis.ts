import { randomBytes } from 'node:crypto';
import { readEnv } from '@scaiwave/config';
import { RedisClients } from '@scaiwave/redis';
import { Metrics, silentLogger } from '@scaiwave/telemetry';

/** A corner of the run's Redis for one test file. */
export interface TestRedis {
  url: string;
  prefix: string;
  /** Connects as an app does; wait for it with `waitUntilReachable`. Close what you open. */
  open(): Promise<RedisClients>;
  /** Removes every key of this corner, as an emptied Redis would. */
  empty(): Promise<void>;
}

/** Takes a prefix that nobody else uses. @param ownServerUrl instead of the Redis of the whole run */
export function createTestRedis(ownServerUrl?: string): TestRedis {
  const url = ownServerUrl ?? readEnv().TEST_REDIS_URL;
  if (url === undefined) throw new Error('There is no test Redis: run this with `npm test`.');
  const prefix = `test-${randomBytes(6).toString('hex')}`;
  const open = async (): Promise<RedisClients> => {
    const clients = new RedisClients({ url, prefix, logger: silentLogger(), metrics: new Metrics() });
    await clients.waitUntilReachable(5_000);
    return clients;
  };
  return {
    url, prefix, open,
    empty: async () => {
      const clients = await open();
      const keys = await clients.commands.keys(`${prefix}:*`);
      if (keys.length > 0) await clients.commands.del(keys);
      await clients.close();
    },
  };
}

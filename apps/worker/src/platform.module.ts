import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { WorkerConfig, WorkerSecrets } from '@scaiwave/config';
import { DeliveryOptions, Keyring, MediaLimits } from '@scaiwave/core';
import { Database } from '@scaiwave/database';
import { AwakePeople, DeliveryQueue, EphemeralBox, NonceMemory, RedisClients, RequestQueue, RoomChannel, Signals } from '@scaiwave/redis';
import { Clock, createLogger, Logger, Metrics, SystemClock } from '@scaiwave/telemetry';
import { PoolNames } from './pool-names.js';

/** What every feature stands on: clock, log, metrics, Postgres, Redis, and what only workers have: keys. */
@Global()
@Module({})
export class PlatformModule {
  static for(config: WorkerConfig, secrets: WorkerSecrets, keyring: Keyring): DynamicModule {
    const logger = createLogger('worker', { level: config.logLevel });
    const metrics = new Metrics().collectProcess();
    const clock = new SystemClock({ offsetFile: config.clockOffsetFile });
    const database = new Database({ url: secrets.databaseUrl.reveal(), fleetUrl: secrets.databaseFleetUrl.reveal(), poolSize: config.databasePoolSize, logger, metrics });
    const redis = new RedisClients({ url: secrets.redisUrl.reveal(), prefix: config.redisPrefix, logger, metrics });
    const pools = new PoolNames(database);
    const poolOf = (tenantId: string): Promise<string> => pools.find(tenantId);
    const provided = [
      { provide: Clock, useValue: clock },
      { provide: Logger, useValue: logger },
      { provide: Metrics, useValue: metrics },
      { provide: Database, useValue: database },
      { provide: RedisClients, useValue: redis },
      { provide: RoomChannel, useValue: new RoomChannel(redis) },
      { provide: AwakePeople, useValue: new AwakePeople(redis) },
      { provide: EphemeralBox, useValue: new EphemeralBox(redis) },
      { provide: DeliveryQueue, useValue: new DeliveryQueue(redis, poolOf) },
      { provide: RequestQueue, useValue: new RequestQueue(redis, poolOf) },
      { provide: Signals, useValue: new Signals(redis) },
      { provide: NonceMemory, useValue: new NonceMemory(redis) },
      { provide: Keyring, useValue: keyring },
      { provide: MediaLimits, useValue: new MediaLimits({ maxBytes: config.mediaMaxBytes, tenantQuotaBytes: config.mediaQuotaTenantBytes }) },
      { provide: DeliveryOptions, useValue: buildDeliveryOptions(config) },
    ];
    return { module: PlatformModule, providers: provided, exports: provided.map(({ provide }) => provide) };
  }
}

function buildDeliveryOptions(config: WorkerConfig): DeliveryOptions {
  return new DeliveryOptions({
    worker: `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`,
    pool: config.pool,
    allowsLocalhostPeers: config.allowsLocalhostPeers,
    requestTimeoutMs: config.requestTimeoutMs,
    drainSliceMs: config.drainSliceMs,
    backoffInitialMs: config.backoffInitialMs,
    backoffMaxMs: config.backoffMaxMs,
    giveUpAfterMs: config.giveUpAfterMs,
  });
}

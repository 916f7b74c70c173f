import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { ApiConfig as Settings, ApiSecrets } from '@scaiwave/config';
import { InboundLimits, MediaLimits } from '@scaiwave/core';
import { Database } from '@scaiwave/database';
import { AwakePeople, DeliveryQueue, EphemeralBox, NonceMemory, RedisClients, RequestQueue, RoomChannel, Signals } from '@scaiwave/redis';
import { Clock, createLogger, Logger, Metrics, SystemClock } from '@scaiwave/telemetry';
import { ApiConfig } from './api-config.js';
import { Egress } from './egress.js';

/** What the process was given, and where it may connect to. */
export interface Given {
  config: Settings;
  secrets: ApiSecrets;
  egress: Egress;
}

/** What every feature stands on: clock, log, metrics, Postgres, Redis. Made once. */
@Global()
@Module({})
export class PlatformModule {
  static for({ config, secrets, egress }: Given): DynamicModule {
    const logger = createLogger('api', { level: config.logLevel });
    const metrics = new Metrics().collectProcess();
    const database = new Database({ url: secrets.databaseUrl.reveal(), fleetUrl: secrets.databaseFleetUrl.reveal(), poolSize: config.databasePoolSize, logger, metrics });
    const redis = new RedisClients({ url: secrets.redisUrl.reveal(), prefix: config.redisPrefix, logger, metrics });
    const poolOf = poolFrom(database);
    const provided = [
      { provide: Egress, useValue: egress },
      { provide: ApiConfig, useValue: new ApiConfig(config) },
      { provide: Clock, useValue: new SystemClock({ offsetFile: config.clockOffsetFile }) },
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
      { provide: MediaLimits, useValue: new MediaLimits({ maxBytes: config.mediaMaxBytes, userQuotaBytes: config.mediaQuotaUserBytes, tenantQuotaBytes: config.mediaQuotaTenantBytes }) },
      { provide: InboundLimits, useValue: new InboundLimits({ requestsPerSecond: config.inboundRequestsPerSecond, eventsPerSecond: config.inboundEventsPerSecond }) },
    ];
    return { module: PlatformModule, providers: provided, exports: provided.map(({ provide }) => provide) };
  }
}

/** The pool whose workers serve a tenant. */
function poolFrom(database: Database): (tenantId: string) => Promise<string> {
  return (tenantId) =>
    database.acrossTenants('the pool of a tenant names its queue', async (fleet) => (await fleet.queryOne<{ pool: string }>('SELECT pool FROM tenants WHERE id = $1', [tenantId]))?.pool ?? 'shared');
}

import { Module, type DynamicModule } from '@nestjs/common';
import type { OperatorConfig, OperatorSecrets } from '@scaiwave/config';
import { ApplyPeers, ApplyTenant, Audit, AuditStore, DeclarationStore, KeyRotationStore, RotationRecords, TenantStore } from '@scaiwave/core/resources';
import { Database } from '@scaiwave/database';
import { Clock, createLogger, Logger, Metrics, SystemClock } from '@scaiwave/telemetry';
import { EventRecorder } from './kube/event-recorder.js';
import { KubeClient } from './kube/kube-client.js';
import { LeaderLease } from './kube/lease.js';
import { KubeTransport } from './kube/transport.js';
import { Operator } from './operator.js';
import type { OperatorContext } from './operator-context.js';
import { OperatorMetrics } from './operator-metrics.js';
import { LifecycleData } from './tenant/lifecycle-data.js';
import { TenantData } from './tenant/tenant-data.js';
import { World } from './world.js';

// A dead connection must be found and replaced well within the ten seconds in which a lease has to be renewed.
const LEASE_BEGINS_WITHIN_MS = 1_500;

/** The one wiring page of the operator. */
@Module({})
export class OperatorModule {
  static for(config: OperatorConfig, secrets: OperatorSecrets): DynamicModule {
    const logger = createLogger('operator', { level: config.logLevel });
    const metrics = new Metrics().collectProcess();
    const clock = new SystemClock({ offsetFile: config.clockOffsetFile });
    const database = new Database({ url: secrets.databaseUrl.reveal(), fleetUrl: secrets.databaseFleetUrl.reveal(), poolSize: 8, logger, metrics });
    const operatorMetrics = new OperatorMetrics(metrics.registry);
    const transport = new KubeTransport(KubeTransport.loadConfig(config.kubeconfigFile), operatorMetrics.requests);
    const world = new World(transport, config, logger);
    const client = new KubeClient(transport, (kind, object, isTold) => world.remember(kind, object, isTold));
    const leaseClient = new KubeClient(transport, undefined, { beginsWithinMs: LEASE_BEGINS_WITHIN_MS });
    const context: OperatorContext = {
      world, client, events: new EventRecorder(client, clock, logger), metrics: operatorMetrics, clock, logger, config,
    };
    const provided = [
      { provide: Clock, useValue: clock },
      { provide: Logger, useValue: logger },
      { provide: Metrics, useValue: metrics },
      { provide: OperatorMetrics, useValue: operatorMetrics },
      { provide: Database, useValue: database },
      { provide: KubeTransport, useValue: transport },
      { provide: KubeClient, useValue: client },
      { provide: LeaderLease, useValue: new LeaderLease(leaseClient, { key: `${config.releaseNamespace}/${config.leaseName}`, identity: config.operatorId }, clock, logger) },
      { provide: Operator, useValue: new Operator(context, buildTenantData(database, clock), new RotationRecords(database, new KeyRotationStore(), new Audit(clock, new AuditStore()), clock)) },
    ];
    return { module: OperatorModule, providers: provided, exports: provided.map(({ provide }) => provide) };
  }
}

function buildTenantData(database: Database, clock: Clock): TenantData {
  const applyPeers = new ApplyPeers(database, new DeclarationStore(), new Audit(clock, new AuditStore()), clock);
  return new TenantData(database, new ApplyTenant(database, new TenantStore(), clock), applyPeers, clock, new LifecycleData(database, clock));
}

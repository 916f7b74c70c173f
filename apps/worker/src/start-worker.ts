import { setTimeout as delay } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { WorkerConfig, WorkerSecrets } from '@scaiwave/config';
import { AcknowledgeKeys, GreetPeers, Keyring, PeerClient, readPassphrase, TrafficSweep } from '@scaiwave/core';
import { Database, isSchemaCurrent } from '@scaiwave/database';
import { NonceMemory, RedisClients } from '@scaiwave/redis';
import { Clock, Logger, Metrics, startHealthServer, type HealthServer } from '@scaiwave/telemetry';
import { DrainProcessor } from './delivery/drain.processor.js';
import { RequestProcessor } from './requests/request.processor.js';
import { SweepLoop } from './sweeps/sweep-loop.js';
import { WorkerModule } from './worker.module.js';

const LOOK_AGAIN_MS = 250;
/** A drain may wait this long for a peer; a stop does not. */
const STOP_WITHIN_MS = 10_000;

interface Parts {
  app: INestApplicationContext;
  health: HealthServer;
}

/** Loads the keys, waits until the schema is there, then works; stops cleanly on SIGTERM and SIGINT. */
export async function startWorker(config: WorkerConfig, secrets: WorkerSecrets): Promise<INestApplicationContext> {
  const passphrase = config.keyringPassphraseFile === undefined ? null : readPassphrase(config.keyringPassphraseFile);
  const keyring = await Keyring.load({ dir: config.keyringDir, passphrase });
  const app = await NestFactory.createApplicationContext(WorkerModule.for(config, secrets, keyring), { logger: ['error', 'warn'] });
  const state = { isReady: false, isStopping: false };
  const database = app.get(Database);
  const health = await startHealthServer({
    port: config.healthPort, host: config.healthHost, metrics: app.get(Metrics), isReady: async () => state.isReady && (await database.isReachable()),
  });
  stopOn(['SIGTERM', 'SIGINT'], async () => {
    state.isReady = false;
    state.isStopping = true;
    await stop({ app, health });
  });
  await untilSchemaIsCurrent(secrets.databaseUrl.reveal(), app.get(Logger), state);
  if (state.isStopping) return app;
  await app.get(RedisClients).waitUntilReachable(2_000);
  // Tenants of this installation call each other in this process, with the same memory of nonces.
  await app.get(NonceMemory).begin(app.get(Clock).now());
  app.get(RequestProcessor).start(config);
  app.get(DrainProcessor).start(config);
  app.get(SweepLoop).start(config.sweepIntervalMs);
  state.isReady = true;
  await app.get(GreetPeers).run();
  return app;
}

/** Unready, not crashing, until whoever migrates has done so. */
async function untilSchemaIsCurrent(url: string, logger: Logger, state: { isStopping: boolean }): Promise<void> {
  let hasSaidSo = false;
  while (!state.isStopping && !(await isSchemaCurrent(url).catch(() => false))) {
    if (!hasSaidSo) logger.warn('The database schema is not current yet; waiting for the migration.');
    hasSaidSo = true;
    await delay(LOOK_AGAIN_MS);
  }
}

async function stop({ app, health }: Parts): Promise<void> {
  const work = Promise.all([app.get(SweepLoop).stop(), app.get(DrainProcessor).stop(), app.get(RequestProcessor).stop()]);
  await Promise.race([work, delay(STOP_WITHIN_MS, undefined, { ref: false })]);
  await app.get(AcknowledgeKeys).end().catch(() => undefined); // unreachable: it is forgotten a minute after its last heartbeat
  await app.get(TrafficSweep).record().catch(() => undefined); // only numbers for charts: no reason not to stop
  await app.close();
  await Promise.all([app.get(PeerClient).close(), app.get(Database).close(), app.get(RedisClients).close(), health.close()]);
}

function stopOn(signals: readonly NodeJS.Signals[], stopNow: () => Promise<void>): void {
  let isStopping = false;
  for (const signal of signals) {
    process.on(signal, () => {
      if (isStopping) return;
      isStopping = true;
      stopNow().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

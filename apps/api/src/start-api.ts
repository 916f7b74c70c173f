import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ApiConfig, ApiSecrets } from '@scaiwave/config';
import { Database, isSchemaCurrent } from '@scaiwave/database';
import { NonceMemory, RedisClients } from '@scaiwave/redis';
import { Clock, Logger, Metrics, startHealthServer } from '@scaiwave/telemetry';
import { AppModule } from './app.module.js';
import { takeRawBodies } from './http/raw-bodies.js';
import { serveWebApp } from './http/web-app.js';
import { StreamGateway } from './realtime/stream.gateway.js';

const LOOK_AGAIN_MS = 250;
const MAX_HEADER_BYTES = 32 * 1024;

/** Builds the application, waits until the schema is there, listens; stops cleanly on SIGTERM and SIGINT. */
export async function startApi(config: ApiConfig, secrets: ApiSecrets): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({ trustProxy: (_address, hop) => hop <= config.trustedProxies, maxParamLength: 400, http: { maxHeaderSize: MAX_HEADER_BYTES }, requestTimeout: 30_000 });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.for(config, secrets), adapter, { bodyParser: false, logger: ['error', 'warn'] });
  const state = { isReady: false };
  const database = app.get(Database);
  const health = await startHealthServer({ port: config.healthPort, host: config.healthHost, metrics: app.get(Metrics), isReady: async () => state.isReady && (await database.isReachable()) });
  takeRawBodies(app);
  if (config.webDist) await serveWebApp(app, config.webDist);
  await untilSchemaIsCurrent(secrets.databaseUrl.reveal(), app.get(Logger));
  await app.get(NonceMemory).begin(app.get(Clock).now());
  app.get(StreamGateway).attach(app.getHttpServer());
  await app.listen(config.httpPort, config.httpHost);
  state.isReady = true;
  stopOn(['SIGTERM', 'SIGINT'], async () => {
    state.isReady = false;
    await app.close();
    await Promise.all([database.close(), app.get(RedisClients).close(), health.close()]);
  });
  return app;
}

/** Unready, not crashing, until whoever migrates has done so. */
async function untilSchemaIsCurrent(url: string, logger: Logger): Promise<void> {
  let hasSaidSo = false;
  while (!(await isSchemaCurrent(url).catch(() => false))) {
    if (!hasSaidSo) logger.warn('The database schema is not current yet; waiting for the migration.');
    hasSaidSo = true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

function stopOn(signals: NodeJS.Signals[], stop: () => Promise<void>): void {
  let isStopping = false;
  for (const signal of signals) {
    process.on(signal, () => {
      if (isStopping) return;
      isStopping = true;
      stop().then(() => process.exit(0), () => process.exit(1));
    });
  }
}

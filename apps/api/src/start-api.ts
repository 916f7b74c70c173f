import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ApiConfig, ApiSecrets } from '@scaiwave/config';
import { GreetPeers } from '@scaiwave/core';
import { Database, isSchemaCurrent } from '@scaiwave/database';
import { DeliveryQueue, NonceMemory, RedisClients, RequestQueue } from '@scaiwave/redis';
import { Clock, Logger, Metrics, startHealthServer, SystemClock } from '@scaiwave/telemetry';
import { AppModule } from './app.module.js';
import { Egress } from './egress.js';
import { answerFrameworkError } from './http/error.filter.js';
import { takeRawBodies } from './http/raw-bodies.js';
import { logRequests, requestIdsOf } from './http/request-log.js';
import { secureHeaders, serveWebApp } from './http/web-app.js';
import { StreamGateway } from './realtime/stream.gateway.js';

const LOOK_AGAIN_MS = 250;
const MAX_HEADER_BYTES = 32 * 1024;
const HEADERS_WITHIN_MS = 30_000;
/** A large file over a slow line; what else is read has less time (raw-bodies.ts). */
const UPLOAD_WITHIN_MS = 600_000;

export interface RunningApi {
  app: NestFastifyApplication;
  /** that was bound; of use when 0 was asked for */
  port: number;
  healthPort: number;
  close(): Promise<void>;
}

/** Builds the application, answers health checks, waits until the schema is there, listens. `signal`: do not wait any longer. */
export async function startApi(config: ApiConfig, secrets: ApiSecrets, signal?: AbortSignal): Promise<RunningApi> {
  const egress = new Egress(config, secrets);
  const allowAll = egress.begin();
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.for({ config, secrets, egress }), buildAdapter(config), { bodyParser: false, logger: ['error', 'warn'] });
  const [database, logger] = [app.get(Database), app.get(Logger)];
  const state = { isReady: false, isEnding: false };
  const health = await startHealthServer({ port: config.healthPort, host: config.healthHost, metrics: app.get(Metrics), isReady: async () => state.isReady && (await database.isReachable()) });
  const end = async (): Promise<void> => {
    Object.assign(state, { isReady: false, isEnding: true });
    await app.close();
    await Promise.all([app.get(DeliveryQueue).close(), app.get(RequestQueue).close()]);
    await Promise.all([database.close(), app.get(RedisClients).close(), health.close()]);
    allowAll();
  };
  let ending: Promise<void> | undefined;
  const close = (): Promise<void> => (ending ??= end());
  takeRawBodies(app);
  logRequests(app, { logger, metrics: app.get(Metrics) });
  secureHeaders(app);
  letGoOfConnections(app, state);
  if (config.webDist) await serveWebApp(app, config.webDist, config.provider?.host);
  await untilSchemaIsCurrent({ url: secrets.databaseUrl.reveal(), logger, signal });
  if (signal?.aborted) {
    await close();
    signal.throwIfAborted();
  }
  await app.get(NonceMemory).begin(app.get(Clock).now());
  app.get(StreamGateway).attach(app.getHttpServer());
  await app.listen(config.httpPort, config.httpHost);
  state.isReady = true;
  // Whoever gave up on us while we were away begins again at once; nobody waits for it.
  app.get(GreetPeers).run().catch((err: unknown) => logger.warn({ err }, 'The peers could not be greeted; their own probes find us.'));
  return { app, port: portOf(app), healthPort: health.port, close };
}

function buildAdapter(config: ApiConfig): FastifyAdapter {
  const clock = new SystemClock({ offsetFile: config.clockOffsetFile });
  return new FastifyAdapter({
    trustProxy: (_address, hop) => hop < config.trustedProxies,
    genReqId: requestIdsOf({ clock, isProxied: config.trustedProxies > 0 }),
    routerOptions: { maxParamLength: 400 },
    http: { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: HEADERS_WITHIN_MS },
    requestTimeout: UPLOAD_WITHIN_MS,
    forceCloseConnections: 'idle',
    frameworkErrors: answerFrameworkError,
  });
}

/** A connection whose last answer went out while we end would be kept alive, and the server waits for it. */
function letGoOfConnections(app: NestFastifyApplication, state: { isEnding: boolean }): void {
  app.getHttpAdapter().getInstance().addHook('onSend', async (_request, reply) => {
    if (state.isEnding) reply.header('connection', 'close');
  });
}

function portOf(app: NestFastifyApplication): number {
  return (app.getHttpServer().address() as { port: number }).port;
}

/** Unready, not crashing, until whoever migrates has done so. */
async function untilSchemaIsCurrent({ url, logger, signal }: { url: string; logger: Logger; signal: AbortSignal | undefined }): Promise<void> {
  let hasSaidSo = false;
  while (!signal?.aborted && !(await isSchemaCurrent(url).catch(() => false))) {
    if (!hasSaidSo) logger.warn('The database schema is not current yet; waiting for the migration.');
    hasSaidSo = true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

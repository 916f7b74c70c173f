import { setTimeout as delay } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { OperatorConfig, OperatorSecrets } from '@scaiwave/config';
import { Database, isSchemaCurrent } from '@scaiwave/database';
import { Logger, Metrics, startHealthServer, type HealthServer } from '@scaiwave/telemetry';
import { KubeError } from './kube/kube-error.js';
import { KubeClient } from './kube/kube-client.js';
import { LeaderLease } from './kube/lease.js';
import { KubeTransport } from './kube/transport.js';
import { PEER, TENANT } from './kinds.js';
import { Operator } from './operator.js';
import { OperatorMetrics } from './operator-metrics.js';
import { OperatorModule } from './operator.module.js';
import { findOutdatedCrds } from './own-crds.js';

const LOOK_AGAIN_MS = 500;

interface State {
  isReady: boolean;
  isStopping: boolean;
}

/**
 * Waits, unready, for the schema and the CRDs; then for the lease; then works until SIGTERM or until the lease is lost.
 * Ready as soon as it could lead: a second replica that waits for the lease is as healthy as the first.
 */
export async function startOperator(config: OperatorConfig, secrets: OperatorSecrets): Promise<void> {
  const app = await NestFactory.createApplicationContext(OperatorModule.for(config, secrets), { logger: ['error', 'warn'] });
  const state: State = { isReady: false, isStopping: false };
  const health = await startHealthServer({ port: config.healthPort, host: config.healthHost, metrics: app.get(Metrics), isReady: () => state.isReady });
  const lease = app.get(LeaderLease);
  const stop = async (): Promise<void> => {
    state.isStopping = true;
    state.isReady = false;
    await Promise.race([app.get(Operator).stop(), delay(5_000)]);
    await lease.release();
  };
  const end = (code: number) => stop().then(() => close(app, health)).finally(() => process.exit(code));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end(0));
  await untilThere(app, secrets, state);
  if (state.isStopping) return;
  state.isReady = true;
  const isLeader = app.get(OperatorMetrics).isLeader.labels(config.leaseName);
  isLeader.set(0);
  if (!(await lease.acquire())) return;
  isLeader.set(1);
  // The first look at a large cluster takes longer than a lease lasts: it is held from the beginning.
  const lost = lease.hold();
  await Promise.race([app.get(Operator).start(), lost]);
  await lost;
  isLeader.set(0);
  // Somebody else leads by now: begin anew, as one of those that wait.
  if (!state.isStopping) await end(1);
}

async function untilThere(app: INestApplicationContext, secrets: OperatorSecrets, state: State): Promise<void> {
  const logger = app.get(Logger);
  let said = '';
  while (!state.isStopping) {
    const missing = await findMissing(app, secrets);
    if (missing === null) return;
    if (missing !== said) logger.warn(missing);
    said = missing;
    await delay(LOOK_AGAIN_MS);
  }
}

/** What is not there yet, as a sentence. */
async function findMissing(app: INestApplicationContext, secrets: OperatorSecrets): Promise<string | null> {
  const client = app.get(KubeClient);
  try {
    for (const kind of [TENANT, PEER]) {
      if (!(await client.hasKind(kind))) return `The cluster does not know ${kind.kind} (${kind.apiVersion}) yet; waiting for the CRDs of the chart.`;
    }
    const outdated = await findOutdatedCrds(client);
    if (outdated !== null) return outdated;
  } catch (error) {
    if (error instanceof KubeError) return `The apiserver does not answer as wanted: ${error.message}; waiting.`;
    throw error;
  }
  if (await isSchemaCurrent(secrets.databaseUrl.reveal()).catch(() => false)) return null;
  if (await app.get(Database).isReachable()) return 'The database schema is not current yet; waiting for the migration.';
  // Without Postgres there is work to do all the same: keys, workers, deletions. What needs it says so in the conditions.
  app.get(Logger).warn('Postgres does not answer; the operator begins without it.');
  return null;
}

async function close(app: INestApplicationContext, health: HealthServer): Promise<void> {
  await app.close();
  await Promise.all([app.get(Database).close(), app.get(KubeTransport).close(), health.close()]);
}

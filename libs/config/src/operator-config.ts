import { z } from 'zod';
import { integer, port, postgresUrl } from './fields.js';
import { parseEnv } from './parse-config.js';
import type { Env } from './read-env.js';
import { clockMovesInTestsOnly, logLevels, serverFields } from './server-settings.js';

const name = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,51}[a-z0-9])?$/, 'must be a name as Kubernetes has them, at most 53 characters');

export const operatorFields = {
  DATABASE_URL: serverFields.DATABASE_URL,
  DATABASE_FLEET_URL: postgresUrl.describe('Postgres as the fleet role, for work across tenants.'),
  HEALTH_HOST: serverFields.HEALTH_HOST,
  HEALTH_PORT: serverFields.HEALTH_PORT,
  LOG_LEVEL: z.enum(logLevels).default('info').describe('The least urgent line that is written.'),
  KUBECONFIG: z.string().optional().describe('File that says which cluster, and as whom. Unset: the service account of the pod.'),
  RELEASE_NAMESPACE: name.describe('Namespace of the release: workers, keyrings and ways in live there.'),
  RELEASE_NAME: name.default('scaiwave').describe('Name of the release; names of objects begin with it.'),
  LEASE_NAME: name.default('scaiwave-operator').describe('The Lease by which one of several operators leads.'),
  OPERATOR_ID: z.string().min(1).max(253).describe('Who this operator is in the Lease: the name of its pod.'),
  WORKER_TEMPLATE_FILE: z.string().describe('JSON file with the pod template (V1PodTemplateSpec) of a worker.'),
  WORKER_REPLICAS: integer(0, 500).default(2).describe('Workers of the shared pool.'),
  API_SERVICE: name.default('scaiwave-api').describe('Service of the API, to which the ways in of the tenants lead.'),
  API_SERVICE_PORT: port.default(80).describe('Port of that Service.'),
  STATUS_INTERVAL_MS: integer(50, 600_000).default(30_000).describe('How often the figures of deliveries are read for the statuses.'),
  KEY_INTERVAL_MS: integer(50, 5_000).default(2_000).describe('How often keys that are due, and wishes for another one, are looked for.'),
  WATCH_SILENCE_MS: integer(500, 600_000).default(150_000).describe('A watch of the cluster that says nothing for so long, not even the bookmark of every minute, is begun anew.'),
  SCAIWAVE_TEST_MODE: serverFields.SCAIWAVE_TEST_MODE,
  CLOCK_OFFSET_FILE: serverFields.CLOCK_OFFSET_FILE,
} as const;

/** @throws ConfigError with all problems at once */
export function parseOperatorConfig(env: Env) {
  const parsed = parseEnv(operatorFields, env, [clockMovesInTestsOnly]);
  const config = {
    healthHost: parsed.HEALTH_HOST,
    healthPort: parsed.HEALTH_PORT,
    logLevel: parsed.LOG_LEVEL,
    kubeconfigFile: parsed.KUBECONFIG,
    releaseNamespace: parsed.RELEASE_NAMESPACE,
    releaseName: parsed.RELEASE_NAME,
    leaseName: parsed.LEASE_NAME,
    operatorId: parsed.OPERATOR_ID,
    workerTemplateFile: parsed.WORKER_TEMPLATE_FILE,
    workerReplicas: parsed.WORKER_REPLICAS,
    apiService: parsed.API_SERVICE,
    apiServicePort: parsed.API_SERVICE_PORT,
    statusIntervalMs: parsed.STATUS_INTERVAL_MS,
    keyIntervalMs: parsed.KEY_INTERVAL_MS,
    watchSilenceMs: parsed.WATCH_SILENCE_MS,
    clockOffsetFile: parsed.CLOCK_OFFSET_FILE,
  };
  return { config, secrets: { databaseUrl: parsed.DATABASE_URL, databaseFleetUrl: parsed.DATABASE_FLEET_URL } };
}

export type OperatorConfig = ReturnType<typeof parseOperatorConfig>['config'];
export type OperatorSecrets = ReturnType<typeof parseOperatorConfig>['secrets'];

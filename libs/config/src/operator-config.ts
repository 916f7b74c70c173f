import { z } from 'zod';
import { httpUrl, integer, port, postgresUrl } from './fields.js';
import { parseEnv, type Parsed, type Rule } from './parse-config.js';
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
  WORKER_AUTOSCALER: z.enum(['None', 'Keda', 'HPA']).default('None').describe('What scales the shared pool on the age of what waits; None: WORKER_REPLICAS are run. Otherwise those are the fewest.'),
  WORKER_MAX_REPLICAS: integer(1, 500).default(10).describe('Most workers of the shared pool, where it is scaled.'),
  WORKER_TARGET_AGE_MS: integer(100, 3_600_000).default(5_000).describe('Age of the oldest waiting event for which the shared pool has one worker; twice the age, two.'),
  WORKER_ROLLOUTS_AT_ONCE: integer(1, 500).default(5).describe('To so many pools a changed pod template of the workers goes at the same time; the next one follows when one has its new workers.'),
  PROMETHEUS_URL: httpUrl.optional().describe('Prometheus that scrapes this operator, as KEDA reaches it. Unset: nothing is scaled by KEDA.'),
  EXPOSURE_TYPE: z.enum(['Ingress', 'HTTPRoute', 'None']).default('None').describe('The way in of tenants that do not say which they want.'),
  EXPOSURE_CLASS: z.string().min(1).max(253).optional().describe('Ingress class of tenants that name none.'),
  EXPOSURE_ISSUER: z.string().min(1).max(253).optional().describe('cert-manager issuer for the certificates of tenants that name neither an issuer nor a Secret.'),
  EXPOSURE_ISSUER_KIND: z.enum(['Issuer', 'ClusterIssuer']).default('ClusterIssuer').describe('Kind of that issuer; an Issuer is one of the namespace of the release.'),
  GATEWAY_NAME: z.string().min(1).max(253).optional().describe('Gateway of tenants that want an HTTPRoute and name none.'),
  GATEWAY_NAMESPACE: z.string().min(1).max(63).optional().describe('Namespace of all Gateways. Unset: that of the release.'),
  GATEWAY_LISTENER: z.string().min(1).max(253).optional().describe('The one listener of the Gateway that routes are bound to. Unset: all that take the name.'),
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
  const parsed = parseEnv(operatorFields, env, [clockMovesInTestsOnly, fewestAreNotMoreThanMost]);
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
    workerAutoscaling: autoscalingOf(parsed),
    rolloutsAtOnce: parsed.WORKER_ROLLOUTS_AT_ONCE,
    prometheusUrl: parsed.PROMETHEUS_URL,
    exposureType: parsed.EXPOSURE_TYPE,
    exposureClass: parsed.EXPOSURE_CLASS,
    exposureIssuer: parsed.EXPOSURE_ISSUER === undefined ? null : { name: parsed.EXPOSURE_ISSUER, kind: parsed.EXPOSURE_ISSUER_KIND },
    gateway: { name: parsed.GATEWAY_NAME, namespace: parsed.GATEWAY_NAMESPACE ?? parsed.RELEASE_NAMESPACE, listener: parsed.GATEWAY_LISTENER ?? null },
    apiService: parsed.API_SERVICE,
    apiServicePort: parsed.API_SERVICE_PORT,
    statusIntervalMs: parsed.STATUS_INTERVAL_MS,
    keyIntervalMs: parsed.KEY_INTERVAL_MS,
    watchSilenceMs: parsed.WATCH_SILENCE_MS,
    clockOffsetFile: parsed.CLOCK_OFFSET_FILE,
  };
  return { config, secrets: { databaseUrl: parsed.DATABASE_URL, databaseFleetUrl: parsed.DATABASE_FLEET_URL } };
}

const fewestAreNotMoreThanMost: Rule<typeof operatorFields> = ({ WORKER_AUTOSCALER: autoscaler = 'None', WORKER_REPLICAS: fewest = 0, WORKER_MAX_REPLICAS: most = 500 }) =>
  autoscaler !== 'None' && fewest > most ? 'WORKER_REPLICAS, the fewest workers, must not be more than WORKER_MAX_REPLICAS.' : null;

function autoscalingOf(parsed: Parsed<typeof operatorFields>) {
  const { WORKER_AUTOSCALER: provider, WORKER_REPLICAS: least, WORKER_MAX_REPLICAS: maxReplicas, WORKER_TARGET_AGE_MS: targetAgeMs } = parsed;
  return provider === 'None' ? null : { provider, minReplicas: provider === 'HPA' ? Math.max(1, least) : least, maxReplicas, targetAgeMs };
}

export type OperatorConfig = ReturnType<typeof parseOperatorConfig>['config'];
export type OperatorSecrets = ReturnType<typeof parseOperatorConfig>['secrets'];

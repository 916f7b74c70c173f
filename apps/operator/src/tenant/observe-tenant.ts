import type { StandingOfResource } from '@scaiwave/core';
import type { Finding } from '../kube/conditions.js';
import type { Deployment, Tenant } from '../kinds.js';
import type { OperatorContext } from '../operator-context.js';
import { workerDeploymentName } from '../pool/build-worker-deployment.js';
import { poolOf } from './pool-of.js';
import { bad, ok, unknown } from './tenant.checks.js';

export function findWorkers({ world, config }: OperatorContext, tenant: Tenant): Deployment | null {
  return world.deployments.find(`${config.releaseNamespace}/${workerDeploymentName({ ...config, pool: poolOf(tenant) })}`);
}

/** Do workers run for this tenant? */
export function checkWorkers(tenant: Tenant, workers: Deployment | null): Finding {
  if (workers === null) return unknown('WorkersReady', 'Creating', 'The workers are being made.');
  if ((workers.status?.readyReplicas ?? 0) > 0) return ok('WorkersReady', 'WorkersReady');
  if (tenant.spec.suspend === true && workers.spec.replicas === 0) return ok('WorkersReady', 'Suspended', 'No worker runs while the tenant is suspended.');
  return explainNoWorkers(workers);
}

function explainNoWorkers(workers: Deployment): Finding {
  const { conditions = [] } = workers.status ?? {};
  const failure = conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  if (failure !== undefined) return bad('WorkersReady', failure.message?.includes('quota') ? 'QuotaExceeded' : 'ReplicaFailure', failure.message ?? 'Pods cannot be made.');
  const late = conditions.find(({ type, status }) => type === 'Progressing' && status === 'False');
  if (late !== undefined) return bad('WorkersReady', 'NotStarting', `No worker of ${workers.metadata.name} becomes ready: ${late.message ?? ''} Look at its pods.`);
  return bad('WorkersReady', 'Progressing', `No worker of ${workers.metadata.name} is ready yet.`);
}

/** Is what is said delivered? */
export function checkDelivery(tenant: Tenant, standings: readonly StandingOfResource[] | null): Finding {
  if (standings === null) return unknown('DeliveryHealthy', 'NotYetKnown', 'The figures have not been read yet.');
  if (tenant.spec.suspend === true) return unknown('DeliveryHealthy', 'Suspended', 'Nothing is delivered while the tenant is suspended; what waits is kept, however long.');
  const failing = standings.filter(({ verdict, events, admin_state: state }) => verdict !== null && events > 0 && state === 'active');
  const stopped = standings.filter((row) => row.stopped > 0);
  if (stopped.length > 0) return bad('DeliveryHealthy', 'LanesStopped', `Two histories differ: ${namesOf(stopped)}. See Admin → Federation → Peers.`);
  if (failing.length > 0) return bad('DeliveryHealthy', 'PeersFailing', `Something waits for ${namesOf(failing)}.`);
  const failed = standings[0]?.failed ?? 0;
  if (failed > 0) return bad('DeliveryHealthy', 'EventsFailed', `${failed} events were given up in the last 24 hours. Redeliver them from Admin → Federation → Deliveries.`);
  return ok('DeliveryHealthy', 'Healthy');
}

function namesOf(standings: readonly StandingOfResource[]): string {
  const names = standings.map(({ peer, last_error_code: code }) => (code === null ? peer : `${peer} (${code})`));
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}

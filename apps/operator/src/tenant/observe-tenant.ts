import type { StandingOfResource } from '@scaiwave/core/resources';
import { AUTOSCALER, POD, SCALED_OBJECT, type PlainObject, type Pod } from '../child-kinds.js';
import type { Finding } from '../kube/conditions.js';
import type { Deployment, Tenant } from '../kinds.js';
import type { OperatorContext } from '../operator-context.js';
import { workerName } from '../pool/build-worker-deployment.js';
import { decideScaling, type Scaling } from '../pool/decide-scaling.js';
import { explainWorkers } from './explain-workers.js';
import { poolOf, SHARED_POOL } from './pool-of.js';
import { bad, ok, unknown } from './tenant.checks.js';

export function findWorkers({ world, config }: OperatorContext, tenant: Tenant): Deployment | null {
  return world.deployments.find(`${config.releaseNamespace}/${workerName({ ...config, pool: poolOf(tenant) })}`);
}

/** What is known of a tenant's workers. */
export interface WorkersFound {
  workers: Deployment | null;
  /** whether one of them has signed the descriptor with the present key; null when nobody knows, or nobody is to */
  isPublished: boolean | null;
}

/** Do workers run for this tenant, as many as it asks for, and do other servers find it? */
export function checkWorkers({ world, config }: OperatorContext, tenant: Tenant, { workers, isPublished }: WorkersFound): Finding {
  if (workers === null) return unknown('WorkersReady', 'Creating', 'The workers are being made.');
  const pool = poolOf(tenant);
  const scaling = decideScaling({ owner: pool === SHARED_POOL ? null : tenant, config, hasKeda: world.children.knows(SCALED_OBJECT) });
  if ((workers.status?.readyReplicas ?? 0) === 0) return workers.spec.replicas === 0 ? checkNone(tenant, scaling) : checkUnready(workers, world.children.of<Pod>(POD).listBy('pool', pool));
  if (isPublished === false) return bad('WorkersReady', 'NotPublished', 'Workers run, and none has published the key of this server yet: other servers do not find it, or do not believe it.');
  return scaling.problem === null ? checkScale(workers, findScaler(world, workers)) : ok('WorkersReady', scaling.problem.reason, scaling.problem.message);
}

function checkNone({ spec }: Tenant, { autoscaling }: Scaling): Finding {
  if (spec.suspend === true) return ok('WorkersReady', 'Suspended', 'No worker runs while the tenant is suspended.');
  return autoscaling === null
    ? bad('WorkersReady', 'NoReplicas', 'The number of workers is 0: nothing is signed or delivered. Raise replicas, or suspend the tenant.')
    : ok('WorkersReady', 'ScaledToZero', 'Nothing waits: no worker runs until something does.');
}

function checkUnready(workers: Deployment, pods: readonly Pod[]): Finding {
  const { reason, message } = explainWorkers(workers, pods);
  return bad('WorkersReady', reason, message);
}

// Workers that run are ready, whatever is wrong beside them; it is said all the same.
function checkScale(workers: Deployment, scaler: PlainObject | null): Finding {
  const late = workers.status?.conditions?.find(({ type, status }) => type === 'Progressing' && status === 'False');
  if (late !== undefined) return ok('WorkersReady', 'RolloutStuck', `The workers that run are of an older template, those of the present one do not become ready: ${late.message ?? ''} Look at the pods.`);
  const broken = scaler?.status?.conditions?.find(({ type, status, reason }) => status === 'False' && (type === 'Ready' || type === 'ScalingActive') && reason !== 'ScalingDisabled');
  return broken === undefined ? ok('WorkersReady', 'WorkersReady') : ok('WorkersReady', 'AutoscalerFailing', `The number of workers stays as it is, for the ${scaler?.kind} ${scaler?.metadata.name} says ${broken.reason}: ${broken.message}`);
}

function findScaler({ children }: OperatorContext['world'], { metadata }: Deployment): PlainObject | null {
  const key = `${metadata.namespace}/${metadata.name}`;
  return children.of<PlainObject>(SCALED_OBJECT).find(key) ?? children.of<PlainObject>(AUTOSCALER).find(key);
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

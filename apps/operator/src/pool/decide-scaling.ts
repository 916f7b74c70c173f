import { parseDurationMs } from '@scaiwave/core/resources';
import type { OperatorConfig } from '@scaiwave/config';
import type { Tenant } from '../kinds.js';

export interface Autoscaling {
  provider: 'Keda' | 'HPA';
  minReplicas: number;
  maxReplicas: number;
  targetAgeMs: number;
}

/** How many workers a pool has: so many, or as many as an autoscaler says; `problem`: why it is not what was asked for. */
export type Scaling = { replicas: number; autoscaling: null; problem: ScalingProblem | null } | { replicas: null; autoscaling: Autoscaling; problem: null };

export interface ScalingProblem {
  reason: 'KindNotInstalled' | 'PrometheusNotConfigured';
  message: string;
}

export interface ScalingFacts {
  /** the tenant of a dedicated pool; null for the shared one */
  owner: Tenant | null;
  config: Pick<OperatorConfig, 'workerReplicas' | 'workerAutoscaling' | 'prometheusUrl'>;
  /** does the cluster know ScaledObjects? */
  hasKeda: boolean;
}

interface DedicatedSpec {
  replicas?: number;
  autoscaling?: { provider?: 'Keda' | 'HPA'; minReplicas?: number; maxReplicas?: number; targetOldestPendingAge?: string };
}

const DEFAULT_REPLICAS = 2;

export function decideScaling({ owner, config, hasKeda }: ScalingFacts): Scaling {
  // One that is being deleted delivers what waits, suspended or not.
  if (owner?.spec.suspend === true && owner.metadata.deletionTimestamp === undefined) return { replicas: 0, autoscaling: null, problem: null };
  const autoscaling = owner === null ? config.workerAutoscaling : autoscalingOf(owner);
  if (autoscaling === null) return { replicas: replicasOf(owner) ?? config.workerReplicas, autoscaling: null, problem: null };
  const problem = findProblem(autoscaling, config, hasKeda);
  if (problem === null) return { replicas: null, autoscaling, problem };
  return { replicas: Math.max(autoscaling.minReplicas, Math.min(DEFAULT_REPLICAS, autoscaling.maxReplicas)), autoscaling: null, problem };
}

function replicasOf(owner: Tenant | null): number | null {
  return owner === null ? null : (dedicatedOf(owner).replicas ?? DEFAULT_REPLICAS);
}

function autoscalingOf(owner: Tenant): Autoscaling | null {
  const { autoscaling } = dedicatedOf(owner);
  if (autoscaling === undefined) return null;
  const { provider = 'Keda', minReplicas = 1, maxReplicas = 10, targetOldestPendingAge = '5s' } = autoscaling;
  // Kubernetes' own autoscaler cannot wake a pool that has no worker.
  return { provider, minReplicas: provider === 'HPA' ? Math.max(1, minReplicas) : minReplicas, maxReplicas, targetAgeMs: Math.max(1, parseDurationMs(targetOldestPendingAge)) };
}

function dedicatedOf({ spec }: Tenant): DedicatedSpec {
  return (spec.workers?.dedicated ?? {}) as DedicatedSpec;
}

function findProblem({ provider, minReplicas }: Autoscaling, { prometheusUrl }: Pick<OperatorConfig, 'prometheusUrl'>, hasKeda: boolean): ScalingProblem | null {
  if (provider === 'HPA') return null;
  const meanwhile = `a fixed number of workers runs meanwhile, at least ${minReplicas}`;
  if (!hasKeda) return { reason: 'KindNotInstalled', message: `The cluster knows no ScaledObject (keda.sh/v1alpha1): install KEDA, or set the provider HPA; ${meanwhile}.` };
  if (prometheusUrl === undefined) return { reason: 'PrometheusNotConfigured', message: `KEDA needs a Prometheus to ask for the age of what waits: set PROMETHEUS_URL of the operator, or the provider HPA; ${meanwhile}.` };
  return null;
}

import { AUTOSCALER, SCALED_OBJECT, type PlainObject } from '../child-kinds.js';
import { DEPLOYMENT } from '../kinds.js';
import { POOL_AGE_METRIC } from '../operator-metrics.js';
import type { Autoscaling } from './decide-scaling.js';

export interface AutoscalerPlan {
  name: string;
  namespace: string;
  labels: Record<string, string>;
  /** as in the labels of the metric */
  release: string;
  pool: string;
  autoscaling: Autoscaling;
  prometheusUrl: string | undefined;
}

/**
 * What scales the Deployment of the same name on the age of the oldest event that could go: one worker per target age, so that the
 * number follows the age and does not run away from it.
 */
export function buildAutoscaler(plan: AutoscalerPlan): PlainObject {
  return plan.autoscaling.provider === 'Keda' ? buildScaledObject(plan) : buildHorizontalPodAutoscaler(plan);
}

function buildScaledObject({ autoscaling, release, pool, prometheusUrl = '', ...plan }: AutoscalerPlan): PlainObject {
  const query = `max(${POOL_AGE_METRIC}{release="${release}",pool="${pool}"})`;
  return {
    apiVersion: SCALED_OBJECT.apiVersion, kind: SCALED_OBJECT.kind, metadata: metadataOf(plan),
    spec: {
      scaleTargetRef: { name: plan.name },
      minReplicaCount: autoscaling.minReplicas, maxReplicaCount: autoscaling.maxReplicas,
      // A Prometheus that knows nothing is an error, by which nothing is scaled; as a null value it would scale to the minimum.
      triggers: [{ type: 'prometheus', metricType: 'AverageValue', metadata: { serverAddress: prometheusUrl, query, threshold: String(autoscaling.targetAgeMs / 1_000), ignoreNullValues: 'false' } }],
    },
  };
}

function buildHorizontalPodAutoscaler({ autoscaling, release, pool, ...plan }: AutoscalerPlan): PlainObject {
  const metric = { name: POOL_AGE_METRIC, selector: { matchLabels: { release, pool } } };
  return {
    apiVersion: AUTOSCALER.apiVersion, kind: AUTOSCALER.kind, metadata: metadataOf(plan),
    spec: {
      scaleTargetRef: { apiVersion: DEPLOYMENT.apiVersion, kind: DEPLOYMENT.kind, name: plan.name },
      minReplicas: autoscaling.minReplicas, maxReplicas: autoscaling.maxReplicas,
      metrics: [{ type: 'External', external: { metric, target: { type: 'AverageValue', averageValue: `${autoscaling.targetAgeMs}m` } } }],
    },
  };
}

function metadataOf({ name, namespace, labels }: Pick<AutoscalerPlan, 'name' | 'namespace' | 'labels'>): PlainObject['metadata'] {
  return { name, namespace, labels };
}

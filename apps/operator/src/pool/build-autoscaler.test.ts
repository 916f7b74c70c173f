import { buildAutoscaler } from './build-autoscaler.js';

const plan = { name: 'scaiwave-worker-shared', namespace: 'scaiwave', labels: {}, release: 'scaiwave/scaiwave', pool: 'shared', prometheusUrl: 'http://prometheus:9090' };

test.each([[5_000, '5', '5000m'], [500, '0.5', '500m'], [90_000, '90', '90000m']])('a target of %i ms is a threshold in seconds, for both', (targetAgeMs, threshold, averageValue) => {
  const autoscaling = { minReplicas: 1, maxReplicas: 10, targetAgeMs };
  expect(buildAutoscaler({ ...plan, autoscaling: { ...autoscaling, provider: 'Keda' } }).spec).toMatchObject({
    minReplicaCount: 1, maxReplicaCount: 10,
    triggers: [{ metadata: { threshold, ignoreNullValues: 'false', query: 'max(scaiwave_pool_oldest_pending_seconds{release="scaiwave/scaiwave",pool="shared"})' } }],
  });
  expect(buildAutoscaler({ ...plan, autoscaling: { ...autoscaling, provider: 'HPA' } }).spec).toMatchObject({
    scaleTargetRef: { kind: 'Deployment', name: plan.name }, metrics: [{ external: { metric: { selector: { matchLabels: { release: 'scaiwave/scaiwave', pool: 'shared' } } }, target: { type: 'AverageValue', averageValue } } }],
  });
});

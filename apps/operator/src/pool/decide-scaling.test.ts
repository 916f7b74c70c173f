import type { Tenant } from '../kinds.js';
import { decideScaling } from './decide-scaling.js';

const tenant = (dedicated: object | null, suspend = false): Tenant => ({
  apiVersion: '', kind: 'Tenant', metadata: { name: 'acme', namespace: 'n' },
  spec: { serverName: 'acme.test', auth: { oidc: { issuer: '', clientId: '' } }, suspend, ...(dedicated && { workers: { mode: 'Dedicated', dedicated: { ...dedicated } } }) },
});
const shared = { workerReplicas: 3, workerAutoscaling: null, prometheusUrl: 'http://prometheus' };
const scaled = { ...shared, workerAutoscaling: { provider: 'Keda' as const, minReplicas: 3, maxReplicas: 9, targetAgeMs: 2_000 } };

test.each<[string, Parameters<typeof decideScaling>[0], object]>([
  ['the shared pool as configured', { owner: null, config: shared, hasKeda: true }, { replicas: 3, autoscaling: null, problem: null }],
  ['the shared pool, scaled', { owner: null, config: scaled, hasKeda: true }, { replicas: null, autoscaling: { provider: 'Keda', minReplicas: 3, maxReplicas: 9, targetAgeMs: 2_000 } }],
  ['two by default', { owner: tenant({}), config: shared, hasKeda: true }, { replicas: 2 }],
  ['as many as are asked for', { owner: tenant({ replicas: 5 }), config: shared, hasKeda: true }, { replicas: 5 }],
  ['none while suspended, autoscaled or not', { owner: tenant({ autoscaling: {} }, true), config: shared, hasKeda: true }, { replicas: 0, autoscaling: null, problem: null }],
  ['KEDA by default, with its defaults', { owner: tenant({ autoscaling: {} }), config: shared, hasKeda: true }, { replicas: null, autoscaling: { provider: 'Keda', minReplicas: 1, maxReplicas: 10, targetAgeMs: 5_000 } }],
  ['KEDA wakes a pool that has none', { owner: tenant({ autoscaling: { minReplicas: 0 } }), config: shared, hasKeda: true }, { autoscaling: { minReplicas: 0 } }],
  ['Kubernetes does not', { owner: tenant({ autoscaling: { provider: 'HPA', minReplicas: 0 } }), config: shared, hasKeda: false }, { autoscaling: { provider: 'HPA', minReplicas: 1 } }],
  ['a fixed number without KEDA', { owner: tenant({ autoscaling: { minReplicas: 1, maxReplicas: 9 } }), config: shared, hasKeda: false }, { replicas: 2, problem: { reason: 'KindNotInstalled' } }],
  ['not more than the most', { owner: tenant({ autoscaling: { maxReplicas: 1 } }), config: shared, hasKeda: false }, { replicas: 1 }],
  ['not fewer than the fewest', { owner: null, config: scaled, hasKeda: false }, { replicas: 3, problem: { reason: 'KindNotInstalled' } }],
  ['a fixed number without a Prometheus', { owner: tenant({ autoscaling: {} }), config: { ...shared, prometheusUrl: undefined }, hasKeda: true }, { replicas: 2, problem: { reason: 'PrometheusNotConfigured' } }],
])('%s', (_what, facts, expected) => {
  expect(decideScaling(facts)).toMatchObject(expected);
});

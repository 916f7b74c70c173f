import type { Deployment, Tenant } from '../kinds.js';
import type { OperatorContext } from '../operator-context.js';
import { checkDelivery, checkWorkers } from './observe-tenant.js';

const tenant: Tenant = {
  apiVersion: 'federation.scaiwave.io/v1alpha1', kind: 'Tenant', metadata: { name: 'acme', namespace: 'tenant-acme' },
  spec: { serverName: 'acme.example', auth: { oidc: { issuer: 'https://id.example', clientId: 'scaiwave' } } },
};

test('the workers of a tenant are being made while there is no Deployment', () => {
  expect(checkWorkers({ world: {}, config: {} } as unknown as OperatorContext, tenant, { workers: null, isPublished: null })).toMatchObject({ status: 'Unknown', reason: 'Creating' });
});

describe('workers that are there', () => {
  const dedicated = (more: object): Tenant => ({ ...tenant, spec: { ...tenant.spec, workers: { mode: 'Dedicated', dedicated: more } } });
  const workers = (replicas: number, status: Deployment['status'] = {}): Deployment => ({
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'scaiwave-worker-acme', namespace: 'scaiwave' }, spec: { replicas, selector: { matchLabels: {} }, template: { spec: { containers: [] } } }, status,
  });
  const nothing = { listBy: () => [], find: () => null };
  const context = { world: { children: { knows: () => true, of: () => nothing } }, config: { workerReplicas: 2, workerAutoscaling: null, prometheusUrl: 'http://prometheus' } } as unknown as OperatorContext;

  test.each([
    ['0, and nobody says when there are more', dedicated({ replicas: 0 }), workers(0), 'False', 'NoReplicas'],
    ['0, while nothing waits', dedicated({ autoscaling: { provider: 'Keda', minReplicas: 0 } }), workers(0), 'True', 'ScaledToZero'],
    ['of an older template', dedicated({ replicas: 2 }), workers(2, { readyReplicas: 1, conditions: [{ type: 'Progressing', status: 'False', message: 'timed out' }] }), 'True', 'RolloutStuck'],
    ['there, and have published the key', dedicated({ replicas: 1 }), workers(1, { readyReplicas: 1 }), 'True', 'WorkersReady'],
  ])('are %s', (_what, of, found, status, reason) => {
    expect(checkWorkers(context, of, { workers: found, isPublished: true })).toMatchObject({ status, reason });
  });

  test.each([
    ['ready without having published the key', workers(1, { readyReplicas: 1 }), false, 'False', 'NotPublished'],
    ['ready, and nobody knows what they have published', workers(1, { readyReplicas: 1 }), null, 'True', 'WorkersReady'],
    ['not ready, which comes first', workers(1), false, 'False', 'Progressing'],
  ])('are %s', (_what, found, isPublished, status, reason) => {
    expect(checkWorkers(context, dedicated({ replicas: 1 }), { workers: found, isPublished })).toMatchObject({ status, reason });
  });
});

test('of deliveries that nobody has looked at nothing is claimed', () => expect(checkDelivery(tenant, null)).toMatchObject({ status: 'Unknown', reason: 'NotYetKnown' }));

test('of a suspended tenant none is expected', () => {
  expect(checkDelivery({ ...tenant, spec: { ...tenant.spec, suspend: true } }, [])).toMatchObject({ status: 'Unknown', reason: 'Suspended' });
});

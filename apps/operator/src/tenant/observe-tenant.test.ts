import type { Deployment, Tenant } from '../kinds.js';
import { checkDelivery, checkWorkers } from './observe-tenant.js';

const tenant: Tenant = {
  apiVersion: 'federation.scaiwave.io/v1alpha1', kind: 'Tenant', metadata: { name: 'acme', namespace: 'tenant-acme' },
  spec: { serverName: 'acme.example', auth: { oidc: { issuer: 'https://id.example', clientId: 'scaiwave' } } },
};
const workers = (status: Deployment['status']): Deployment => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'scaiwave-worker-shared', namespace: 'scaiwave' },
  spec: { replicas: 2, selector: { matchLabels: {} }, template: { spec: { containers: [] } } }, ...(status && { status }),
});

describe('the workers of a tenant', () => {
  test('are being made while there is no Deployment', () => expect(checkWorkers(tenant, null)).toMatchObject({ status: 'Unknown', reason: 'Creating' }));

  test.each([
    ['Progressing', 'not ready yet', []],
    ['NotStarting', 'do not become ready in time', [{ type: 'Progressing', status: 'False', message: 'ReplicaSet "x" has timed out progressing.' }]],
    ['ReplicaFailure', 'cannot be made', [{ type: 'ReplicaFailure', status: 'True', message: 'pods "x" is forbidden: violates PodSecurity' }]],
    ['QuotaExceeded', 'cannot be made within the quota', [{ type: 'ReplicaFailure', status: 'True', message: 'pods "x" is forbidden: exceeded quota: small' }]],
  ])('are %s when they are %s', (reason, _, conditions) => {
    expect(checkWorkers(tenant, workers({ conditions }))).toMatchObject({ status: 'False', reason, message: expect.stringContaining(conditions[0]?.message ?? 'scaiwave-worker-shared') });
  });
});

test('of deliveries that nobody has looked at nothing is claimed', () => expect(checkDelivery(null)).toMatchObject({ status: 'Unknown', reason: 'NotYetKnown' }));

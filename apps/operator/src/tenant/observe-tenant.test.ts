import type { Tenant } from '../kinds.js';
import type { OperatorContext } from '../operator-context.js';
import { checkDelivery, checkWorkers } from './observe-tenant.js';

const tenant: Tenant = {
  apiVersion: 'federation.scaiwave.io/v1alpha1', kind: 'Tenant', metadata: { name: 'acme', namespace: 'tenant-acme' },
  spec: { serverName: 'acme.example', auth: { oidc: { issuer: 'https://id.example', clientId: 'scaiwave' } } },
};

test('the workers of a tenant are being made while there is no Deployment', () => {
  expect(checkWorkers({ world: {}, config: {} } as unknown as OperatorContext, tenant, null)).toMatchObject({ status: 'Unknown', reason: 'Creating' });
});

test('of deliveries that nobody has looked at nothing is claimed', () => expect(checkDelivery(tenant, null)).toMatchObject({ status: 'Unknown', reason: 'NotYetKnown' }));

test('of a suspended tenant none is expected', () => {
  expect(checkDelivery({ ...tenant, spec: { ...tenant.spec, suspend: true } }, [])).toMatchObject({ status: 'Unknown', reason: 'Suspended' });
});

import type { HttpRoute, PlainObject } from '../child-kinds.js';
import type { Tenant } from '../kinds.js';
import type { OperatorContext } from '../operator-context.js';
import { buildCertificate } from './build-certificate.js';
import { buildHttpRoute } from './build-http-route.js';
import { buildIngress } from './build-ingress.js';
import { ExposeTenant } from './expose-tenant.js';
import { exposureOf, type ExposureDefaults } from './exposure.js';
import { judgeCertificate, judgeRoute } from './judge-exposure.js';

const tenant = (exposure?: Record<string, unknown>, serverName = 'chat.acme.example'): Tenant => ({
  apiVersion: '', kind: 'Tenant', metadata: { name: 'acme', namespace: 'n' }, spec: { serverName, auth: { oidc: { issuer: '', clientId: '' } }, ...(exposure && { exposure }) },
});
const nothing: ExposureDefaults = { exposureType: 'None', exposureClass: undefined, exposureIssuer: null, gateway: { name: undefined, namespace: 'scaiwave', listener: null } };
const installation: ExposureDefaults = { exposureType: 'Ingress', exposureClass: 'nginx', exposureIssuer: { name: 'le', kind: 'ClusterIssuer' }, gateway: { name: 'edge', namespace: 'gateways', listener: 'https' } };
const backend = { releaseName: 'scaiwave', releaseNamespace: 'scaiwave', apiService: 'scaiwave-api', apiServicePort: 80 };

test.each<[string, Record<string, unknown> | undefined, ExposureDefaults, object]>([
  ['nobody says anything', undefined, nothing, { type: 'None', className: null, tls: null }],
  ['the installation says', undefined, installation, { type: 'Ingress', className: 'nginx', tls: { issuer: { name: 'le', kind: 'ClusterIssuer' } } }],
  ['the tenant says less than all', { className: 'traefik' }, nothing, { type: 'Ingress', className: 'traefik' }],
  ['the tenant wants none', { type: 'None' }, installation, { type: 'None' }],
  ['a route takes the Gateway, not the class', { type: 'HTTPRoute' }, installation, { type: 'HTTPRoute', className: 'edge' }],
  ['a certificate of one’s own', { tls: { secretRef: { name: 'own' } } }, installation, { tls: { secretName: 'own' } }],
  ['an issuer of one’s own', { tls: { issuerRef: { name: 'mine', kind: 'Issuer' } } }, installation, { tls: { issuer: { name: 'mine', kind: 'Issuer' } } }],
])('the way in when %s', (_what, said, defaults, expected) => {
  expect(exposureOf(tenant(said), defaults)).toMatchObject(expected);
});

test('a route without a Gateway is not made', async () => {
  const context = { config: nothing, world: { children: { knows: () => true } } } as unknown as OperatorContext;
  expect(await new ExposeTenant(context).run(tenant({ type: 'HTTPRoute' }), { tls: null })).toMatchObject({ status: 'False', reason: 'GatewayNotConfigured' });
});

test('a port in the server_name is no part of the host, and whatever the way in, it leads to the one public port', () => {
  const ported = tenant({}, 'chat.acme.example:8443');
  expect(buildIngress(ported, { type: 'Ingress', className: null, tls: null }, backend).spec).toEqual({
    rules: [{ host: 'chat.acme.example', http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'scaiwave-api', port: { number: 80 } } } }] } }],
  });
  expect(buildHttpRoute(ported, { name: 'edge', namespace: 'gateways', listener: 'https' }, backend).spec).toMatchObject({
    hostnames: ['chat.acme.example'], parentRefs: [{ name: 'edge', namespace: 'gateways', sectionName: 'https' }], rules: [{ backendRefs: [{ name: 'scaiwave-api', port: 80 }] }],
  });
  expect(buildCertificate(ported, { name: 'le', kind: 'ClusterIssuer' }, backend).spec).toMatchObject({ dnsNames: ['chat.acme.example'] });
});

const condition = (type: string, status: 'True' | 'False' | 'Unknown', reason = 'R') => ({ type, status, reason, message: 'm' });
const route = (...conditions: ReturnType<typeof condition>[]): HttpRoute => ({
  apiVersion: '', kind: 'HTTPRoute', metadata: { name: 'r' }, spec: {}, status: { parents: [{ parentRef: { name: 'edge', namespace: 'gateways' }, conditions }] },
});

test.each<[string, HttpRoute | null, object]>([
  ['it is new', null, { status: 'Unknown', reason: 'WaitingForGateway' }],
  ['its Gateway takes it', route(condition('Accepted', 'True'), condition('ResolvedRefs', 'True')), { status: 'True', reason: 'Exposed' }],
  ['its Gateway does not', route(condition('Accepted', 'False', 'NotAllowedByListeners')), { status: 'False', reason: 'RouteNotAccepted', message: expect.stringContaining('gateways/edge says NotAllowedByListeners: m') }],
  ['its Service is not found', route(condition('Accepted', 'True'), condition('ResolvedRefs', 'False', 'BackendNotFound')), { status: 'False', reason: 'RouteNotAccepted' }],
])('of a route is said, when %s', (_what, found, expected) => {
  expect(judgeRoute(found)).toMatchObject(expected);
});

test.each<[string, PlainObject['status'], object | null]>([
  ['is there', { conditions: [condition('Ready', 'True')] }, null],
  ['is not asked for yet', {}, { status: 'Unknown', reason: 'WaitingForCertificate' }],
  ['is refused', { conditions: [condition('Ready', 'False', 'DoesNotExist')] }, { status: 'False', reason: 'CertificateNotReady', message: expect.stringContaining('DoesNotExist: m') }],
])('a certificate that %s', (_what, status, expected) => {
  const finding = judgeCertificate({ apiVersion: '', kind: 'Certificate', metadata: { name: 'c' }, spec: {}, ...(status && { status }) });
  if (expected === null) expect(finding).toBeNull();
  else expect(finding).toMatchObject(expected);
});

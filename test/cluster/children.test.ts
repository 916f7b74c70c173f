import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { nameOfResource } from '@scaiwave/core';
import { ApiClient, until as untilWithin } from '@scaiwave/testing';
import { Cluster } from './cluster.js';
import { describeWithCluster, PROGRAMS } from './describe-with-cluster.js';

interface Resource {
  metadata: { name: string; labels?: Record<string, string>; generation: number; uid: string };
  type?: string;
  spec: any;
  data?: Record<string, string>;
  status?: any;
}

const PATHS: Record<string, string> = {
  Tenant: '/apis/federation.scaiwave.io/v1alpha1', Peer: '/apis/federation.scaiwave.io/v1alpha1', Secret: '/api/v1', ServiceAccount: '/api/v1', Pod: '/api/v1', Event: '/api/v1',
  Deployment: '/apis/apps/v1', PodDisruptionBudget: '/apis/policy/v1', HorizontalPodAutoscaler: '/apis/autoscaling/v2', Ingress: '/apis/networking.k8s.io/v1',
  ScaledObject: '/apis/keda.sh/v1alpha1', HTTPRoute: '/apis/gateway.networking.k8s.io/v1', ReferenceGrant: '/apis/gateway.networking.k8s.io/v1beta1', Certificate: '/apis/cert-manager.io/v1',
};
const RELEASE = 'scaiwave';
/** Workers are whole processes; beside other tests they take their time. */
const until = (what: string, isTrue: () => Promise<boolean>): Promise<void> => untilWithin(what, isTrue, 90_000);
jest.setTimeout(300_000);
const [CERTIFICATE = '', KEY = ''] = ['leaf.crt', 'leaf.key'].map((file) => readFileSync(join(import.meta.dirname, '../../libs/core/src/peers/outbound/private-authority', file), 'utf8'));

// One cluster, in which each test has a tenant of its own: what a tenant has made for it, and what becomes of that.
describeWithCluster('what the operator makes for a tenant', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await Cluster.start(PROGRAMS);
    await Promise.all([cluster.startOperator('operator', { PROMETHEUS_URL: 'http://prometheus:9090', GATEWAY_NAME: 'edge', GATEWAY_NAMESPACE: 'gateways' }), cluster.startApi()]);
  });
  afterAll(() => cluster?.stop());

  const pathOf = (kind: string, namespace: string, name = ''): string => `${PATHS[kind]}/namespaces/${namespace}/${kind === 'Ingress' ? 'ingresses' : `${kind.toLowerCase()}s`}/${name}`;
  const get = async (kind: string, namespace: string, name: string): Promise<Resource | null> => {
    const { status, body } = await cluster.plane.get(pathOf(kind, namespace, name));
    return status === 200 ? (JSON.parse(body) as Resource) : null;
  };
  const ours = (kind: string, name: string): Promise<Resource | null> => get(kind, RELEASE, name);
  const isGone = (kind: string, name: string): Promise<void> => until(`${kind} ${name} is gone`, async () => (await ours(kind, name)) === null);
  const patch = async (kind: string, [namespace, name]: readonly [string, string], change: object, part = ''): Promise<void> => {
    const { status, body } = await cluster.plane.send('PATCH', `${pathOf(kind, namespace, name)}${part}?fieldManager=somebody`, change);
    if (status !== 200) throw new Error(body);
  };
  const conditionOf = async (kind: string, name: string, type: string) => ((await get(kind, name, name))?.status?.conditions as { type: string; status: string; reason: string; message: string }[] | undefined)?.find((condition) => condition.type === type);
  /** Resolves when a condition of the Tenant that is named like its namespace has this reason. */
  const says = async (name: string, type: string, reason: string, kind = 'Tenant') => {
    await until(`${kind} ${name} says ${type} ${reason}`, async () => (await conditionOf(kind, name, type))?.reason === reason).catch(async (error: Error) => {
      throw new Error(`${error.message} It says ${JSON.stringify(await conditionOf(kind, name, type))}.\n${cluster.output}`);
    });
    return (await conditionOf(kind, name, type))!;
  };
  const apply = (name: string, spec: object = {}): Promise<void> => cluster.kubectl.apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
    { apiVersion: 'federation.scaiwave.io/v1alpha1', kind: 'Tenant', metadata: { name, namespace: name }, spec: { serverName: `${name}.example`, auth: { oidc: { issuer: cluster.issuer.url, clientId: name } }, ...spec } },
  );
  const change = (name: string, spec: object): Promise<void> => patch('Tenant', [name, name], { spec });
  const secret = (namespace: string, name: string, stringData: Record<string, string>): Promise<void> => cluster.kubectl.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData });
  const workersOf = (name: string): string => `scaiwave-worker-${nameOfResource(`${name}/${name}`)}`;
  const wayInOf = (name: string): string => `scaiwave-${nameOfResource(`${name}/${name}`)}`;
  const dedicated = (more: object): object => ({ workers: { mode: 'Dedicated', dedicated: more } });
  const drifts = async (kind: string): Promise<number> => Number(new RegExp(`^scaiwave_drift_corrected_total\\{kind="${kind}"\\} (\\d+)$`, 'm').exec((await cluster.health('operator', '/metrics')).text)?.[1] ?? 0);

  test('workers of one tenant have an account of their own, and are where the tenant wants them, and nothing else', async () => {
    const podTemplate = { labels: { app: 'api', team: 'x', 'app.kubernetes.io/name': 'api' }, nodeSelector: { disk: 'fast' } };
    await apply('big', dedicated({ replicas: 1, resources: { requests: { cpu: '0.5' } }, podTemplate }));
    await says('big', 'WorkersReady', 'WorkersReady');
    const name = workersOf('big');
    const { spec, metadata } = (await ours('Deployment', name))!;
    expect(spec).toMatchObject({ replicas: 1, template: { spec: { serviceAccountName: name, automountServiceAccountToken: false, nodeSelector: { disk: 'fast' } } } });
    expect(spec.template.metadata.labels).toEqual({ ...metadata.labels, team: 'x' });
    expect(await ours('ServiceAccount', name)).toMatchObject({ automountServiceAccountToken: false });
    expect((await ours('PodDisruptionBudget', name))?.spec).toMatchObject({ maxUnavailable: 1, selector: { matchLabels: spec.selector.matchLabels } });
    await change('big', { displayName: 'Somebody Big' });
    await until('that is programmed', async () => (await cluster.database.rows(`SELECT 1 FROM tenants WHERE display_name = 'Somebody Big'`)).length === 1);
    expect((await ours('Deployment', name))?.metadata.generation).toBe(metadata.generation);
  });

  test('a number of workers goes to an autoscaler as it is, is left to it, and comes back', async () => {
    const name = workersOf('big');
    const replicas = async (): Promise<number> => (await ours('Deployment', name))?.spec.replicas;
    await change('big', { workers: { dedicated: { replicas: null, resources: null, podTemplate: null, autoscaling: { maxReplicas: 3 } } } });
    expect((await says('big', 'WorkersReady', 'KindNotInstalled')).message).toContain('install KEDA');
    await until('a fixed number runs meanwhile', async () => (await replicas()) === 2);
    await cluster.kubectl.installKinds('keda');
    await until('KEDA is asked', async () => (await ours('ScaledObject', name)) !== null);
    expect((await ours('ScaledObject', name))?.spec).toMatchObject({
      scaleTargetRef: { name }, minReplicaCount: 1, maxReplicaCount: 3,
      triggers: [{ type: 'prometheus', metadata: { serverAddress: 'http://prometheus:9090', threshold: '5', query: expect.stringContaining(`pool="${nameOfResource('big/big')}"`) } }],
    });
    expect(await replicas()).toBe(2);
    await patch('Deployment', [RELEASE, name], { spec: { replicas: 1 } }, '/scale');
    await change('big', { workers: { dedicated: { autoscaling: { provider: 'HPA' } } } });
    await until('Kubernetes scales', async () => (await ours('HorizontalPodAutoscaler', name)) !== null);
    await isGone('ScaledObject', name);
    expect((await ours('HorizontalPodAutoscaler', name))?.spec).toMatchObject({ minReplicas: 1, maxReplicas: 3, metrics: [{ type: 'External', external: { metric: { name: 'scaiwave_pool_oldest_pending_seconds' }, target: { averageValue: '5' } } }] });
    expect(await replicas()).toBe(1);
    expect((await cluster.health('operator', '/metrics')).text).toContain(`scaiwave_pool_oldest_pending_seconds{release="scaiwave/scaiwave",pool="${nameOfResource('big/big')}"} 0`);
    // Nobody serves that metric here, and whoever reads the Tenant is told.
    expect((await says('big', 'WorkersReady', 'AutoscalerFailing')).message).toContain('HorizontalPodAutoscaler');
  });

  test('a suspended tenant has no workers, and gets them again', async () => {
    const name = workersOf('big');
    await change('big', { suspend: true });
    await says('big', 'WorkersReady', 'Suspended');
    await isGone('HorizontalPodAutoscaler', name);
    await change('big', { suspend: false });
    await until('they run again', async () => (await ours('Deployment', name))?.status?.readyReplicas >= 1);
    await until('they are scaled again', async () => (await ours('HorizontalPodAutoscaler', name)) !== null);
    await change('big', { workers: null });
    for (const kind of ['Deployment', 'HorizontalPodAutoscaler', 'PodDisruptionBudget', 'ServiceAccount']) await isGone(kind, name);
  });

  test('workers for which the namespace has no room say so', async () => {
    await cluster.kubectl.apply(
      { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'scarce' }, value: 1 },
      { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'scarce', namespace: RELEASE }, spec: { hard: { pods: '0' }, scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['scarce'] }] } } },
    );
    await apply('poor', dedicated({ replicas: 1, podTemplate: { priorityClassName: 'scarce' } }));
    expect((await says('poor', 'WorkersReady', 'QuotaExceeded')).message).toContain('exceeded quota: scarce');
    await change('poor', { workers: null });
  });

  test('a way in by Ingress: its class, and a certificate by cert-manager or of one’s own', async () => {
    const name = wayInOf('shop');
    await apply('shop', { exposure: { type: 'Ingress', className: 'nginx', tls: { issuerRef: { name: 'letsencrypt' } } } });
    expect((await says('shop', 'Exposed', 'KindNotInstalled')).message).toContain('cert-manager');
    await cluster.kubectl.installKinds('certManager');
    await says('shop', 'Exposed', 'WaitingForCertificate');
    expect((await ours('Certificate', name))?.spec).toMatchObject({ secretName: `${name}-tls`, dnsNames: ['shop.example'], issuerRef: { name: 'letsencrypt', kind: 'ClusterIssuer' } });
    const ready = (status: string, reason: string) => ({ status: { conditions: [{ type: 'Ready', status, reason, message: 'as it is', lastTransitionTime: '2026-01-01T00:00:00Z' }] } });
    await patch('Certificate', [RELEASE, name], ready('False', 'Failed'), '/status');
    expect((await says('shop', 'Exposed', 'CertificateNotReady')).message).toContain('Failed: as it is');
    await patch('Certificate', [RELEASE, name], ready('True', 'Issued'), '/status');
    expect((await says('shop', 'Exposed', 'IngressClassNotFound')).message).toContain('nginx');
    await cluster.kubectl.apply({ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'nginx' }, spec: { controller: 'example.com/nginx' } });
    await change('shop', { exposure: { tls: { issuerRef: null, secretRef: { name: 'own-tls' } } } });
    await says('shop', 'ResolvedRefs', 'SecretNotFound');
    await secret('shop', 'own-tls', { 'tls.crt': CERTIFICATE, 'tls.key': KEY });
    await says('shop', 'Exposed', 'Exposed');
    const copy = await ours('Secret', `${name}-tls`);
    expect([copy?.type, Buffer.from(copy?.data?.['tls.crt'] ?? '', 'base64').toString()]).toEqual(['kubernetes.io/tls', CERTIFICATE]);
    await isGone('Certificate', name);
    const { spec } = (await ours('Ingress', name))!;
    // The public port of the API and no other: health and metrics are not reached from outside.
    expect(spec).toEqual({
      ingressClassName: 'nginx', tls: [{ hosts: ['shop.example'], secretName: `${name}-tls` }],
      rules: [{ host: 'shop.example', http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'scaiwave-api', port: { number: 80 } } } }] } }],
    });
  });

  test('a way in by Gateway takes the place of the Ingress once the cluster knows HTTPRoutes, and says what the Gateway says', async () => {
    const name = wayInOf('shop');
    await change('shop', { exposure: { type: 'HTTPRoute', className: null } });
    await says('shop', 'Exposed', 'KindNotInstalled');
    expect(await ours('Ingress', name)).not.toBeNull();
    await cluster.kubectl.installKinds('gatewayApi');
    await says('shop', 'Exposed', 'WaitingForGateway');
    await isGone('Ingress', name);
    expect((await ours('HTTPRoute', name))?.spec).toMatchObject({
      parentRefs: [{ name: 'edge', namespace: 'gateways' }], hostnames: ['shop.example'], rules: [{ backendRefs: [{ name: 'scaiwave-api', port: 80 }] }],
    });
    expect((await ours('ReferenceGrant', name))?.spec).toMatchObject({ from: [{ kind: 'Gateway', namespace: 'gateways' }], to: [{ kind: 'Secret', name: `${name}-tls` }] });
    const accepted = (status: string, reason: string) => ({ status: { parents: [{
      parentRef: { name: 'edge', namespace: 'gateways' }, controllerName: 'example.com/gateway', conditions: [{ type: 'Accepted', status, reason, message: 'as it is', lastTransitionTime: '2026-01-01T00:00:00Z' }],
    }] } });
    await patch('HTTPRoute', [RELEASE, name], accepted('False', 'NotAllowedByListeners'), '/status');
    expect((await says('shop', 'Exposed', 'RouteNotAccepted')).message).toContain('gateways/edge says NotAllowedByListeners');
    await patch('HTTPRoute', [RELEASE, name], accepted('True', 'Accepted'), '/status');
    await says('shop', 'Exposed', 'Exposed');
  });

  test('whatever somebody changes or removes of it is put right, counted, and told with the name of who did it', async () => {
    const [workers, wayIn] = [workersOf('big'), wayInOf('shop')];
    await change('big', dedicated({ autoscaling: { maxReplicas: 1 } }));
    await until('there is an autoscaler', async () => (await ours('ScaledObject', workers)) !== null);
    const { spec } = (await ours('Deployment', workers))!;
    const intruder = { name: 'intruder', image: 'evil:1', volumeMounts: [{ name: 'keyring', mountPath: '/keys' }] };
    await patch('Deployment', [RELEASE, workers], { spec: { template: { spec: { containers: [...spec.template.spec.containers, intruder] } } } });
    await until('the intruder is out', async () => (await ours('Deployment', workers))?.spec.template.spec.containers.length === 1);
    await patch('PodDisruptionBudget', [RELEASE, workers], { spec: { maxUnavailable: 7 } });
    await patch('ServiceAccount', [RELEASE, workers], { automountServiceAccountToken: true });
    await patch('ScaledObject', [RELEASE, workers], { spec: { maxReplicaCount: 90 } });
    await patch('HTTPRoute', [RELEASE, wayIn], { spec: { hostnames: ['elsewhere.example'] } });
    await patch('Secret', [RELEASE, `${wayIn}-tls`], { data: { 'tls.crt': 'QUJD' } });
    for (const kind of ['Deployment', 'PodDisruptionBudget', 'ServiceAccount', 'ScaledObject', 'HTTPRoute', 'Secret']) await until(`${kind} is counted`, async () => (await drifts(kind)) >= 1);
    expect((await ours('PodDisruptionBudget', workers))?.spec.maxUnavailable).toBe(1);
    expect((await ours('HTTPRoute', wayIn))?.spec.hostnames).toEqual(['shop.example']);
    const told = JSON.parse((await cluster.plane.get('/api/v1/namespaces/big/events')).body) as { items: { reason: string; message: string }[] };
    expect(told.items.filter(({ reason, message }) => reason === 'DriftCorrected' && message.includes('(somebody)')).length).toBeGreaterThan(0);
    await says('big', 'WorkersReady', 'WorkersReady');
    for (const [kind, name] of [['Deployment', workers], ['ServiceAccount', workers], ['PodDisruptionBudget', workers], ['ScaledObject', workers], ['HTTPRoute', wayIn], ['ReferenceGrant', wayIn]] as const) {
      const before = await ours(kind, name);
      await cluster.kubectl.run(['delete', '-n', RELEASE, kind.toLowerCase(), name, '--wait=false']);
      await until(`${kind} is there again`, async () => ![undefined, before?.metadata.uid].includes((await ours(kind, name))?.metadata.uid));
    }
  });

  test('nothing of a paused tenant is changed, and all of it afterwards', async () => {
    const name = workersOf('big');
    await patch('Tenant', ['big', 'big'], { metadata: { annotations: { 'federation.scaiwave.io/paused': 'true' } } });
    await says('big', 'ReconciliationPaused', 'Annotated');
    await change('big', { workers: null, displayName: 'Paused' });
    await patch('PodDisruptionBudget', [RELEASE, name], { spec: { maxUnavailable: 7 } });
    // Somebody else's change goes through, one that came later.
    await apply('later', { exposure: { type: 'HTTPRoute' } });
    await until('the other one is worked on', async () => (await ours('HTTPRoute', wayInOf('later'))) !== null);
    expect((await ours('PodDisruptionBudget', name))?.spec.maxUnavailable).toBe(7);
    expect(await ours('Deployment', name)).not.toBeNull();
    expect(await cluster.database.rows(`SELECT display_name FROM tenants WHERE server_name = 'big.example'`)).not.toEqual([{ display_name: 'Paused' }]);
    await patch('Tenant', ['big', 'big'], { metadata: { annotations: { 'federation.scaiwave.io/paused': null } } });
    await isGone('Deployment', name);
    await until('the condition is gone', async () => (await conditionOf('Tenant', 'big', 'ReconciliationPaused')) === undefined);
  });

  test('a client secret comes late, is used at the issuer without a restart, and goes with its reference', async () => {
    const oidc = { issuer: cluster.issuer.url, clientId: 'late-secret', clientSecretRef: { name: 'oidc' } };
    cluster.issuer.requireSecret('late-secret', 'a-secret');
    cluster.issuer.signInAs({ sub: 'dora', preferred_username: 'dora', now: Date.now() });
    await apply('late-secret', { auth: { oidc } });
    await says('late-secret', 'ResolvedRefs', 'SecretNotFound');
    await secret('late-secret', 'oidc', { wrongName: 'a-secret' });
    expect((await says('late-secret', 'ResolvedRefs', 'SecretInvalid')).message).toContain('has no clientSecret');
    await secret('late-secret', 'oidc', { clientSecret: 'a-secret' });
    await says('late-secret', 'ResolvedRefs', 'ResolvedRefs');
    const client = new ApiClient((await cluster.apiAddress()) ?? '');
    await until('the login ends well', () => logsIn(client, 'late-secret.example'));
    client.close();
    await change('late-secret', { auth: { oidc: { clientSecretRef: null } } });
    await until('the secret is gone', async () => (await ours('Secret', 'scaiwave-oidc'))?.data?.['late-secret.example'] === undefined);
  });

  test('an authority that a Peer names is what its TLS is measured by, and nobody is believed until it can be read', async () => {
    const authority = async (): Promise<unknown> => (await cluster.database.rows<{ ca: string }>(`SELECT declaration->>'ca_certificate' AS ca FROM peers WHERE server_name = 'private.example'`))[0]?.ca;
    await cluster.kubectl.apply({
      apiVersion: 'federation.scaiwave.io/v1alpha1', kind: 'Peer', metadata: { name: 'later', namespace: 'later' },
      spec: { tenantRef: { name: 'later' }, serverName: 'private.example', endpoint: { url: 'https://10.0.0.7', private: true, caSecretRef: { name: 'ca' } } },
    });
    await says('later', 'ResolvedRefs', 'SecretNotFound', 'Peer');
    await until('nobody is believed', async () => (await authority()) === '');
    await secret('later', 'ca', { 'ca.crt': CERTIFICATE });
    await says('later', 'ResolvedRefs', 'ResolvedRefs', 'Peer');
    await until('the authority is', async () => (await authority()) === CERTIFICATE);
  });

  test('of what provider and admin say the status names who decides', async () => {
    await change('later', { peering: { mode: 'Open', blockedServers: ['evil.example'], maxForeignParticipantsPerRoom: 9 } });
    await cluster.database.rows(`INSERT INTO policies (tenant_id, admin, updated_at) SELECT id, '{"default_mode":"closed","blocked_peers":["worse.example"]}', now() FROM tenants WHERE server_name = 'later.example'`);
    await change('later', { displayName: 'Later' });
    await until('it is told', async () => (await get('Tenant', 'later', 'later'))?.status?.effective?.peering?.mode === 'Closed');
    expect((await get('Tenant', 'later', 'later'))?.status.effective.peering).toMatchObject({
      mode: 'Closed', blockedServers: ['evil.example', 'worse.example'], maxForeignParticipantsPerRoom: 9, maxBackfillEventsPerRequest: 1_000, directory: 'Peers', thirdPartyServers: 'Any',
      decidedBy: { mode: 'Admin', blockedServers: 'Tenant later/later and Admin', maxForeignParticipantsPerRoom: 'Tenant later/later', directory: 'Default' },
    });
  });

  test('what a tenant leaves that went while nobody watched is taken away', async () => {
    await change('big', dedicated({ replicas: 1 }));
    await until('it has workers', async () => (await ours('Deployment', workersOf('big'))) !== null);
    await cluster.endOperator();
    for (const name of ['big', 'shop']) {
      await patch('Tenant', [name, name], { metadata: { finalizers: null } });
      await cluster.kubectl.run(['delete', '-n', name, 'tenant', name]);
    }
    await cluster.startOperator('operator', brokenTemplate('crashing', (container) => ({ ...container, env: [{ name: 'DATABASE_URL', value: 'nonsense' }] })));
    for (const kind of ['Deployment', 'PodDisruptionBudget', 'ServiceAccount']) await isGone(kind, workersOf('big'));
    await isGone('Secret', `scaiwave-keyring-${nameOfResource('big/big')}-0`);
    for (const [kind, name] of [['HTTPRoute', wayInOf('shop')], ['ReferenceGrant', wayInOf('shop')], ['Secret', `${wayInOf('shop')}-tls`]] as const) await isGone(kind, name);
  });

  test('workers that cannot start say why, in the words of their pod', async () => {
    await apply('broken', dedicated({ replicas: 1 }));
    expect((await says('broken', 'WorkersReady', 'CrashLooping')).message).toMatch(/CrashLoopBackOff; it ended with 1: .*DATABASE_URL/);
    await cluster.endOperator();
    await cluster.startOperator('operator', brokenTemplate('absent', (container) => ({ ...container, image: 'nobody/has-this:1' })));
    expect((await says('broken', 'WorkersReady', 'ImageNotPulled')).message).toContain('nobody/has-this:1');
  });

  /** A worker template like the chart's, but for one thing; as settings of the operator. */
  function brokenTemplate(name: string, spoil: (container: object) => object): Record<string, string> {
    const pod = cluster.podOf('worker');
    const file = join(cluster.plane.folder, `${name}.json`);
    writeFileSync(file, JSON.stringify({ spec: { ...pod, containers: pod.containers.map(spoil) } }));
    return { WORKER_TEMPLATE_FILE: file };
  }
});

async function logsIn(client: ApiClient, host: string): Promise<boolean> {
  const begin = await client.call({ path: '/v1/auth/login', host });
  if (begin.status !== 302) return false;
  const back = new URL((await fetch(String(begin.headers.location), { redirect: 'manual' })).headers.get('location') ?? '');
  return (await client.call({ path: back.pathname + back.search, host })).status === 302;
}

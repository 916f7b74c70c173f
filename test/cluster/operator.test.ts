import { nameOfResource } from '@scaiwave/core';
import { until } from '@scaiwave/testing';
import { Cluster } from './cluster.js';
import { describeWithCluster, PROGRAMS } from './describe-with-cluster.js';

interface Resource {
  metadata: { name: string; labels?: Record<string, string>; resourceVersion: string; generation: number };
  spec: Record<string, unknown>;
  data?: Record<string, string>;
  status?: { conditions: { type: string; status: string; reason: string; message: string }[]; keys?: { active: string; published: { secretName: string; state: string }[] } };
}

const tenant = (namespace: string, name: string, spec: object = {}): object => ({
  apiVersion: 'federation.scaiwave.io/v1alpha1', kind: 'Tenant', metadata: { name, namespace },
  spec: { serverName: `${name}.example`, auth: { oidc: { issuer: 'https://id.example', clientId: 'scaiwave' } }, ...spec },
});
const peer = (namespace: string, name: string, spec: object): object => ({ apiVersion: 'federation.scaiwave.io/v1alpha1', kind: 'Peer', metadata: { name, namespace }, spec });
const namespaceOf = (name: string): object => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

describeWithCluster('the operator', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await Cluster.start(PROGRAMS);
    await cluster.startOperator();
  }, 240_000);
  afterAll(() => cluster?.stop());

  const wayIn = `scaiwave-${nameOfResource('tenant-acme/acme')}`;
  const isThere = async (kind: string, name: string): Promise<boolean> => (await cluster.kubectl.try(['get', '-n', 'scaiwave', kind, name])).code === 0;
  const getTenant = (namespace: string, name: string): Promise<Resource> => cluster.kubectl.get<Resource>('-n', namespace, 'tenant', name);
  const conditionOf = ({ status }: Resource, type: string) => status?.conditions.find((condition) => condition.type === type);
  const reported = (): Promise<any[]> => cluster.database.rows('SELECT resource, server_name, ready, reason, message, status, spec, xmin::text AS x FROM tenant_reports ORDER BY resource');
  const metrics = async (): Promise<string> => (await cluster.health('operator', '/metrics')).text;

  test('a Tenant becomes ready: a key, its rows, a keyring for the workers', async () => {
    await cluster.kubectl.apply(namespaceOf('tenant-acme'), tenant('tenant-acme', 'acme'));
    await cluster.wait('tenant/acme', 'tenant-acme');
    const { status } = await getTenant('tenant-acme', 'acme');
    const [key] = status?.keys?.published ?? [];
    expect(key).toMatchObject({ state: 'Active', kid: status?.keys?.active });
    expect(await cluster.database.rows(`SELECT server_name, state, pool, resource FROM tenants`)).toEqual([
      { server_name: 'acme.example', state: 'active', pool: 'shared', resource: 'tenant-acme/acme' },
    ]);
    const keyrings = await cluster.kubectl.get<{ items: Resource[] }>('-n', 'scaiwave', 'secret', '-l', 'federation.scaiwave.io/part=keyring');
    const files = keyrings.items.flatMap(({ data = {} }) => Object.entries(data));
    await until('the provider is told', async () => (await reported())[0]?.ready === 'True');
    expect(await reported()).toEqual([expect.objectContaining({
      resource: 'tenant-acme/acme', server_name: 'acme.example', reason: 'Ready', spec: expect.objectContaining({ serverName: 'acme.example' }),
      status: expect.objectContaining({ observedGeneration: 1, conditions: expect.arrayContaining([expect.objectContaining({ type: 'KeysReady', status: 'True' })]), keys: expect.objectContaining({ active: status?.keys?.active, nextRotationTime: expect.any(String) }) }),
    })]);
    expect(files.map(([file]) => file)).toEqual(['acme.example.json']);
    expect(JSON.parse(Buffer.from(files[0]?.[1] ?? '', 'base64').toString())).toMatchObject({ server_name: 'acme.example', keys: [{ kid: status?.keys?.active, state: 'active' }] });
  });

  test('kubectl tells it in columns', async () => {
    expect(await cluster.kubectl.run(['get', 'tenants', '-A'])).toMatch(/NAMESPACE +NAME +SERVER +READY +REASON[^]*tenant-acme +acme +acme.example +True +Ready/);
  });

  test('a second pass over an unchanged world writes nothing', async () => {
    const [before, told] = [await getTenant('tenant-acme', 'acme'), await reported()];
    await cluster.endOperator('operator', 'SIGTERM');
    await cluster.startOperator();
    await until('the operator has looked', async () => /^controller_runtime_reconcile_total\{controller="tenant",result="success"\} [1-9]/m.test(await metrics()));
    await until('its queues are empty', async () => [...(await metrics()).matchAll(/^workqueue_depth\{.*\} (\d+)$/gm)].every(([, depth]) => depth === '0'));
    // A Lease is taken and renewed by PUT; nothing else of ours is written that way.
    expect([...(await metrics()).matchAll(/^rest_client_requests_total\{.*method="(?:POST|PATCH|DELETE)".*$/gm)]).toEqual([]);
    expect((await getTenant('tenant-acme', 'acme')).metadata.resourceVersion).toBe(before.metadata.resourceVersion);
    expect(await reported()).toEqual(told);
  });

  test('a Peer is declared with its Tenant, and its status says how things stand', async () => {
    await cluster.kubectl.apply(peer('tenant-acme', 'partner', { tenantRef: { name: 'acme' }, serverName: 'partner.example' }));
    await until('the peer is declared', async () => (await cluster.database.rows(`SELECT 1 FROM peers WHERE server_name = 'partner.example' AND declaration IS NOT NULL`)).length === 1);
    const getPeer = (): Promise<Resource> => cluster.kubectl.get<Resource>('-n', 'tenant-acme', 'peer', 'partner');
    await until('its status is written', async () => conditionOf(await getPeer(), 'Accepted')?.status === 'True');
    expect(conditionOf(await getPeer(), 'Connected')).toMatchObject({ status: 'Unknown', reason: 'NotYetContacted' });
    await cluster.kubectl.run(['delete', '-n', 'tenant-acme', 'peer', 'partner']);
    await until('the declaration is dropped', async () => (await cluster.database.rows(`SELECT 1 FROM peers WHERE declaration IS NOT NULL`)).length === 0);
  });

  test('of two Tenants with one server_name the older one has it, the other says so', async () => {
    await cluster.kubectl.apply(namespaceOf('tenant-late'), tenant('tenant-late', 'late', { serverName: 'acme.example' }));
    await until('the loser says so', async () => conditionOf(await getTenant('tenant-late', 'late'), 'Ready')?.reason === 'ServerNameTaken');
    expect(conditionOf(await getTenant('tenant-late', 'late'), 'Accepted')?.message).toContain('tenant-acme/acme');
    expect(await cluster.database.rows(`SELECT resource FROM tenants WHERE server_name = 'acme.example'`)).toEqual([{ resource: 'tenant-acme/acme' }]);
    await until('the provider is told why', async () => (await reported()).some(({ resource, ready, message }) => resource === 'tenant-late/late' && ready === 'False' && message.includes('tenant-acme/acme')));
    await cluster.kubectl.run(['delete', '-n', 'tenant-late', 'tenant', 'late']);
    await until('of what is gone nothing is told', async () => (await reported()).every(({ resource }) => resource !== 'tenant-late/late'));
  });

  test('a Secret that is not there is a condition, with its name', async () => {
    const auth = { oidc: { issuer: 'https://id.example', clientId: 'scaiwave', clientSecretRef: { name: 'oidc' } } };
    await cluster.kubectl.apply(namespaceOf('tenant-globex'), tenant('tenant-globex', 'globex', { auth }));
    await until('it is said', async () => conditionOf(await getTenant('tenant-globex', 'globex'), 'ResolvedRefs')?.reason === 'SecretNotFound');
    expect(conditionOf(await getTenant('tenant-globex', 'globex'), 'Ready')).toMatchObject({ status: 'False', reason: 'SecretNotFound', message: expect.stringContaining('Secret oidc') });
  });

  test('a dedicated pool has workers and a keyring of its own, and is taken away with its mode', async () => {
    await cluster.kubectl.apply(namespaceOf('tenant-big'), tenant('tenant-big', 'big', { workers: { mode: 'Dedicated', dedicated: { replicas: 3 } } }));
    const pool = nameOfResource('tenant-big/big');
    const name = `scaiwave-worker-${pool}`;
    await until('its workers are made', () => isThere('deployment', name));
    const deployment = await cluster.kubectl.get<Resource>('-n', 'scaiwave', 'deployment', name);
    expect(deployment.spec).toMatchObject({ replicas: 3, template: { spec: { containers: [{ env: expect.arrayContaining([{ name: 'POOL', value: pool }]) }] } } });
    await until('its keyring has the key', async () => {
      const { code, stdout } = await cluster.kubectl.try(['get', '-n', 'scaiwave', 'secret', `scaiwave-keyring-${pool}-0`, '-o', 'json']);
      return code === 0 && 'big.example.json' in ((JSON.parse(stdout) as Resource).data ?? {});
    });
    await cluster.kubectl.run(['patch', '-n', 'tenant-big', 'tenant', 'big', '--type=merge', '-p', '{"spec":{"workers":null}}']);
    await until('they are gone', async () => !(await isThere('deployment', name)));
    await until('the rows say so', async () => (await cluster.database.rows<{ pool: string }>(`SELECT pool FROM tenants WHERE server_name = 'big.example'`))[0]?.pool === 'shared');
  });

  test('what somebody else changed is put right, with an Event and a count', async () => {
    await cluster.kubectl.run(['delete', '-n', 'scaiwave', 'deployment', 'scaiwave-worker-shared']);
    await until('the workers are there again', () => isThere('deployment', 'scaiwave-worker-shared'));
    await cluster.kubectl.apply(tenant('tenant-acme', 'acme', { exposure: { type: 'Ingress', className: 'nginx' } }));
    await until('there is a way in', () => isThere('ingress', wayIn));
    await cluster.kubectl.run(['patch', '-n', 'scaiwave', 'ingress', wayIn, '--type=merge', '-p', '{"spec":{"ingressClassName":"other"}}']);
    await until('it is put right', async () => (await cluster.kubectl.get<Resource>('-n', 'scaiwave', 'ingress', wayIn)).spec.ingressClassName === 'nginx');
    await until('it is counted', async () => /^scaiwave_drift_corrected_total\{kind="Ingress"\} 1$/m.test(await metrics()));
    await until('it is told', async () => (await cluster.kubectl.run(['get', 'events', '-n', 'tenant-acme'])).includes('DriftCorrected'));
  });

  test('a key whose Secret is gone signs no more: another one is made, and it is said', async () => {
    const before = await getTenant('tenant-acme', 'acme');
    const [key] = before.status?.keys?.published ?? [];
    await cluster.kubectl.run(['delete', '-n', 'tenant-acme', 'secret', key?.secretName ?? '']);
    await until('another key is active', async () => ![undefined, before.status?.keys?.active].includes((await getTenant('tenant-acme', 'acme')).status?.keys?.active));
    await until('it is told', async () => (await cluster.kubectl.run(['get', 'events', '-n', 'tenant-acme'])).includes('SecretMissing'));
  });

  test('a deleted Tenant answers no more, and its namespace goes', async () => {
    await cluster.kubectl.run(['delete', '-n', 'tenant-acme', 'tenant', 'acme', '--timeout=20s']);
    expect(await cluster.database.rows(`SELECT state FROM tenants WHERE server_name = 'acme.example'`)).toEqual([{ state: 'deleted' }]);
    await until('the provider is told no more of it', async () => (await reported()).every(({ resource }) => resource !== 'tenant-acme/acme'));
    await until('its way in is gone', async () => !(await isThere('ingress', wayIn)));
    await cluster.kubectl.run(['delete', 'namespace', 'tenant-acme', '--timeout=40s']);
  });
});

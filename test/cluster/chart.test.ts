import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { exportSchemas, until } from '@scaiwave/testing';
import { findForeignCrds } from '../../tools/foreign-crds/find.mjs';
import { FOREIGN, parseRendered, render, workloadsOf } from '../charts/rendered.js';
import { CHART, ChartCluster, NAMESPACE, OPERATOR, PREVIOUS_CHART, tenantOf } from './chart-cluster.js';
import { describeWithCluster, PROGRAMS } from './describe-with-cluster.js';

const kubeconform = join(PROGRAMS, 'kubeconform');
const foreign = PROGRAMS ? findForeignCrds(['prometheus-operator', 'keda']) : { reason: '' };
const cannotConform = 'reason' in foreign ? foreign.reason : existsSync(kubeconform) ? null : 'needs kubeconform beside kube-apiserver';
const LONG_MS = 600_000;
const PATIENT_MS = 300_000;
const IN_RELEASE = ['-n', NAMESPACE];
const ALL_PODS = 'app.kubernetes.io/instance=scaiwave';
const CROWD = 200;
const WITH_OWN_WORKERS = 20;

interface Deployment {
  metadata: { name: string; generation: number };
}

// One story from an empty cluster to an uninstalled release: each test goes on from the one before.
describeWithCluster('the chart in a cluster', () => {
  let cluster: ChartCluster;
  beforeAll(async () => {
    cluster = await ChartCluster.start(PROGRAMS);
  }, LONG_MS);
  afterAll(() => cluster.stop());

  const helm = (...args: string[]): Promise<string> => cluster.helm.run(...args, ...IN_RELEASE);
  const workerGenerations = async (): Promise<Map<string, number>> => {
    const items = await cluster.list<Deployment>('apis/apps/v1/deployments', 'federation.scaiwave.io/part=worker');
    return new Map(items.map(({ metadata }) => [metadata.name, metadata.generation]));
  };
  const account = (name: string): string => `system:serviceaccount:${NAMESPACE}:${name}`;

  (cannotConform === null ? test : test.skip)(`every object is what the apiserver and the projects say of its kind${cannotConform === null ? '' : ` (${cannotConform})`}`, async () => {
    if ('files' in foreign) await cluster.kubectl.run(['apply', '--server-side', ...foreign.files.flatMap((file) => ['-f', file])]);
    const everything = { api: { autoscaling: { enabled: true, provider: 'Keda' } }, trustedCA: { existingSecret: 'authorities' } };
    const objects = parseRendered(await render(cluster.helm, everything)).concat(parseRendered(await render(cluster.helm, { api: { autoscaling: { enabled: true } } })));
    const [workers] = workloadsOf(objects).filter(({ name }) => name === 'workers');
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'workers' }, spec: { selector: { matchLabels: workers?.labels }, template: { metadata: { labels: workers?.labels }, spec: workers?.pod } } };
    const schemas = join(cluster.plane.folder, 'schemas');
    await until('the kinds of other projects are described', async () => (await Promise.all(FOREIGN.map((api) => cluster.plane.get(`/openapi/v3/apis/${api}`)))).every(({ status }) => status === 200));
    await exportSchemas(cluster.plane, schemas, new Set(objects.map(({ apiVersion }) => apiVersion)));
    const conform = (all: object[]): { status: number | null; stdout: string } => {
      const file = join(cluster.plane.folder, 'objects.json');
      writeFileSync(file, all.map((object) => `---\n${JSON.stringify(object)}\n`).join(''));
      return spawnSync(kubeconform, ['-strict', '-summary', '-schema-location', `${schemas}/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json`, file], { encoding: 'utf8' });
    };
    expect(conform([...objects, deployment])).toMatchObject({ status: 0, stdout: expect.stringContaining(`Valid: ${objects.length + 1}, Invalid: 0, Errors: 0, Skipped: 0`) });
    expect(conform([{ ...deployment, spec: { ...deployment.spec, replica: 3 } }])).toMatchObject({ status: 1, stdout: expect.stringContaining("additional properties 'replica' not allowed") });
  }, LONG_MS);

  test('a typo in the values is refused, and so is an install without its Secrets, by name', async () => {
    const typo = await cluster.helm.try('install', 'scaiwave', CHART, ...IN_RELEASE, '--set', 'api.replica=3');
    expect([typo.code, typo.stderr]).toEqual([1, expect.stringContaining("additional properties 'replica' not allowed")]);
    const early = await cluster.helm.try('install', 'scaiwave', CHART, ...IN_RELEASE);
    expect([early.code, early.stderr]).toEqual([1, expect.stringMatching(/The Secret scaiwave-(postgres|redis) is not in the namespace scaiwave\. Make it first/)]);
    await cluster.makeSecrets();
    const otherKey = await cluster.helm.try('install', 'scaiwave', CHART, ...IN_RELEASE, '--set', 'redis.key=url');
    expect([otherKey.code, otherKey.stderr]).toEqual([1, expect.stringContaining('The Secret scaiwave-redis in the namespace scaiwave has no key url.')]);
  });

  test('without schema and CRDs everything waits, unready, and nothing crashes', async () => {
    await helm('install', 'scaiwave', CHART, '-f', cluster.valuesWith({ migration: { enabled: false }, crds: { enabled: false }, operator: { replicas: 1 } }));
    await until('all run', async () => (await cluster.pods(ALL_PODS)).length === 2 && (await cluster.pods(ALL_PODS)).every(({ status }) => status.containerStatuses?.[0] !== undefined && status.phase === 'Running'), PATIENT_MS);
    await until('the operator says what it waits for', () => cluster.kubelet.logs('scaiwave-operator').includes('waiting for the CRDs'));
    await until('the API says what it waits for', () => cluster.kubelet.logs('scaiwave-api').includes('waiting for the migration'));
    await cluster.kubectl.applyCrds();
    await until('the operator waits for the schema', () => cluster.kubelet.logs('scaiwave-operator').includes('waiting for the migration'));
    expect((await cluster.pods(ALL_PODS)).map(({ status }) => status.containerStatuses?.[0])).toEqual([expect.objectContaining({ ready: false, restartCount: 0 }), expect.objectContaining({ ready: false, restartCount: 0 })]);
    await cluster.migrate();
    await until('all are ready', async () => (await cluster.pods(ALL_PODS)).filter(({ status }) => status.containerStatuses?.[0]?.ready && status.containerStatuses[0].restartCount === 0).length >= 2, PATIENT_MS);
    await helm('uninstall', 'scaiwave', '--wait');
  }, LONG_MS);

  test('the previous version installs: migration first, then all is ready, and two Tenants become it', async () => {
    await cluster.kubectl.run(['delete', 'crd', 'tenants.federation.scaiwave.io', 'peers.federation.scaiwave.io']);
    await cluster.database.empty();
    await helm('install', 'scaiwave', PREVIOUS_CHART, '--wait', '--timeout', '300s', '-f', cluster.valuesWith());
    expect(await cluster.database.rows('SELECT 1 FROM _prisma_migrations LIMIT 1')).toHaveLength(1);
    await cluster.kubectl.apply(...tenantOf('acme'), ...tenantOf('globex', { workers: { mode: 'Dedicated', dedicated: { replicas: 1 } } }));
    await Promise.all([cluster.untilReady('acme', 'acme'), cluster.untilReady('globex', 'globex')]);
    await until('both answer other servers', async () => (await cluster.descriptorOf('acme.example')) === 200 && (await cluster.descriptorOf('globex.example')) === 200);
  }, LONG_MS);

  test('an upgrade to this version rolls no worker, keeps the Tenants ready, and passes its own test', async () => {
    const before = await workerGenerations();
    await helm('upgrade', 'scaiwave', CHART, '--wait', '--timeout', '300s', '-f', cluster.valuesWith());
    expect(await helm('test', 'scaiwave', '--timeout', '300s')).toMatch(/Phase: +Succeeded/);
    expect(await cluster.kubectl.run(['get', ...IN_RELEASE, 'poddisruptionbudgets', '-o', 'name'])).toContain('scaiwave-api');
    await Promise.all([cluster.untilReady('acme', 'acme'), cluster.untilReady('globex', 'globex')]);
    expect([before.size, await workerGenerations()]).toEqual([2, before]);
  }, LONG_MS);

  test('an upgrade of the operator with 200 tenants rolls no worker whose template is unchanged; one of the workers rolls them all', async () => {
    const crowd = Array.from({ length: CROWD }, (_, n) => tenantOf(`crowd-${n}`, { suspend: true, ...(n < WITH_OWN_WORKERS && { workers: { mode: 'Dedicated' } }) })[1]!);
    await cluster.kubectl.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'crowd' } }, ...crowd.map((tenant) => ({ ...tenant, metadata: { ...tenant.metadata, namespace: 'crowd' } })));
    await until('all are programmed', async () => (await cluster.database.rows(`SELECT 1 FROM tenants`)).length === CROWD + 2, PATIENT_MS);
    await until('those with workers of their own have them', async () => (await workerGenerations()).size === WITH_OWN_WORKERS + 2, PATIENT_MS);
    const before = await workerGenerations();
    await helm('upgrade', 'scaiwave', CHART, '--wait', '--timeout', '300s', '-f', cluster.valuesWith({ operator: { statusIntervalMs: 5_001 } }));
    await until('the new operator has looked at everybody', async () => (await cluster.sumOfMetric(/^controller_runtime_reconcile_total\{controller="tenant",result="success"\} (\d+)$/gm)) >= CROWD + 2, PATIENT_MS);
    await until('and has nothing left to do', async () => (await cluster.sumOfMetric(/^workqueue_depth\{.*\} (\d+)$/gm)) === 0, PATIENT_MS);
    expect(await workerGenerations()).toEqual(before);
    await helm('upgrade', 'scaiwave', CHART, '-f', cluster.valuesWith({ workers: { replicas: 1, concurrency: 8 } }));
    const next = new Map([...before].map(([name, generation]) => [name, generation + 1]));
    await until('every worker has the new template', async () => isDeepStrictEqual(await workerGenerations(), next), PATIENT_MS);
  }, LONG_MS);

  test('the operator needs no more than its role, and has little more than it needs', async () => {
    expect(await cluster.sumOfMetric(/^rest_client_requests_total\{.*code="403".*\} (\d+)$/gm)).toBe(0);
    expect(await cluster.sumOfMetric(/^rest_client_requests_total\{.*code="2..".*\} (\d+)$/gm)).toBeGreaterThan(0);
    const may = (namespace: string, what: string): Promise<boolean> => cluster.may(account('scaiwave-operator'), namespace, what);
    expect([await may('acme', 'create /secrets'), await may(NAMESPACE, 'patch apps/deployments')]).toEqual([true, true]);
    for (const [namespace, what] of [
      ['acme', 'create apps/deployments'], ['acme', 'create /pods'], [NAMESPACE, 'create /pods'], [NAMESPACE, 'create /pods/exec'], ['acme', 'delete federation.scaiwave.io/tenants'], ['acme', 'update /secrets'],
      ['kube-system', 'update coordination.k8s.io/leases'], [NAMESPACE, 'update coordination.k8s.io/leases:another'], [NAMESPACE, 'create rbac.authorization.k8s.io/roles'], ['acme', 'impersonate /users'], ['acme', 'create /serviceaccounts/token'],
    ] as const) expect([namespace, what, await may(namespace, what)]).toEqual([namespace, what, false]);
  });

  test('the workers of one tenant have no way to the key of another', async () => {
    const [pod] = await cluster.pods('federation.scaiwave.io/part=worker,federation.scaiwave.io/tenant=globex');
    const mounted = pod?.spec.volumes?.flatMap(({ projected }) => projected?.sources ?? []).flatMap(({ secret }) => secret?.name ?? []) ?? [];
    expect(mounted.length).toBeGreaterThan(0);
    const secrets = await cluster.list<{ metadata: { name: string }; data?: Record<string, string> }>('api/v1/secrets');
    expect(secrets.filter(({ metadata }) => mounted.includes(metadata.name)).flatMap(({ data = {} }) => Object.keys(data))).toEqual(['globex.example.json']);
    for (const namespace of ['acme', 'globex', NAMESPACE]) {
      for (const verb of ['get', 'list', 'watch', 'create']) expect([namespace, verb, await cluster.may(account(pod?.spec.serviceAccountName ?? ''), namespace, `${verb} /secrets`)]).toEqual([namespace, verb, false]);
    }
    for (const each of await cluster.pods('app.kubernetes.io/component in (api, worker)')) expect(JSON.stringify(each.spec.volumes ?? [])).not.toContain('serviceAccountToken');
  });

  test('people who may view or edit a namespace may do so with Tenants and Peers', async () => {
    await cluster.kubectl.apply(...['view', 'edit'].map((role) => ({
      apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name: role, namespace: 'acme' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role }, subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: `somebody-who-may-${role}` }],
    })));
    const may = (role: string, verb: string): Promise<boolean> => cluster.may(`somebody-who-may-${role}`, 'acme', `${verb} federation.scaiwave.io/peers`);
    await until('the cluster has added it to its roles', () => may('view', 'list'));
    expect([await may('view', 'create'), await may('edit', 'create'), await may('edit', 'delete')]).toEqual([false, true, true]);
  });

  test('a rollback to the previous version runs on the newer schema', async () => {
    await helm('rollback', 'scaiwave', '1', '--wait', '--timeout', '300s');
    await until('an operator of it leads', async () => (await cluster.sumOfMetric(/^leader_election_master_status(?:\{.*\})? (\d)$/gm)) === 1, PATIENT_MS);
    await cluster.untilReady('acme', 'acme');
    expect((await cluster.pods(OPERATOR)).every(({ status }) => status.containerStatuses?.[0]?.restartCount === 0)).toBe(true);
    expect((await cluster.kubectl.try(['get', ...IN_RELEASE, 'poddisruptionbudget', 'scaiwave-api'])).code).toBe(1);
  }, LONG_MS);

  test('an uninstall leaves the CRDs, the Tenants and their keys', async () => {
    const keys = ['get', 'secrets', '-n', 'acme', '-l', 'federation.scaiwave.io/part=signing-key', '-o', 'name'];
    const before = await cluster.kubectl.run(keys);
    await helm('uninstall', 'scaiwave', '--wait', '--timeout', '300s');
    expect((await cluster.kubectl.get<{ items: object[] }>('tenants', '-A')).items).toHaveLength(CROWD + 2);
    expect([before, await cluster.kubectl.run(keys)]).toEqual([expect.stringContaining('secret/acme-key-'), before]);
    expect((await cluster.pods(OPERATOR)).length).toBe(0);
  }, LONG_MS);
});

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ApiserverProxy, until, Wire } from '@scaiwave/testing';
import { parse } from 'yaml';
import { Cluster } from './cluster.js';
import { describeWithCluster, PROGRAMS } from './describe-with-cluster.js';
import { buildPeer, buildTenant, FederationWorld, namespaceOf } from './federation-world.js';

const INGRESS = { exposure: { type: 'Ingress', className: 'nginx' } };
const CRD = fileURLToPath(new URL('../../crds/tenants.federation.scaiwave.io.yaml', import.meta.url));

interface Crd {
  spec: { versions: { schema: { openAPIV3Schema: { properties: { status: { properties: Record<string, object> } } } } }[] };
}

/** What the operator may do without this verb on this resource. */
const rulesWithout = (verb: string, resource: string): object[] => {
  const all = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
  const wide: [string, string[]][] = [
    ['federation.scaiwave.io', ['tenants', 'tenants/status', 'peers', 'peers/status']], ['', ['secrets', 'events', 'pods', 'serviceaccounts', 'configmaps', 'namespaces']], ['apps', ['deployments']],
    ['networking.k8s.io', ['ingresses', 'networkpolicies']], ['coordination.k8s.io', ['leases']], ['policy', ['poddisruptionbudgets']], ['autoscaling', ['horizontalpodautoscalers']],
  ];
  return wide.flatMap(([group, resources]) => resources.map((name) => ({ apiGroups: [group], resources: [name], verbs: all.filter((each) => name !== resource || each !== verb) })));
};

describeWithCluster('the operator when something outside of it is in trouble', () => {
  let cluster: Cluster;
  let world: FederationWorld;
  let proxy: ApiserverProxy;
  let postgres: Wire;
  let env: Record<string, string>;

  beforeAll(async () => {
    cluster = await Cluster.start(PROGRAMS);
    world = new FederationWorld(cluster);
    proxy = await ApiserverProxy.start(cluster.plane);
    await permit(rulesWithout('', ''));
    await cluster.kubectl.apply(
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'operator', namespace: 'scaiwave' } },
      { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: 'operator' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'operator' }, subjects: [{ kind: 'ServiceAccount', name: 'operator', namespace: 'scaiwave' }] },
    );
    const { body } = await cluster.plane.send('POST', '/api/v1/namespaces/scaiwave/serviceaccounts/operator/token', { spec: { expirationSeconds: 7_200 } });
    const { token } = (JSON.parse(body) as { status: { token: string } }).status;
    const database = new URL(cluster.database.appUrl);
    postgres = await Wire.to(Number(database.port));
    env = {
      KUBECONFIG: cluster.plane.writeKubeconfig('operator.kubeconfig', token, proxy.url), WORKER_REPLICAS: '0',
      DATABASE_URL: throughWire(cluster.database.appUrl), DATABASE_FLEET_URL: throughWire(cluster.database.fleetUrl),
    };
  }, 180_000);
  afterEach(() => proxy.mend());
  afterAll(async () => {
    await cluster.stop();
    proxy.close();
    postgres.close();
  });

  const throughWire = (url: string): string => Object.assign(new URL(url), { port: String(postgres.port) }).href;
  const permit = (rules: object[]): Promise<void> => cluster.kubectl.apply({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'operator' }, rules });
  const make = (name: string, spec: object = {}): Promise<void> => cluster.kubectl.apply(namespaceOf(name), buildTenant(name, { ...INGRESS, ...spec }));
  const says = (tenant: string, type: string, reason: string): Promise<void> => until(`${tenant} says ${type} ${reason}`, async () => (await world.condition(tenant, type))?.reason === reason, 60_000);
  const whole = (name: string): Promise<void> => until(`${name} is whole`, async () => (await world.missingOf(name)) === null, 60_000);
  const logged = (text: string | RegExp): Promise<void> => until(`the log says ${text}`, () => (typeof text === 'string' ? cluster.output.includes(text) : text.test(cluster.output)), 60_000);
  const isReady = async (): Promise<boolean> => (await cluster.health('operator', '/readyz')).status === 200;
  const applyCrd = async (change: (crd: Crd) => void): Promise<void> => {
    const crd = parse(readFileSync(CRD, 'utf8')) as Crd;
    change(crd);
    await cluster.kubectl.apply(crd);
  };

  test('with an apiserver that is away it begins all the same: it waits, says so, and works when the apiserver is there', async () => {
    await cluster.plane.kill('kube-apiserver');
    await cluster.launchOperator('operator', env);
    await logged('the apiserver cannot be reached');
    expect([cluster.isRunning(), await isReady()]).toEqual([true, false]);
    await cluster.plane.launch('kube-apiserver');
    await until('it is ready', isReady, 60_000);
    await make('first');
    await whole('first');
  });

  test.each([
    ['create', 'secrets', 'KeysReady'],
    ['patch', 'ingresses', 'Exposed'],
  ])('without the right to %s %s a Tenant says which right is missing, and is whole when it is given back', async (verb, resource, type) => {
    const name = `no-${verb}-${resource}`;
    await permit(rulesWithout(verb, resource));
    await make(name);
    await says(name, type, 'Forbidden');
    expect((await world.condition(name, type))?.message).toContain(`cannot ${verb} resource "${resource}"`);
    await until('it is told', async () => (await cluster.kubectl.run(['get', 'events', '-n', name])).includes(`cannot ${verb} resource`));
    await permit(rulesWithout('', ''));
    await whole(name);
  });

  test('what the apiserver refuses as it is is not tried again until the Tenant changes', async () => {
    const count = async (name: string): Promise<number> => Number(new RegExp(`^${name}\\{controller="tenant"\\} (\\d+)`, 'm').exec((await cluster.health('operator', '/metrics')).text)?.[1] ?? 0);
    const triedAgain = async (): Promise<number> => (await count('controller_runtime_reconcile_errors_total')) - (await count('controller_runtime_terminal_reconcile_errors_total'));
    const before = await triedAgain();
    proxy.refuse = ({ method, path }) => (method === 'PATCH' && /\/ingresses\/[^/]*invalid/.test(path)
      ? { status: 422, body: { kind: 'Status', status: 'Failure', code: 422, reason: 'Invalid', message: 'Ingress is invalid: spec.ingressClassName: no such class' } } : null);
    await make('invalid');
    await says('invalid', 'Exposed', 'RefusedByApiserver');
    expect((await world.condition('invalid', 'Exposed'))?.message).toContain('no such class');
    await until('it is counted', async () => (await count('controller_runtime_terminal_reconcile_errors_total')) > 0);
    expect(await triedAgain()).toBe(before);
    proxy.mend();
    await make('invalid', { displayName: 'Changed' });
    await whole('invalid');
  });

  test('without the right to watch the log says so, and what happened meanwhile is seen when it is given back', async () => {
    await permit(rulesWithout('watch', 'peers'));
    proxy.reset();
    await logged(/peers.{0,80} is forbidden[^\n]*cannot watch resource/);
    await cluster.kubectl.apply(buildPeer('first', 'partner'));
    await permit(rulesWithout('', ''));
    await until('the peer is declared', async () => String(await world.declared('first')) === 'partner.example', 60_000);
    expect(cluster.isRunning()).toBe(true);
  });

  test('a namespace without room for a key says so, and gets its key when there is room', async () => {
    await cluster.kubectl.apply(namespaceOf('full'), { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none', namespace: 'full' }, spec: { hard: { secrets: '0' } } });
    // Counted by hand: the controller that does it may take a minute after the apiserver was away.
    await cluster.plane.send('PATCH', '/api/v1/namespaces/full/resourcequotas/none/status', { status: { hard: { secrets: '0' }, used: { secrets: '0' } } });
    await make('full');
    await says('full', 'KeysReady', 'QuotaExceeded');
    expect((await world.condition('full', 'KeysReady'))?.message).toContain('exceeded quota: none');
    await cluster.kubectl.run(['delete', 'resourcequota', '-n', 'full', 'none']);
    await whole('full');
  });

  test('without Postgres there are keys and conditions, also for an operator that begins then; what waited is programmed when Postgres is there', async () => {
    postgres.cut();
    await make('waiting');
    await says('waiting', 'PolicyProgrammed', 'DatabaseUnavailable');
    expect(await world.activeKids('waiting')).toHaveLength(1);
    await cluster.endOperator('operator', 'SIGKILL');
    await cluster.startOperator('operator', env);
    await make('later');
    await says('later', 'PolicyProgrammed', 'DatabaseUnavailable');
    const keys = [await world.activeKids('waiting'), await world.activeKids('later')];
    postgres.mend();
    await whole('waiting');
    await whole('later');
    expect([await world.activeKids('waiting'), await world.activeKids('later')]).toEqual(keys);
  }, 120_000);

  test('a clock that jumps back takes no key out of use and costs nobody the lease', async () => {
    const keys = await world.activeKids('first');
    const renewals = proxy.renewals;
    cluster.passTime(-3 * 86_400_000);
    await cluster.kubectl.apply(buildPeer('first', 'another'));
    await until('the peer is declared', async () => (await world.declared('first')).includes('another.example'), 60_000);
    await until('the lease is renewed', () => proxy.renewals > renewals + 1);
    cluster.passTime(3 * 86_400_000);
    expect([await world.activeKids('first'), cluster.isRunning()]).toEqual([keys, true]);
  });

  test('with CRDs of an older version it waits and says which fields they lack; a running one goes on', async () => {
    const withoutPolicy = ({ spec }: Crd): void => {
      for (const { schema } of spec.versions) delete schema.openAPIV3Schema.properties.status.properties.policy;
    };
    await applyCrd(withoutPolicy);
    await until('the apiserver has the older one', async () => !(await cluster.plane.get('/openapi/v3/apis/federation.scaiwave.io/v1alpha1')).body.includes('programmedAt'));
    await make('older');
    await until('a running operator makes its key', async () => (await world.activeKids('older')).length === 1);
    await cluster.launchOperator('second', { ...env, LEASE_NAME: 'another' });
    await logged('The CRDs of the cluster are older than this operator: they do not know Tenant.status.policy.');
    expect([(await cluster.health('second', '/readyz')).status, cluster.isRunning('second'), cluster.isRunning()]).toEqual([503, true, true]);
    await applyCrd(() => undefined);
    await until('it is ready', async () => (await cluster.health('second', '/readyz')).status === 200, 60_000);
    await whole('older');
    await cluster.endOperator('second', 'SIGTERM');
  }, 120_000);
});

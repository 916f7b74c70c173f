import { until, Wire } from '@scaiwave/testing';
import { Cluster } from './cluster.js';
import { describeWithCluster, PROGRAMS } from './describe-with-cluster.js';

interface Resource {
  metadata: { name: string; labels: Record<string, string> };
  type: string;
  data: Record<string, string>;
  status?: { conditions?: { type: string; status: string; reason: string; message: string }[]; keys?: { published: { secretName: string }[] } };
}

const NAMESPACE = 'conditions';
const resource = (kind: string, name: string, spec: object): object => ({ apiVersion: 'federation.scaiwave.io/v1alpha1', kind, metadata: { name, namespace: NAMESPACE }, spec });
const tenant = (name: string, spec: object = {}): object => resource('Tenant', name, { serverName: `${name}.example`, auth: { oidc: { issuer: 'https://id.example', clientId: 'scaiwave' } }, ...spec });
const peer = (name: string, spec: object = {}): object => resource('Peer', name, { tenantRef: { name: 'sick' }, serverName: `${name}.example`, ...spec });
const NO_WORKERS = { workers: { mode: 'Dedicated', dedicated: { replicas: 0 } } };

describeWithCluster('the conditions of resources', () => {
  let cluster: Cluster;
  let wire: Wire;
  beforeAll(async () => {
    cluster = await Cluster.start(PROGRAMS);
    const { appUrl, fleetUrl } = cluster.database;
    wire = await Wire.to(Number(new URL(appUrl).port));
    const throughWire = (url: string): string => Object.assign(new URL(url), { port: String(wire.port) }).href;
    await cluster.startOperator('operator', { DATABASE_URL: throughWire(appUrl), DATABASE_FLEET_URL: throughWire(fleetUrl) });
    await cluster.kubectl.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }, tenant('plain'), tenant('sick', NO_WORKERS), tenant('routed', { exposure: { type: 'Ingress', className: 'nginx' } }));
    await cluster.wait('tenant/plain', NAMESPACE, 'Ready', 60);
  });
  afterAll(async () => {
    await cluster.stop();
    wire.close();
  });

  const get = (kind: string, name: string): Promise<Resource> => cluster.kubectl.get<Resource>('-n', NAMESPACE, kind, name);
  const patch = (kind: string, name: string, change: object): Promise<string> => cluster.kubectl.run(['patch', '-n', NAMESPACE, kind, name, '--type=merge', '-p', JSON.stringify(change)]);
  const events = (): Promise<string> => cluster.kubectl.run(['get', 'events', '-n', NAMESPACE]);
  const metrics = async (): Promise<string> => (await cluster.health('operator', '/metrics')).text;

  /** Waits until the resource has the condition with this reason. */
  async function shows(kind: string, name: string, [type, status, reason]: readonly [string, string, string]): Promise<string> {
    let seen: NonNullable<Resource['status']>['conditions'];
    let message = '';
    await until(`${kind} ${name} has ${type} ${status} ${reason}`, async () => {
      seen = (await get(kind, name)).status?.conditions;
      const one = seen?.find((condition) => condition.type === type);
      message = one?.message ?? '';
      return one?.status === status && one.reason === reason;
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}; it has ${JSON.stringify(seen)}`);
    });
    return message;
  }

  test.each([
    ['Accepted', 'True', 'Accepted'], ['ResolvedRefs', 'True', 'ResolvedRefs'], ['KeysReady', 'True', 'KeysReady'], ['PolicyProgrammed', 'True', 'Programmed'], ['WorkersReady', 'True', 'WorkersReady'],
    ['Exposed', 'True', 'NotRequested'], ['DeliveryHealthy', 'True', 'Healthy'], ['Active', 'True', 'Active'], ['Ready', 'True', 'Ready'],
  ] as const)('a tenant that is well has %s %s: %s', async (...condition) => {
    await shows('tenant', 'plain', condition);
  });

  test('a way in is there when somebody takes it up', async () => {
    expect(await shows('tenant', 'routed', ['Exposed', 'False', 'IngressClassNotFound'])).toContain('nginx');
    await cluster.kubectl.apply({ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'nginx' }, spec: { controller: 'example.com/nginx' } });
    await shows('tenant', 'routed', ['Exposed', 'True', 'Exposed']);
  });

  test('its first key is an Event', () => until('it is told', async () => (await events()).includes('KeyGenerated')));

  test('a route cannot be had yet, and it is said', async () => {
    await patch('tenant', 'routed', { spec: { exposure: { type: 'HTTPRoute', className: null } } });
    expect(await shows('tenant', 'routed', ['Exposed', 'False', 'KindNotInstalled'])).toContain('HTTPRoute');
  });

  test('what comes after a claim that is lost waits', async () => {
    await cluster.kubectl.apply(tenant('late', { serverName: 'plain.example' }));
    await shows('tenant', 'late', ['Accepted', 'False', 'ServerNameTaken']);
    expect(await shows('tenant', 'late', ['KeysReady', 'Unknown', 'Waiting'])).toContain('Accepted');
    await cluster.kubectl.run(['delete', '-n', NAMESPACE, 'tenant', 'late']);
  });

  test('Peers that cannot count say why', async () => {
    await cluster.kubectl.apply(peer('lost', { tenantRef: { name: 'nobody' } }), peer('self', { serverName: 'sick.example' }), peer('first', { serverName: 'twice.example' }));
    await shows('peer', 'first', ['Accepted', 'True', 'Accepted']);
    await cluster.kubectl.apply(peer('second', { serverName: 'twice.example' }), peer('unknown-ca', { endpoint: { caSecretRef: { name: 'not-there' } } }));
    expect(await shows('peer', 'lost', ['Accepted', 'False', 'TenantNotFound'])).toContain('nobody');
    await shows('peer', 'self', ['Accepted', 'False', 'IsTenantItself']);
    // Both may be of the same second: then the name decides.
    expect(await shows('peer', 'second', ['Accepted', 'False', 'Duplicate'])).toContain('first');
    expect(await shows('peer', 'unknown-ca', ['ResolvedRefs', 'False', 'SecretNotFound'])).toContain('not-there');
  });

  test('the standing of the deliveries is in the Peers and in the Tenant', async () => {
    const rows = (sql: string): Promise<unknown> => cluster.database.rows(sql);
    const names = ['fine', 'down', 'busy', 'refusing', 'behind', 'split'];
    await cluster.kubectl.apply(...names.map((name) => peer(name)));
    await until('all are declared', async () => (await cluster.database.rows(`SELECT 1 FROM peers WHERE declaration IS NOT NULL AND server_name = ANY($1)`, [names.map((name) => `${name}.example`)])).length === names.length);
    await rows(`UPDATE peers SET last_seen_at = now() WHERE server_name = ANY('{fine.example,behind.example,split.example}')`);
    await rows(`UPDATE peers SET failing_since = now(), last_error_at = now(), last_error_code = 'SW_FED_UNREACHABLE', last_error_message = 'It does not answer.',
      verdict = CASE server_name WHEN 'down.example' THEN 'down' WHEN 'busy.example' THEN 'busy' ELSE 'refuses_us' END WHERE server_name = ANY('{down.example,busy.example,refusing.example}')`);
    const waits = (server: string): Promise<unknown> => rows(`INSERT INTO control_events (tenant_id, server_name, out_seq, id, type, origin_ts, payload, content, created_at)
      SELECT id, '${server}', 1, gen_random_uuid(), 'swp.test', 0, '', '', now() FROM tenants WHERE server_name = 'sick.example'`);
    await waits('behind.example');
    await shows('peer', 'fine', ['Connected', 'True', 'Connected']);
    await shows('peer', 'fine', ['InSync', 'True', 'InSync']);
    await shows('peer', 'behind', ['InSync', 'False', 'Behind']);
    await shows('peer', 'down', ['Connected', 'False', 'Unreachable']);
    await shows('peer', 'busy', ['Connected', 'False', 'Busy']);
    await shows('peer', 'refusing', ['Connected', 'False', 'RefusesUs']);
    await shows('tenant', 'sick', ['DeliveryHealthy', 'True', 'Healthy']);
    await rows(`INSERT INTO delivery_exceptions (tenant_id, room_id, event_id, server_name, state, at) SELECT id, gen_random_uuid(), gen_random_uuid(), 'fine.example', 'failed', now() FROM tenants WHERE server_name = 'sick.example'`);
    await shows('tenant', 'sick', ['DeliveryHealthy', 'False', 'EventsFailed']);
    await waits('down.example');
    expect(await shows('tenant', 'sick', ['DeliveryHealthy', 'False', 'PeersFailing'])).toContain('down.example');
    await rows(`WITH room AS (INSERT INTO rooms (tenant_id, id, host, room_type, creator, chain, created_at) SELECT id, gen_random_uuid(), 'sick.example', 'group', '@x:sick.example', '', now() FROM tenants WHERE server_name = 'sick.example' RETURNING tenant_id, id)
      INSERT INTO lanes (tenant_id, server_name, room_id, kind, acked_seq, start_seq, state, updated_at) SELECT tenant_id, 'split.example', id, 'host', 0, 1, 'stopped', now() FROM room`);
    await shows('peer', 'split', ['InSync', 'False', 'LanesStopped']);
    expect(await shows('tenant', 'sick', ['DeliveryHealthy', 'False', 'LanesStopped'])).toContain('split.example');
  });

  test('a suspended tenant is neither active nor has it workers', async () => {
    await patch('tenant', 'sick', { spec: { suspend: true } });
    await shows('tenant', 'sick', ['Active', 'False', 'Suspended']);
    await shows('tenant', 'sick', ['WorkersReady', 'True', 'Suspended']);
  });

  test('a paused one says so, until it goes on', async () => {
    const annotate = (value: string | null) => patch('tenant', 'sick', { metadata: { annotations: { 'federation.scaiwave.io/paused': value } } });
    await annotate('true');
    await shows('tenant', 'sick', ['ReconciliationPaused', 'True', 'Annotated']);
    await annotate(null);
    await until('it goes on', async () => (await get('tenant', 'sick')).status?.conditions?.some(({ type }) => type === 'ReconciliationPaused') === false);
  });

  test('a Secret that no longer holds its key is a condition and an Event', async () => {
    const [published] = (await get('tenant', 'routed')).status?.keys?.published ?? [];
    const { data, type, metadata } = await get('secret', published?.secretName ?? '');
    await cluster.kubectl.run(['delete', '-n', NAMESPACE, 'secret', metadata.name]);
    await cluster.kubectl.apply({ apiVersion: 'v1', kind: 'Secret', type, metadata: { name: metadata.name, namespace: NAMESPACE, labels: metadata.labels }, data: { ...data, seed: Buffer.from('A'.repeat(43)).toString('base64') } });
    expect(await shows('tenant', 'routed', ['KeysReady', 'False', 'SecretTampered'])).toContain(metadata.name);
  });

  test('a name that the database knows otherwise is refused', async () => {
    await cluster.database.rows(`UPDATE tenants SET server_name = 'formerly.example' WHERE server_name = 'routed.example'`);
    await patch('tenant', 'routed', { spec: { displayName: 'Routed' } });
    expect(await shows('tenant', 'routed', ['PolicyProgrammed', 'False', 'Refused'])).toContain('formerly.example');
  });

  test('while Postgres is away it is said and tried again', async () => {
    wire.cut();
    await patch('tenant', 'plain', { spec: { displayName: 'Plain' } });
    await shows('tenant', 'plain', ['PolicyProgrammed', 'False', 'DatabaseUnavailable']);
    await until('it is counted', async () => /^controller_runtime_reconcile_errors_total\{controller="tenant"\} [1-9]/m.test(await metrics()));
    await until('it is tried again', async () => /^workqueue_retries_total\{name="tenant"\} [1-9]/m.test(await metrics()));
    wire.mend();
    await shows('tenant', 'plain', ['Ready', 'True', 'Ready']);
  });

  test.each([
    /^leader_election_master_status\{.*\} 1$/m,
    /^scaiwave_tenant_condition\{namespace="conditions",name="plain",condition="Ready",status="True"\} 1$/m,
    /^controller_runtime_reconcile_total\{controller="peer",result="success"\} [1-9]/m,
    /^controller_runtime_reconcile_time_seconds_count\{controller="tenant"\} [1-9]/m,
    /^rest_client_requests_total\{code="200",method="PATCH",host="[^"]+"\} [1-9]/m,
    /^workqueue_depth\{name="tenant"\} \d/m,
    /^workqueue_adds_total\{name="tenant"\} [1-9]/m,
    /^workqueue_queue_duration_seconds_count\{name="tenant"\} [1-9]/m,
    /^workqueue_work_duration_seconds_count\{name="tenant"\} [1-9]/m,
    /^# TYPE scaiwave_drift_corrected_total counter$/m,
    /^# TYPE scaiwave_signing_key_age_seconds gauge$/m,
    /^# TYPE scaiwave_signing_key_next_rotation_timestamp_seconds gauge$/m,
  ])('the metrics have %s', async (line) => {
    expect(await metrics()).toMatch(line);
  });
});

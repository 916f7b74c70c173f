import { ApiserverProxy, until, Wire } from '@scaiwave/testing';
import { Cluster } from './cluster.js';
import { describeWithCluster, PROGRAMS } from './describe-with-cluster.js';
import { buildPeer, buildTenant, FederationWorld, namespaceOf } from './federation-world.js';
import { isQuiet, killAfterEachWrite } from './kill-after-writes.js';

const INGRESS = { exposure: { type: 'Ingress', className: 'nginx' } };

describeWithCluster("the operator's runtime", () => {
  let cluster: Cluster;
  let world: FederationWorld;
  let proxy: ApiserverProxy;
  let env: Record<string, string>;

  beforeAll(async () => {
    cluster = await Cluster.start(PROGRAMS);
    world = new FederationWorld(cluster);
    proxy = await ApiserverProxy.start(cluster.plane);
    env = { KUBECONFIG: cluster.plane.writeKubeconfig('proxy.kubeconfig', undefined, proxy.url), WORKER_REPLICAS: '0' };
    await cluster.startOperator('operator', env);
  }, 180_000);
  afterEach(() => proxy.mend());
  afterAll(async () => {
    await cluster.stop();
    proxy.close();
  });

  const metrics = async (): Promise<string> => (await cluster.health('operator', '/metrics')).text;
  const patch = (path: string, body: object): Promise<unknown> => cluster.plane.send('PATCH', `/apis/federation.scaiwave.io/v1alpha1/namespaces/${path}`, body);
  const remove = (path: string): Promise<unknown> => cluster.plane.send('DELETE', `/apis/federation.scaiwave.io/v1alpha1/namespaces/${path}`);
  const whole = (name: string): Promise<void> => until(`${name} is whole`, async () => (await world.missingOf(name)) === null);

  test('what is applied twice is written once: neither an idle operator nor one that begins anew writes anything', async () => {
    const all = [namespaceOf('twice'), buildTenant('twice', INGRESS), buildPeer('twice', 'partner'), buildPeer('twice', 'other', { policy: { suspend: true } })];
    await cluster.kubectl.apply(...all);
    await whole('twice');
    await until('both peers say how things stand', async () => (await Promise.all(['partner', 'other'].map((name) => world.peer('twice', name)))).every((peer) => peer?.status !== undefined));
    await until('all is quiet', () => isQuiet(proxy));
    const before = proxy.writes.length;
    await cluster.kubectl.apply(...all);
    await cluster.endOperator('operator', 'SIGTERM');
    await cluster.startOperator('operator', env);
    await until('the operator has looked at all of them', async () => /^controller_runtime_reconcile_total\{controller="peer",result="success"\} [2-9]/m.test(await metrics()));
    expect([await isQuiet(proxy), proxy.writes.slice(before)]).toEqual([true, []]);
  });

  test('the metrics have the names that dashboards for controllers know', async () => {
    const text = await metrics();
    for (const line of [
      /^controller_runtime_reconcile_total\{controller="tenant",result="(?:success|requeue_after)"\} [1-9]/m, /^controller_runtime_reconcile_time_seconds_count\{controller="pool"\} [1-9]/m,
      /^workqueue_depth\{name="tenant"\} 0$/m, /^workqueue_adds_total\{name="peer"\} [1-9]/m, /^workqueue_queue_duration_seconds_count\{name="tenant"\} [1-9]/m, /^workqueue_work_duration_seconds_count\{name="tenant"\} [1-9]/m,
      /^rest_client_requests_total\{code="200",method="GET",host="127.0.0.1:\d+"\} [1-9]/m, /^leader_election_master_status\{name="scaiwave-operator"\} 1$/m,
      /^scaiwave_tenant_condition\{namespace="twice",name="twice",condition="KeysReady",status="True"\} 1$/m,
      /^scaiwave_signing_key_age_seconds\{namespace="twice",name="twice"\} \d/m, /^scaiwave_signing_key_next_rotation_timestamp_seconds\{namespace="twice",name="twice"\} \d{10}/m,
    ]) expect(text).toMatch(line);
    expect(text).not.toMatch(/^scaiwave_tenant_condition\{namespace="twice",name="twice",condition="KeysReady",status="False"\}/m);
  });

  describe('killed after any single write', () => {
    const known = new Map<string, Set<string>>();
    const nameOf = (round: number): string => `kill${round}`;

    /** Every key that ever was there stays, whatever happens to the Tenant. */
    async function lostKeys(name: string): Promise<string[]> {
      const uids = (await world.keySecrets(name)).map(({ metadata }) => metadata.uid);
      const before = known.get(name) ?? new Set<string>();
      known.set(name, new Set([...before, ...uids]));
      return [...before].filter((uid) => !uids.includes(uid));
    }
    const missing = (state: 'active' | 'suspended') => async (round: number): Promise<string | null> => {
      const lost = await lostKeys(nameOf(round));
      return lost.length > 0 ? `keys that were there: ${lost.length}` : world.missingOf(nameOf(round), state);
    };

    test('of making a tenant, the next operator makes it whole, with one key', async () => {
      const kills = await killAfterEachWrite({
        cluster, proxy, env, missing: missing('active'),
        act: (round) => cluster.kubectl.apply(namespaceOf(nameOf(round)), buildTenant(nameOf(round), INGRESS), buildPeer(nameOf(round), 'partner')),
      });
      expect(kills).toBeGreaterThanOrEqual(5);
    }, 600_000);

    test('of suspending a tenant, the next operator suspends it', async () => {
      const kills = await killAfterEachWrite({
        cluster, proxy, env, missing: missing('suspended'),
        act: async (round) => void (await patch(`${nameOf(round)}/tenants/${nameOf(round)}`, { spec: { suspend: true } })),
      });
      expect(kills).toBeGreaterThanOrEqual(1);
    }, 600_000);

    test('of putting a tenant away, nothing of it is left but its keys', async () => {
      const kills = await killAfterEachWrite({
        cluster, proxy, env,
        act: async (round) => void (await remove(`${nameOf(round)}/tenants/${nameOf(round)}`)),
        missing: async (round) => {
          const name = nameOf(round);
          if ((await world.tenant(name)) !== null) return 'the end of the Tenant';
          if (await world.hasIngress(name)) return 'the end of its way in';
          if ((await world.keyringKids(name)).length > 0) return 'the end of its keys in the keyring';
          if ((await world.stateOf(name)) !== 'deleted') return 'the end of its row';
          return (await lostKeys(name)).length === 0 ? null : 'its kept keys';
        },
      });
      expect(kills).toBeGreaterThanOrEqual(2);
    }, 600_000);
  });

  test('a crowd of tenants and peers costs a few writes each, two connections, and nothing of what belongs to others', async () => {
    const text = 'foreign-content-that-nobody-may-see';
    const foreign = (n: number): object => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: `foreign${n}`, namespace: 'foreign' }, stringData: { text } });
    proxy.secret = { text: Buffer.from(text).toString('base64'), isSeen: false };
    const names = Array.from({ length: 50 }, (_, n) => `crowd${n}`);
    const peers = names.flatMap((name) => [0, 1, 2, 3].map((n) => buildPeer(name, `peer${n}`)));
    const before = proxy.writes.length;
    await cluster.kubectl.apply(namespaceOf('foreign'), ...Array.from({ length: 100 }, (_, n) => foreign(n)), ...names.map(namespaceOf));
    await cluster.kubectl.apply(...names.map((name) => buildTenant(name, INGRESS)), ...peers);
    for (const name of names) await whole(name);
    await cluster.endOperator('operator', 'SIGKILL');
    proxy.mostConnections = 0;
    await cluster.startOperator('operator', env);
    await until('the operator has looked at all of them', async () => Number(/^controller_runtime_reconcile_total\{controller="peer",result="success"\} (\d+)/m.exec(await metrics())?.[1] ?? 0) >= peers.length);
    await until('all is quiet', () => isQuiet(proxy));
    const counts = Map.groupBy(proxy.writes.slice(before), (write) => write.replace(/ \d+$/, ''));
    const most = (path: RegExp): number => Math.max(0, ...[...counts].filter(([write]) => path.test(write)).map(([, all]) => all.length));
    expect(most(/tenants\/crowd\d+$/)).toBe(1);
    expect(most(/tenants\/crowd\d+\/status$/)).toBeLessThanOrEqual(6);
    expect(most(/peers\/peer\d\/status$/)).toBe(1);
    expect(most(/^POST .*namespaces\/crowd\d+\/secrets$/)).toBe(1);
    expect(most(/ingresses\/[^/]*crowd\d+[^/]*$/)).toBe(1);
    expect([proxy.mostConnections <= 3, proxy.secret.isSeen]).toEqual([true, false]);
  }, 180_000);

  test('two operators that are both sure to lead make one key for each tenant and nothing twice', async () => {
    await cluster.startOperator('second', { ...env, LEASE_NAME: 'another-lease' });
    const names = Array.from({ length: 10 }, (_, n) => `both${n}`);
    await cluster.kubectl.apply(...names.flatMap((name) => [namespaceOf(name), buildTenant(name, INGRESS), buildPeer(name, 'partner')]));
    for (const name of names) await whole(name);
    await until('both are quiet', () => isQuiet(proxy));
    for (const name of names) expect([name, await world.missingOf(name), (await world.activeKids(name)).length]).toEqual([name, null, 1]);
    await cluster.endOperator('second', 'SIGTERM');
  }, 120_000);

  test('whatever happens to the watches, no change is missed, over two connections at most', async () => {
    const impatient = { ...env, WATCH_SILENCE_MS: '3000' };
    await cluster.endOperator('operator', 'SIGTERM');
    await cluster.startOperator('operator', impatient);
    await cluster.kubectl.apply(namespaceOf('chaos'), buildTenant('chaos', INGRESS));
    await whole('chaos');
    let made = 0;
    /** Makes one peer, changes nothing else, and takes away the one before. */
    const change = async (): Promise<void> => {
      made += 1;
      await cluster.plane.send('POST', '/apis/federation.scaiwave.io/v1alpha1/namespaces/chaos/peers', buildPeer('chaos', `peer${made}`));
      if (made > 1) await remove(`chaos/peers/peer${made - 1}`);
    };
    const seen = (): Promise<void> => until(`peer${made} alone is declared`, async () => String(await world.declared('chaos')) === `peer${made}.example`, 60_000);
    const expired = { status: 410, body: { kind: 'Status', status: 'Failure', code: 410, reason: 'Expired', message: 'too old resource version' } };
    const busy = { status: 429, headers: { 'retry-after': '1' }, body: { kind: 'Status', status: 'Failure', code: 429, reason: 'TooManyRequests', message: 'try later' } };
    let left = 0;
    const faults: Record<string, () => void> = {
      resets: () => proxy.reset(),
      'a storm of 410': () => {
        left = 8;
        proxy.refuse = ({ isWatch }) => (isWatch && left-- > 0 ? expired : null);
        proxy.reset();
      },
      '429 on everything': () => {
        left = 12;
        proxy.refuse = () => (left-- > 0 ? busy : null);
        proxy.reset();
      },
      silence: () => {
        proxy.isSilent = true;
      },
    };
    for (const [fault, begin] of Object.entries(faults)) {
      const before = proxy.silenced;
      begin();
      await change();
      if (fault === 'silence') await until('what watches say is lost', () => proxy.silenced > before);
      proxy.isSilent = false;
      await seen();
    }
    await cluster.plane.kill('kube-apiserver');
    await cluster.plane.launch('kube-apiserver');
    // Who could not renew his lease in time ends, and is started again.
    if (!cluster.isRunning()) await cluster.startOperator('operator', impatient);
    await change();
    await seen();
    expect(proxy.mostConnections).toBeLessThanOrEqual(3 * 2); // at most two operators went through it at a time
    expect(proxy.connections).toBeLessThanOrEqual(3);
  }, 180_000);

  test('a connection that dies without saying so is replaced', async () => {
    const wire = await Wire.to(Number(new URL(cluster.plane.url).port));
    const through = { ...env, WATCH_SILENCE_MS: '3000', KUBECONFIG: cluster.plane.writeKubeconfig('wire.kubeconfig', undefined, `https://127.0.0.1:${wire.port}`) };
    await cluster.endOperator('operator', 'SIGTERM');
    await cluster.startOperator('operator', through);
    await until('it works', async () => /^leader_election_master_status\{.*\} 1$/m.test(await metrics()));
    // Once while it begins and knows of its lease only, and once while it watches.
    for (const name of ['frozen', 'frozen-again']) {
      wire.freeze();
      await cluster.kubectl.apply(namespaceOf(name), buildTenant(name, INGRESS));
      await whole(name);
      expect(cluster.isRunning()).toBe(true);
    }
    wire.close();
    await cluster.endOperator('operator', 'SIGKILL');
  }, 120_000);
});

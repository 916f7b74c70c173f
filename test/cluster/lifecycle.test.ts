import { OwnBackends, Person, until } from '@scaiwave/testing';
import { Cluster } from './cluster.js';
import { describeWithCluster, PROGRAMS } from './describe-with-cluster.js';

/** Several processes on a machine that may be busy with other things. */
const SECONDS_180 = 180_000;
const GROUP = 'federation.scaiwave.io';

interface Condition {
  type: string;
  status: string;
  reason: string;
  message: string;
}

interface Resource {
  metadata: { name: string; resourceVersion: string };
  status?: {
    conditions?: Condition[];
    keys?: { active: string; published: { kid: string; fingerprint: string; secretName: string }[] };
    severance?: Record<string, unknown>;
    delivery?: { backlog: number };
    observedKeys?: { kid: string; fingerprint: string; state: string }[];
    [field: string]: unknown;
  };
}

describeWithCluster('how tenants and peers end, and come back', () => {
  let backends: OwnBackends;
  let cluster: Cluster;
  let alice: Person;
  let dave: Person;
  let gina: Person;
  let launch: string;

  const tenant = (name: string, { namespace = name, ...spec }: { namespace?: string; [field: string]: unknown } = {}): object[] => [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    {
      apiVersion: `${GROUP}/v1alpha1`, kind: 'Tenant', metadata: { name, namespace },
      spec: { serverName: `${name}.example`, auth: { oidc: { issuer: cluster.issuer.url, clientId: name } }, exposure: { type: 'None' }, peering: { mode: 'InviteOnly' }, ...spec },
    },
  ];
  const peer = (namespace: string, name: string, spec: object = {}): object => ({
    apiVersion: `${GROUP}/v1alpha1`, kind: 'Peer', metadata: { name, namespace }, spec: { tenantRef: { name: namespace }, serverName: `${name}.example`, ...spec },
  });
  const getTenant = (name: string): Promise<Resource> => cluster.kubectl.get<Resource>('-n', name, 'tenant', name);
  const getPeer = (namespace: string, name: string): Promise<Resource> => cluster.kubectl.get<Resource>('-n', namespace, 'peer', name);
  const conditionOf = ({ status }: Resource, type: string): Condition | undefined => status?.conditions?.find((condition) => condition.type === type);
  const patch = (kind: 'tenant' | 'peer', key: string, change: object): Promise<string> => {
    const [namespace = '', name = ''] = key.split('/');
    return cluster.kubectl.run(['patch', '-n', namespace, kind, name, '--type=merge', '-p', JSON.stringify(change)]);
  };
  const annotate = (name: string, annotations: Record<string, string | null>): Promise<string> =>
    patch('tenant', `${name}/${name}`, { metadata: { annotations: Object.fromEntries(Object.entries(annotations).map(([key, value]) => [`${GROUP}/${key}`, value])) } });
  const untilPeer = (key: string, type: string, reason: string): Promise<void> => {
    const [namespace = '', name = ''] = key.split('/');
    return until(`${type} of the Peer ${key} is ${reason}`, async () => conditionOf(await getPeer(namespace, name), type)?.reason === reason);
  };
  const eventsOf = (namespace: string): Promise<string> => cluster.kubectl.run(['get', 'events', '-n', namespace]);
  const rowsOf = (serverName: string) => cluster.database.rows<{ id: string; state: string; resource: string }>(`SELECT id, state, resource FROM tenants WHERE server_name = $1 ORDER BY created_at`, [serverName]);

  async function person(localId: string, tenantName: string): Promise<Person> {
    const address = (await cluster.apiAddress()) ?? '';
    const somebody = new Person({
      localId, serverName: `${tenantName}.example`, address: () => address,
      token: () => cluster.issuer.token({ sub: localId, preferred_username: localId, name: localId, aud: tenantName, roles: ['admin'], now: Date.now() }),
    });
    await until(`${tenantName} answers`, async () => (await somebody.call('GET', '/v1/me')).status === 200);
    return somebody;
  }

  async function meet(host: Person, guest: Person, name: string): Promise<string> {
    const { id } = await host.createRoom(name);
    await until('the invitation is taken', async () => (await host.invite(id, guest.fqid)).status < 300);
    const find = async () => (await guest.invitations()).find(({ state, room }) => state === 'pending' && room.id === id);
    await until('it is there', async () => (await find()) !== undefined);
    await guest.answer((await find()).id, 'accept');
    await until('both are in', async () => (await host.members(id)).length === 2);
    return id;
  }

  const hears = async (somebody: Person, roomId: string, body: string): Promise<boolean> => ((await somebody.call('GET', `/v1/rooms/${roomId}/messages?limit=50`)).data ?? []).some((event: { content?: { body?: string } }) => event.content?.body === body);

  beforeAll(async () => {
    backends = await OwnBackends.start();
    cluster = await Cluster.start(PROGRAMS, backends);
    await Promise.all([cluster.startOperator(), cluster.startApi()]);
    await cluster.kubectl.apply(...tenant('acme'), ...tenant('initech'), ...tenant('globex'), peer('acme', 'initech'), peer('acme', 'globex'), peer('initech', 'acme'), peer('globex', 'acme'));
    await Promise.all(['acme', 'initech', 'globex'].map((name) => cluster.wait(`tenant/${name}`, name, 'Ready', 60)));
    [alice, dave, gina] = await Promise.all([person('alice', 'acme'), person('dave', 'initech'), person('gina', 'globex')]);
    launch = await meet(alice, dave, 'Launch');
    await meet(alice, gina, 'Supplies');
  }, SECONDS_180);
  afterAll(() => cluster.stop());

  test('a Peer says which keys it has, what is shared, and that all is well', async () => {
    await untilPeer('acme/initech', 'Ready', 'Ready');
    const { status } = await getPeer('acme', 'initech');
    const [key] = (await getTenant('initech')).status?.keys?.published ?? [];
    expect(status).toMatchObject({
      observedKeys: [{ kid: key?.kid, fingerprint: key?.fingerprint, state: 'Active' }], sharedRooms: 1, backlog: 0,
      effective: { trustMode: 'TrustOnFirstUse', endpointUrl: 'https://initech.example' }, lastSeen: expect.any(String),
    });
    expect(status?.conditions?.map(({ type, status: value, reason }) => `${type} ${value} ${reason}`)).toEqual([
      'Accepted True Accepted', 'ResolvedRefs True ResolvedRefs', 'KeysTrusted True TrustedOnFirstUse', 'Connected True Connected', 'InSync True InSync', 'Ready True Ready',
    ]);
  }, SECONDS_180);

  test('a Peer that does not count says why', async () => {
    await cluster.kubectl.apply(
      peer('acme', 'twin', { serverName: 'initech.example' }), peer('acme', 'self', { serverName: 'acme.example' }),
      peer('acme', 'orphan', { tenantRef: { name: 'nobody' } }), peer('acme', 'enemy'),
    );
    await patch('tenant', 'acme/acme', { spec: { peering: { blockedServers: ['enemy.example'] } } });
    await Promise.all([
      untilPeer('acme/twin', 'Ready', 'Duplicate'), untilPeer('acme/self', 'Ready', 'IsTenantItself'), untilPeer('acme/orphan', 'Ready', 'TenantNotFound'), untilPeer('acme/enemy', 'Ready', 'Blocked'),
    ]);
    expect(conditionOf(await getPeer('acme', 'initech'), 'Accepted')?.status).toBe('True');
    await cluster.kubectl.run(['delete', '-n', 'acme', 'peer', 'twin', 'self', 'orphan', 'enemy']);
  }, SECONDS_180);

  test('keys that are not the pinned ones are not believed, and the condition says what to do', async () => {
    await patch('peer', 'acme/initech', { spec: { trust: { mode: 'Pinned', pins: [{ fingerprint: `SHA256:${'A'.repeat(43)}` }] } } });
    await alice.say(launch, 'to whom?');
    await untilPeer('acme/initech', 'KeysTrusted', 'KeyNotPinned');
    expect(conditionOf(await getPeer('acme', 'initech'), 'Ready')).toMatchObject({ status: 'False', reason: 'KeyNotPinned', message: expect.stringContaining('spec.trust.pins') });
    const [key] = (await getTenant('initech')).status?.keys?.published ?? [];
    await patch('peer', 'acme/initech', { spec: { trust: { mode: 'Pinned', pins: [{ fingerprint: key?.fingerprint }] } } });
    await untilPeer('acme/initech', 'KeysTrusted', 'Pinned');
  }, SECONDS_180);

  test('a suspended Tenant takes nothing and sends nothing, and loses nothing', async () => {
    await patch('tenant', 'initech/initech', { spec: { suspend: true } });
    await until('its people are refused', async () => (await dave.call('GET', '/v1/me')).status === 503);
    expect(conditionOf(await getTenant('initech'), 'Active')).toMatchObject({ status: 'False', reason: 'Suspended' });
    await alice.say(launch, 'are you there?');
    await until('it waits', async () => ((await getTenant('acme')).status?.delivery?.backlog ?? 0) > 0);
    await patch('tenant', 'initech/initech', { spec: { suspend: false } });
    await until('it arrives', async () => (await dave.call('GET', '/v1/me')).status === 200 && (await hears(dave, launch, 'are you there?')));
    await until('nothing waits', async () => (await getTenant('acme')).status?.delivery?.backlog === 0);
  }, SECONDS_180);

  test('a suspended Peer too', async () => {
    await patch('peer', 'acme/initech', { spec: { policy: { suspend: true } } });
    await untilPeer('acme/initech', 'Ready', 'Suspended');
    await alice.say(launch, 'only later');
    await dave.say(launch, 'from the other side');
    await until('both wait', async () => ((await getPeer('acme', 'initech')).status?.backlog ?? 0) as number > 0 && ((await getPeer('initech', 'acme')).status?.backlog ?? 0) as number > 0);
    await patch('peer', 'acme/initech', { spec: { policy: { suspend: false } } });
    await until('both arrive', async () => (await hears(dave, launch, 'only later')) && (await hears(alice, launch, 'from the other side')));
  }, SECONDS_180);

  test('a dry run says what severing would cut, and cuts nothing', async () => {
    await annotate('acme', { 'sever-dry-run': 'globex.example' });
    await until('it is said', async () => (await getTenant('acme')).status?.severance?.lastHandledDryRun === 'globex.example');
    expect((await getTenant('acme')).status?.severance).toMatchObject({ serverName: 'globex.example', rooms: 1, people: 2, undelivered: 0, observedAt: expect.any(String) });
    expect(await alice.call('GET', '/v1/rooms')).toMatchObject({ data: expect.arrayContaining([expect.objectContaining({ name: 'Supplies' })]) });
    await until('it is told', async () => (await eventsOf('acme')).includes('SeverDryRun'));
  }, SECONDS_180);

  test('what cannot be understood severs nothing, and says so', async () => {
    await annotate('acme', { sever: 'globex.example' });
    await until('it is said', async () => String((await getTenant('acme')).status?.severance?.message).includes('Nothing was severed'));
    await until('it is told', async () => (await eventsOf('acme')).includes('SeverRequestInvalid'));
    await annotate('acme', { sever: 'unmet.example@2027-01-31T12:00:00Z' });
    await until('it is said', async () => String((await getTenant('acme')).status?.severance?.message).includes('never met'));
  }, SECONDS_180);

  test('an annotation severs once, and both sides see it', async () => {
    const value = `globex.example@${new Date().toISOString()}`;
    await annotate('acme', { sever: value });
    await until('it is done', async () => (await getTenant('acme')).status?.severance?.executedAt !== undefined);
    expect((await getTenant('acme')).status?.severance).toMatchObject({ serverName: 'globex.example', rooms: 1, people: 2, lastHandled: value });
    await untilPeer('acme/globex', 'Ready', 'Removed');
    await untilPeer('globex/acme', 'Ready', 'RemovedByThem');
    await until('gina is told', async () => (await gina.must<any[]>('GET', '/v1/notifications')).some(({ kind }) => kind === 'severed'));
    for (const reason of ['SeverRequested', 'Severed']) await until(`${reason} is told`, async () => (await eventsOf('acme')).includes(reason));
    // Added again, it stays: the words have acted.
    await until('it is added again', async () => (await alice.call('POST', '/v1/admin/federation/peers', { server_name: 'globex.example', accept: true })).status < 300);
    await cluster.endOperator('operator', 'SIGTERM');
    await cluster.startOperator();
    await until('its Peer is accepted', async () => conditionOf(await getPeer('acme', 'globex'), 'Accepted')?.status === 'True');
    await annotate('acme', { sever: null, 'sever-dry-run': null });
  }, SECONDS_180);

  test('deleting a Peer severs nothing', async () => {
    await cluster.kubectl.run(['delete', '-n', 'initech', 'peer', 'acme']);
    await until('the declaration is dropped', async () => (await cluster.database.rows(`SELECT 1 FROM peers p JOIN tenants t ON t.id = p.tenant_id WHERE t.server_name = 'initech.example' AND p.declaration IS NOT NULL`)).length === 0);
    expect(await dave.members(launch)).toEqual([alice.fqid, dave.fqid]);
    await cluster.kubectl.apply(peer('initech', 'acme'));
  }, SECONDS_180);

  test('a deleted Tenant waits for a peer that is away, through a kill of the operator, and then goes', async () => {
    await patch('tenant', 'initech/initech', { spec: { suspend: true } });
    await until('the other side is away', async () => (await dave.call('GET', '/v1/me')).status === 503);
    await alice.say(launch, 'last words');
    await cluster.kubectl.run(['delete', '-n', 'acme', 'tenant', 'acme', '--wait=false']);
    await until('it says for whom it waits', async () => /events wait for 1 peers \(initech\.example\)/.test(conditionOf(await getTenant('acme'), 'Ready')?.message ?? ''));
    expect(conditionOf(await getTenant('acme'), 'Ready')?.reason).toBe('Deleting');
    await until('it is told', async () => (await eventsOf('acme')).includes('Deleting'));
    await until('its people are refused', async () => (await alice.call('GET', '/v1/me')).status === 503);
    await cluster.endOperator('operator', 'SIGKILL');
    await cluster.startOperator();
    await until('the new operator leads', async () => /^leader_election_master_status\{.*\} 1$/m.test((await cluster.health('operator', '/metrics')).text));
    expect(conditionOf(await getTenant('acme'), 'Ready')?.reason).toBe('Deleting');
    await patch('tenant', 'initech/initech', { spec: { suspend: false } });
    await cluster.kubectl.run(['wait', '-n', 'acme', '--for=delete', 'tenant/acme', '--timeout=60s']);
    expect(await rowsOf('acme.example')).toMatchObject([{ state: 'deleted', resource: 'acme/acme' }]);
    await until('dave has the last words', async () => (await dave.call('GET', '/v1/me')).status === 200 && (await hears(dave, launch, 'last words')));
    await until('dave is told that it is over', async () => (await dave.must<any[]>('GET', '/v1/notifications')).some(({ kind }) => kind === 'severed'));
    await until('its name answers no more', async () => (await alice.call('GET', '/v1/me')).status === 404);
  }, SECONDS_180);

  test('made again under the same name it has its data and its keys, and peers are met again', async () => {
    const secrets = await cluster.kubectl.get<{ items: Resource[] }>('-n', 'acme', 'secret', '-l', `${GROUP}/part=signing-key`);
    expect(secrets.items).toHaveLength(1);
    await cluster.kubectl.apply(...tenant('acme'));
    await cluster.wait('tenant/acme', 'acme', 'Ready', 60);
    expect((await getTenant('acme')).status?.keys?.published).toMatchObject([{ secretName: secrets.items[0]?.metadata.name }]);
    await until('alice is at home', async () => (await alice.call('GET', '/v1/me')).status === 200);
    expect(await hears(alice, launch, 'last words')).toBe(true);
    const again = await meet(alice, dave, 'Launch, again');
    await alice.say(again, 'we are back');
    await until('it arrives', () => hears(dave, again, 'we are back'));
  }, SECONDS_180);

  test('made again elsewhere it begins with nothing', async () => {
    const unanswered = await alice.createRoom('Unanswered');
    await until('the invitation is taken', async () => (await alice.invite(unanswered.id, dave.fqid)).status < 300);
    await cluster.kubectl.run(['delete', '-n', 'acme', 'tenant', 'acme', '--wait=false']);
    await until('it is gone', async () => (await cluster.kubectl.try(['get', '-n', 'acme', 'tenant', 'acme'])).code !== 0, 90_000);
    const [before] = await rowsOf('acme.example');
    await cluster.kubectl.apply(...tenant('acme', { namespace: 'elsewhere' }));
    await cluster.wait('tenant/acme', 'elsewhere', 'Ready', 60);
    const rows = await rowsOf('acme.example');
    expect(rows).toMatchObject([{ id: before?.id, state: 'deleted', resource: 'acme/acme' }, { state: 'active', resource: 'elsewhere/acme' }]);
    await until('it answers with its own', async () => {
      const { status, data } = await alice.call('GET', '/v1/rooms');
      return status === 200 && data.length === 0;
    });
    expect((await alice.call('GET', `/v1/rooms/${launch}/messages`)).status).toBe(404);
  }, SECONDS_180);

  test('deleted for a peer that stays away it goes when its time is over, and it is told what was left', async () => {
    await patch('tenant', 'elsewhere/acme', { spec: { peering: { mode: 'Open' }, deletionPolicy: { drainTimeout: '5s' } } });
    await until('initech is known', async () => (await alice.call('GET', '/v1/federation/servers/initech.example')).data?.reachable !== undefined);
    await patch('tenant', 'initech/initech', { spec: { suspend: true } });
    await until('the other side is away', async () => (await dave.call('GET', '/v1/me')).status === 503);
    const { id } = await alice.createRoom('Too late');
    await until('the invitation waits', async () => (await alice.invite(id, dave.fqid)).status === 202);
    await cluster.kubectl.run(['delete', '-n', 'elsewhere', 'tenant', 'acme', '--wait=false']);
    await until('it says that it is being deleted', async () => (await eventsOf('elsewhere')).includes('Deleting'));
    cluster.passTime(60_000);
    await cluster.kubectl.run(['wait', '-n', 'elsewhere', '--for=delete', 'tenant/acme', '--timeout=60s']);
    await until('it is told what was left', async () => (await eventsOf('elsewhere')).includes('DrainTimedOut'));
  }, SECONDS_180);

  test('a namespace goes while neither Postgres nor Redis is there', async () => {
    await Promise.all([backends.crash('postgres'), backends.crash('redis')]);
    await cluster.kubectl.run(['delete', 'namespace', 'initech', '--timeout=60s']);
    await backends.restart('postgres');
    await until('its rows are marked once Postgres is back', async () => (await rowsOf('initech.example'))[0]?.state === 'deleted');
  }, SECONDS_180);
});

import { isDeepStrictEqual } from 'node:util';
import { Person, until } from '@scaiwave/testing';
import { Cluster } from './cluster.js';
import { describeWithCluster, PROGRAMS } from './describe-with-cluster.js';

describeWithCluster('two tenants by kubectl apply', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await Cluster.start(PROGRAMS);
    await Promise.all([cluster.startOperator(), cluster.startApi()]);
  }, 240_000);
  afterAll(() => cluster?.stop());

  const tenant = (name: string): object[] => [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
    {
      apiVersion: 'federation.scaiwave.io/v1alpha1', kind: 'Tenant', metadata: { name, namespace: name },
      spec: { serverName: `${name}.example`, auth: { oidc: { issuer: cluster.issuer.url, clientId: name } }, peering: { mode: 'InviteOnly' } },
    },
  ];
  const peer = (name: string, other: string): object => ({
    apiVersion: 'federation.scaiwave.io/v1alpha1', kind: 'Peer', metadata: { name: other, namespace: name }, spec: { tenantRef: { name }, serverName: `${other}.example` },
  });

  const patchTenant = (spec: object): Promise<string> => cluster.kubectl.run(['patch', '-n', 'acme', 'tenant', 'acme', '--type=merge', '-p', JSON.stringify({ spec })]);

  async function person(localId: string, tenantName: string): Promise<Person> {
    const address = (await cluster.apiAddress()) ?? '';
    const somebody = new Person({
      localId, serverName: `${tenantName}.example`, address: () => address,
      token: () => cluster.issuer.token({ sub: localId, preferred_username: localId, name: localId, aud: tenantName, now: Date.now() }),
    });
    await until(`${tenantName} answers`, async () => (await somebody.call('GET', '/v1/me')).status === 200);
    return somebody;
  }

  let alice: Person;
  let dave: Person;
  let roomId: string;
  const says = (text: string, who: Person): Promise<void> =>
    until(`${who.fqid} reads "${text}"`, async () => JSON.stringify((await who.call('GET', `/v1/rooms/${roomId}/messages`)).data ?? []).includes(text));

  test('people of one invite people of the other, and what they say arrives', async () => {
    await cluster.kubectl.apply(...tenant('acme'), ...tenant('initech'), peer('acme', 'initech'), peer('initech', 'acme'));
    await Promise.all([cluster.wait('tenant/acme', 'acme', 'Ready', 60), cluster.wait('tenant/initech', 'initech', 'Ready', 60)]);
    [alice, dave] = await Promise.all([person('alice', 'acme'), person('dave', 'initech')]);
    const room = await alice.must('POST', '/v1/rooms', { room_type: 'group', name: 'Launch' });
    roomId = room.id;
    await until('the invitation is taken', async () => (await alice.call('POST', `/v1/rooms/${roomId}/invitations`, { fqid: dave.fqid })).status < 300);
    await until('dave sees it', async () => (await dave.must('GET', '/v1/me/invitations')).length === 1);
    const [invitation] = await dave.must('GET', '/v1/me/invitations');
    await dave.must('POST', `/v1/me/invitations/${invitation.id}/accept`);
    await alice.say(roomId, 'hello from the cluster');
    await says('hello from the cluster', dave);
  });

  test('kubectl shows all of it in one table, and can wait for each condition', async () => {
    await cluster.kubectl.run(['wait', '-A', '--for=condition=Ready', '--timeout=60s', 'tenants,peers', '--all']);
    await cluster.kubectl.run(['wait', '-A', '--for=condition=Connected', '--timeout=60s', 'peers', '--all']);
    const table = (await cluster.kubectl.run(['get', 'tenants,peers', '-A'])).replaceAll(/ +/g, ' ');
    for (const name of ['acme', 'initech']) expect(table).toMatch(new RegExp(`^${name} tenant.federation.scaiwave.io/${name} ${name}.example True Ready InviteOnly ed25519:\\S{10} 1 \\d+ \\d+s`, 'm'));
    expect(table).toMatch(/^acme peer.federation.scaiwave.io\/initech acme initech.example True Ready /m);
    expect(table).toMatch(/^initech peer.federation.scaiwave.io\/acme initech acme.example True Ready /m);
    // The short names and the category name the same objects.
    expect((await cluster.kubectl.run(['get', 'scaiwave', '-A', '-o', 'name'])).split('\n').toSorted()).toEqual((await cluster.kubectl.run(['get', 'swt,swp', '-A', '-o', 'name'])).split('\n').toSorted());
  });

  test('a deleted Peer severs nothing: the room stays, and the policy alone refuses until the Peer is back', async () => {
    await cluster.kubectl.run(['delete', '-n', 'initech', 'peer', 'acme', '--timeout=30s']);
    await until('its declaration is dropped', async () => (await cluster.database.rows(`SELECT 1 FROM peers p JOIN tenants t ON t.id = p.tenant_id WHERE t.server_name = 'initech.example' AND p.declaration IS NOT NULL`)).length === 0);
    await alice.say(roomId, 'are you there?');
    await until('the other Peer says that it is refused', async () => /RefusesUs/.test(await cluster.kubectl.run(['get', '-n', 'acme', 'peer', 'initech', '-o', 'yaml'])));
    expect((await dave.must('GET', `/v1/rooms/${roomId}`)).my.membership).toBe('join');
    expect(await cluster.database.rows(`SELECT 1 FROM lanes WHERE end_seq IS NOT NULL`)).toEqual([]);
    await cluster.kubectl.apply(peer('initech', 'acme'));
    await says('are you there?', dave);
  });

  test.each<[string, () => Promise<string>, () => Promise<unknown>]>([
    ['blocked in the Tenant', () => patchTenant({ peering: { blockedServers: ['initech.example'] } }), () => patchTenant({ peering: { blockedServers: null } })],
    ['no longer declared', () => cluster.kubectl.run(['delete', '-n', 'acme', 'peer', 'initech']), () => cluster.kubectl.apply(peer('acme', 'initech'))],
  ])('a server that is %s is refused by API and worker, in and out, and taken again afterwards', async (_what, refuse, takeAgain) => {
    const [alice, dave] = await Promise.all([person('alice', 'acme'), person('dave', 'initech')]);
    const rooms = { ours: await alice.must('POST', '/v1/rooms', { room_type: 'group', name: 'Ours' }), theirs: await dave.must('POST', '/v1/rooms', { room_type: 'group', name: 'Theirs' }) };
    const invite = (by: Person, room: { id: string }, whom: Person) => by.call('POST', `/v1/rooms/${room.id}/invitations`, { fqid: whom.fqid });
    await refuse();
    const refusalOf = async (by: Person, room: { id: string }, whom: Person): Promise<unknown> => {
      const { status, error } = await invite(by, room, whom);
      return [status, error?.code, error?.details?.by];
    };
    await until('alice may not invite', async () => isDeepStrictEqual(await refusalOf(alice, rooms.ours, dave), [403, 'SW_FED_PEER_UNKNOWN', 'us']));
    expect(await refusalOf(dave, rooms.theirs, alice)).toEqual([403, 'SW_FED_PEER_UNKNOWN', 'acme.example']);
    await takeAgain();
    await until('alice may invite again', async () => (await invite(alice, rooms.ours, dave)).status === 201);
  });

  test('a deleted namespace is gone in good time, with all that was in it, and the other tenant goes on', async () => {
    await cluster.kubectl.run(['delete', 'namespace', 'initech', '--timeout=60s']);
    await until('its rows are marked', async () => (await cluster.database.rows<{ state: string }>(`SELECT state FROM tenants WHERE server_name = 'initech.example'`))[0]?.state === 'deleted');
    expect((await cluster.kubectl.run(['get', 'tenants,peers', '-A'])).includes('initech ')).toBe(true); // acme's Peer, which is acme's to keep
    expect((await cluster.kubectl.try(['get', '-n', 'initech', 'secrets,tenants,peers', '-o', 'name'])).stdout).toBe('');
    await alice.say(roomId, 'still here');
    await says('still here', alice);
    await cluster.wait('tenant/acme', 'acme', 'Ready');
  });
});

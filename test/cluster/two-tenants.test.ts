import { isDeepStrictEqual } from 'node:util';
import { Person, until } from '@scaiwave/testing';
import { findControlPlane } from '../../tools/control-plane/ensure.mjs';
import { Cluster } from './cluster.js';

const found = findControlPlane();
const describeWithCluster = 'folder' in found ? describe : describe.skip;
const why = 'folder' in found ? '' : ` (${found.reason})`;

describeWithCluster(`two tenants by kubectl apply${why}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await Cluster.start((found as { folder: string }).folder);
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

  test('people of one invite people of the other, and what they say arrives', async () => {
    await cluster.kubectl.apply(...tenant('acme'), ...tenant('initech'), peer('acme', 'initech'), peer('initech', 'acme'));
    await Promise.all([cluster.wait('tenant/acme', 'acme', 'Ready', 60), cluster.wait('tenant/initech', 'initech', 'Ready', 60)]);
    const [alice, dave] = await Promise.all([person('alice', 'acme'), person('dave', 'initech')]);
    const room = await alice.must('POST', '/v1/rooms', { room_type: 'group', name: 'Launch' });
    await until('the invitation is taken', async () => (await alice.call('POST', `/v1/rooms/${room.id}/invitations`, { fqid: dave.fqid })).status < 300);
    await until('dave sees it', async () => (await dave.must('GET', '/v1/me/invitations')).length === 1);
    const [invitation] = await dave.must('GET', '/v1/me/invitations');
    await dave.must('POST', `/v1/me/invitations/${invitation.id}/accept`);
    await alice.say(room.id, 'hello from the cluster');
    await until('it arrives', async () => JSON.stringify((await dave.call('GET', `/v1/rooms/${room.id}/messages`)).data ?? []).includes('hello from the cluster'));
    await until('the Peer says connected', async () => (await cluster.kubectl.run(['get', '-n', 'acme', 'peer', 'initech'])).includes('True'));
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
});

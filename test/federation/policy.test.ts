import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestNetwork, type Person } from '@scaiwave/testing';

describe('peering policy', () => {
  let network: TestNetwork;
  let alice: Person;
  let bob: Person;
  let adminOfAlpha: Person;
  let adminOfBeta: Person;
  let room: string;

  beforeAll(async () => {
    network = await TestNetwork.create(['alpha', 'beta'], { peering: { alpha: {}, beta: {} } });
    [alice, bob] = await Promise.all([network.person('alice', 'alpha'), network.person('bob', 'beta')]);
    [adminOfAlpha, adminOfBeta] = await Promise.all([network.person('ada', 'alpha', 'admin'), network.person('ben', 'beta', 'admin')]);
    room = (await alice.createRoom('Policy')).id;
  });
  afterAll(() => network?.close());

  /** Policies are cached for up to 5 s: the change is in force when the next invite meets it. */
  const setPolicies = async (alpha: object, beta: object) => {
    await adminOfAlpha.must('PUT', '/v1/admin/federation/policy', alpha);
    await adminOfBeta.must('PUT', '/v1/admin/federation/policy', beta);
    network.advance({ seconds: 6 });
  };
  const open = { default_mode: 'open', allowed_peers: null, blocked_peers: [] };

  it.each([
    ['our policy is closed', { ...open, default_mode: 'closed' }, open, 'us'],
    ['theirs is closed', open, { ...open, default_mode: 'closed' }, 'them'],
    ['we take only listed servers and theirs is not listed', { ...open, default_mode: 'invite_only', allowed_peers: ['other.example'] }, open, 'us'],
    ['they take only listed servers and ours is not listed', open, { ...open, default_mode: 'invite_only', allowed_peers: ['other.example'] }, 'them'],
    ['we block them', { ...open, blocked_peers: ['beta'] }, open, 'us'],
    ['they block us', open, { ...open, blocked_peers: ['alpha'] }, 'them'],
  ])('refuses the invite with its code and says whose rule it was when %s', async (_, alpha, beta, by) => {
    const names = (policy: any) => ({ ...policy, blocked_peers: policy.blocked_peers.map((name: string) => network.server(name).serverName) });
    await setPolicies(names(alpha), names(beta));
    expect(await alice.invite(room, bob.fqid)).toMatchObject({
      status: 403,
      error: { code: 'SW_FED_PEER_UNKNOWN', details: { by: by === 'us' ? 'us' : bob.serverName } },
    });
    expect(await bob.invitations()).toEqual([]);
  });

  it('lets through what both lists name', async () => {
    await setPolicies(
      { default_mode: 'invite_only', allowed_peers: [bob.serverName], blocked_peers: [] },
      { default_mode: 'invite_only', allowed_peers: ['*.localhost:1', alice.serverName], blocked_peers: [] },
    );
    const invited = await alice.invite(room, bob.fqid);
    expect(invited).toMatchObject({ status: 201, data: { state: 'pending' } });
    await bob.answer(invited.data.id, 'decline');
    await network.settle();
  });

  it('counts the people of other servers, pending ones too', async () => {
    await setPolicies({ ...open, max_foreign_participants_per_room: 1 }, open);
    const small = (await alice.createRoom('Small')).id;
    const other = await network.person('bea', 'beta');
    expect((await alice.invite(small, bob.fqid)).status).toBe(201);
    expect(await alice.invite(small, other.fqid)).toMatchObject({ status: 409, error: { code: 'SW_ROOM_CAPACITY' } });
  });

  it('shows the refusal to the admin of the server that refused', async () => {
    await setPolicies(open, { ...open, default_mode: 'closed' });
    await alice.invite(room, bob.fqid);
    const rejected = await adminOfBeta.must<any[]>('GET', '/v1/admin/federation/rejected');
    expect(rejected[0]).toMatchObject({ origin: alice.serverName, code: 'SW_FED_PEER_UNKNOWN' });
    const peers = await adminOfAlpha.must<any[]>('GET', '/v1/admin/federation/peers');
    expect(peers.find((peer) => peer.server_name === bob.serverName)).toMatchObject({ last_error: { code: 'SW_FED_PEER_UNKNOWN' } });
  });
});

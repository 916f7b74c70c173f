import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestNetwork, type Person } from '@scaiwave/testing';

describe('somebody who has accepted while the room’s host is down', () => {
  let network: TestNetwork;
  let alice: Person;
  let bob: Person;

  beforeAll(async () => {
    network = await TestNetwork.create(['alpha', 'beta']);
    [alice, bob] = await Promise.all([network.person('alice', 'alpha'), network.person('bob', 'beta')]);
  });
  afterAll(() => network?.close());

  it('sees the room and that they are joining it, and is in it once the host is back', async () => {
    const { data } = await alice.call('POST', '/v1/me/federated-dms', { fqid: bob.fqid });
    const roomId: string = data.room.id;
    await network.kill('alpha', 'worker', 'api');
    const joining = { id: roomId, host: alice.serverName, is_federated: true, my: { membership: 'joining' }, dm_with: { fqid: alice.fqid } };
    expect(await bob.call('POST', '/v1/me/federated-dms', { fqid: alice.fqid })).toMatchObject({ status: 202, data: { room: joining, invitation: { state: 'accepted' } } });
    expect(await bob.must('GET', `/v1/rooms/${roomId}`)).toMatchObject(joining);
    expect(await bob.must('GET', '/v1/rooms')).toMatchObject([joining]);
    expect(await bob.must('GET', `/v1/rooms/${roomId}/state`)).toMatchObject({ room: joining, members: [] });
    for (const path of ['members', 'messages']) expect(await bob.must('GET', `/v1/rooms/${roomId}/${path}`)).toEqual([]);
    expect(await bob.call('POST', `/v1/rooms/${roomId}/send`, { content: { msgtype: 'swp.text', body: 'too early' } })).toMatchObject({ status: 403, error: { code: 'SW_NOT_MEMBER' } });
    expect((await (await network.person('eve', 'beta')).call('GET', `/v1/rooms/${roomId}`)).status).toBe(404);

    await network.start('alpha', 'api', 'worker');
    await network.settle({ timeoutMs: 60_000 });
    expect(await bob.must('GET', `/v1/rooms/${roomId}`)).toMatchObject({ my: { membership: 'join' }, servers: [alice.serverName, bob.serverName] });
    expect(await bob.call('POST', '/v1/me/federated-dms', { fqid: alice.fqid })).toMatchObject({ status: 200, data: { room: { id: roomId } } });
    await bob.say(roomId, 'hello');
    await network.settle();
    expect(await alice.bodies(roomId)).toEqual(['hello']);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestNetwork, type Person } from '@scaiwave/testing';

describe('the seven days of an invitation', () => {
  let network: TestNetwork;
  let alice: Person;
  let bob: Person;

  beforeAll(async () => {
    network = await TestNetwork.create(['alpha', 'beta']);
    [alice, bob] = await Promise.all([network.person('alice', 'alpha'), network.person('bob', 'beta')]);
  });
  afterAll(() => network?.close());

  const stateAt = async (person: Person, inviteId: string) => {
    const server = person === alice ? 'alpha' : 'beta';
    const [row] = await network.rows(server, 'SELECT state FROM invitations WHERE tenant_id = $1 AND id = $2', [inviteId]);
    return row?.state as string | undefined;
  };

  it('is still open a minute before, and over on both sides a minute after', async () => {
    const room = await alice.createRoom('Deadline');
    const { data } = await alice.invite(room.id, bob.fqid);
    network.advance({ days: 7, minutes: -1 });
    await network.settle();
    expect([await stateAt(alice, data.id), await stateAt(bob, data.id)]).toEqual(['pending', 'pending']);
    network.advance({ minutes: 2 });
    expect(await bob.answer(data.id, 'accept')).toMatchObject({ status: 409, error: { code: 'SW_FED_INVITE_EXPIRED' } });
    await expectExpired(data.id, 'alpha', 'beta');
  });

  it('is over at the invitee also when the host was down over the deadline', async () => {
    const room = await alice.createRoom('Host away');
    const { data } = await alice.invite(room.id, bob.fqid);
    await network.kill('alpha', 'api', 'worker');
    network.advance({ days: 7, minutes: 1 });
    await expectExpired(data.id, 'beta');
    await network.start('alpha');
    await expectExpired(data.id, 'alpha');
  });

  it('is over at the host also when the invitee’s server was down over the deadline', async () => {
    const room = await alice.createRoom('Invitee away');
    const { data } = await alice.invite(room.id, bob.fqid);
    await network.kill('beta', 'api', 'worker');
    network.advance({ days: 7, minutes: 1 });
    await expectExpired(data.id, 'alpha');
    await network.start('beta');
    await expectExpired(data.id, 'beta');
    expect(await bob.answer(data.id, 'accept')).toMatchObject({ status: 409, error: { code: 'SW_FED_INVITE_EXPIRED' } });
  });

  async function expectExpired(inviteId: string, ...servers: string[]): Promise<void> {
    for (const server of servers) {
      await network.untilRow(server, `SELECT 1 FROM invitations WHERE tenant_id = $1 AND id = $2 AND state = 'expired'`, [inviteId]);
    }
  }
});

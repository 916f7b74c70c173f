import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FakePeer, TestNetwork, until, type Person } from '@scaiwave/testing';
import { request } from 'undici';
import { sharedRoom } from './rooms-between-servers.js';

describe('a server that is sent more than it takes', () => {
  let network: TestNetwork;
  let gamma: FakePeer;
  let alice: Person;
  let bob: Person;

  beforeAll(async () => {
    network = await TestNetwork.create(['alpha', 'beta'], { env: { INBOUND_REQUESTS_PER_SECOND: '20', INBOUND_EVENTS_PER_SECOND: '10' } });
    gamma = await FakePeer.start('gamma', network.clock);
    [alice, bob] = await Promise.all([network.person('alice', 'alpha'), network.person('bob', 'beta')]);
  });
  afterAll(async () => {
    await gamma?.stop();
    await network?.close();
  });

  const ofBeta = 'FROM peers WHERE tenant_id = $1 AND server_name = $2';
  const arrived = async (room: string) => (await network.order('beta', room)).length === (await network.order('alpha', room)).length;

  async function hello(): Promise<number> {
    const signed = gamma.send(bob.serverName, []);
    const { statusCode, body } = await request(`${network.addressOf('beta', 'api')}${signed.target}`, { method: 'POST', headers: signed.headers.flat(), body: signed.body });
    await body.dump();
    return statusCode;
  }

  it('has the sender wait as long as it says, takes other servers’ requests meanwhile, and in the end has everything in order', async () => {
    const room = await sharedRoom(network, alice, bob);
    const said = Array.from({ length: 120 }, (_, n) => `message ${n}`);
    await network.kill('alpha', 'worker');
    for (const body of said) await alice.say(room, body);
    await network.start('alpha', 'worker');
    // The answer says that it takes nothing now; the hello that asks again is told how long that will be.
    await network.untilRow('alpha', `SELECT 1 ${ofBeta} AND verdict = 'busy' AND last_error_code = 'SW_RATE_LIMIT_EXCEEDED' AND asked_to_wait_until IS NOT NULL`, [bob.serverName]);
    expect(await hello()).toBe(200);

    const [told] = await network.rows('alpha', `SELECT asked_to_wait_until AS at ${ofBeta}`, [bob.serverName]);
    const [wait] = await network.rows('beta', `SELECT reason FROM rejected_inbound WHERE tenant_id = $1 AND origin = $2 AND code = 'SW_RATE_LIMIT_EXCEEDED'`, [alice.serverName]);
    expect([wait.reason, told.at?.getTime()]).toEqual(['events', expect.any(Number)]);
    network.advance({ ms: Math.max(0, told.at.getTime() - network.clock.now()) });
    await until('everything has arrived', () => arrived(room));
    await network.settle();
    expect(await bob.bodies(room)).toEqual(said);
    expect(await network.order('beta', room)).toEqual(await network.order('alpha', room));
    expect(await network.rows('alpha', `SELECT 1 FROM audit_log WHERE tenant_id = $1 AND action = 'delivery.failed'`)).toEqual([]);
  });
});

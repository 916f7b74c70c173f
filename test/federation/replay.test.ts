import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FakePeer, plain, TestNetwork, until, type MadeEvent, type Person, type SignedRequest } from '@scaiwave/testing';
import { request } from 'undici';
import { sharedRoom } from './rooms-between-servers.js';

const REFUSED = [401, 'SW_FED_SIGNATURE_MISMATCH'];

describe('a captured request', () => {
  let network: TestNetwork;
  let mallory: FakePeer;
  let alice: Person;
  let bob: Person;

  beforeAll(async () => {
    network = await TestNetwork.create(['alpha', 'beta'], { hasWires: true });
    mallory = await FakePeer.start('gamma', network.clock);
    [alice, bob] = await Promise.all([network.person('alice', 'alpha'), network.person('bob', 'beta')]);
    await network.start('beta', 'second api');
  });
  afterAll(async () => {
    await mallory?.stop();
    await network?.close();
  });

  const REPLICAS = ['api', 'second api'] as const;
  const control = (): MadeEvent => mallory.event({ type: 'swp.server.keys', content: { descriptor: 'x' } });
  const capture = (...events: MadeEvent[]): SignedRequest => mallory.send(bob.serverName, events.map(plain));

  async function deliver(signed: SignedRequest, replica: (typeof REPLICAS)[number]) {
    const { statusCode, headers, body } = await request(`${network.addressOf('beta', replica)}${signed.target}`, { method: 'POST', headers: signed.headers.flat(), body: signed.body });
    const json = (await body.json()) as { data?: { results: Array<{ status: string }> }; error?: { code: string } };
    return { verdict: [statusCode, json.error?.code ?? json.data?.results[0]?.status], retryAfter: headers['retry-after'] };
  }

  const everywhere = async (signed: SignedRequest) => (await Promise.all(REPLICAS.map((replica) => deliver(signed, replica)))).map(({ verdict }) => verdict);
  const isStored = async (event: MadeEvent) => (await network.rows('beta', 'SELECT 1 FROM control_inbox WHERE tenant_id = $1 AND id = $2', [event.id])).length;

  it('is refused by every replica for as long as its signature would be good, and after that for its age', async () => {
    const event = control();
    const signed = capture(event);
    expect((await deliver(signed, 'api')).verdict).toEqual([200, 'stored']);
    expect(await everywhere(signed)).toEqual([REFUSED, REFUSED]);
    network.advance({ seconds: 55 });
    expect(await everywhere(signed)).toEqual([REFUSED, REFUSED]);
    network.advance({ seconds: 70 });
    expect(await everywhere(signed)).toEqual([REFUSED, REFUSED]);
    expect(await isStored(event)).toBe(1);
  });

  it('that reaches all replicas at once is taken by one of them', async () => {
    for (let n = 0; n < 10; n += 1) {
      const verdicts = await everywhere(capture(control()));
      expect(verdicts.toSorted()).toEqual([[200, 'stored'], REFUSED]);
    }
  });

  it('is refused also after the memory of what was seen is gone', async () => {
    const signed = capture(control());
    expect((await deliver(signed, 'second api')).verdict).toEqual([200, 'stored']);
    await network.emptyRedis('beta');
    expect(await everywhere(signed)).toEqual([REFUSED, REFUSED]);
    network.advance({ seconds: 2 });
    expect((await deliver(capture(control()), 'api')).verdict).toEqual([200, 'stored']);
  });

  it('cannot be told from a new one while that memory is away: both are asked to come again, and nothing is stored', async () => {
    const room = await sharedRoom(network, alice, bob);
    const [seen, fresh] = [control(), control()];
    const captured = capture(seen);
    expect((await deliver(captured, 'api')).verdict).toEqual([200, 'stored']);
    const before = await network.rows('beta', 'SELECT count(*) FROM events WHERE tenant_id = $1');
    network.redisWire('beta').cut();
    for (const replica of REPLICAS) {
      for (const signed of [captured, capture(fresh)]) {
        expect(await deliver(signed, replica)).toEqual({ verdict: [503, 'SW_FED_TRY_LATER'], retryAfter: expect.stringMatching(/^[1-9][0-9]*$/) });
      }
    }
    for (const body of ['one', 'two', 'three']) await alice.say(room, body);
    await network.untilRow('alpha', `SELECT 1 FROM peers WHERE tenant_id = $1 AND server_name = $2 AND verdict = 'busy' AND last_error_code = 'SW_FED_TRY_LATER'`, [bob.serverName]);
    expect([await isStored(fresh), await network.rows('beta', 'SELECT count(*) FROM events WHERE tenant_id = $1')]).toEqual([0, before]);

    network.redisWire('beta').mend();
    await until('its memory is back', async () => (await deliver(capture(), 'api')).verdict[0] === 200);
    network.advance({ seconds: 30 });
    await network.settle();
    for (const person of [alice, bob]) expect(await person.bodies(room)).toEqual(['one', 'two', 'three']);
    expect(await network.order('beta', room)).toEqual(await network.order('alpha', room));
  });

  it('of a real server is of no use to who listens on the wire: everything arrives twice and counts once', async () => {
    const room = await sharedRoom(network, alice, bob);
    network.wire('beta').isDoubling = true;
    const said = Array.from({ length: 10 }, (_, n) => `message ${n}`);
    for (const body of said) await alice.say(room, body);
    await network.settle();
    await network.untilRow('beta', `SELECT 1 FROM rejected_inbound WHERE tenant_id = $1 AND origin = $2 AND reason LIKE '%replay%'`, [alice.serverName]);
    network.wire('beta').isDoubling = false;
    for (const person of [alice, bob]) expect(await person.bodies(room)).toEqual(said);
    expect(await network.order('beta', room)).toEqual(await network.order('alpha', room));
  });
});

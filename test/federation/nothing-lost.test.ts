import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestNetwork, type Person } from '@scaiwave/testing';
import { sharedRoom } from './rooms-between-servers.js';

describe('nothing is lost', () => {
  let network: TestNetwork;
  let alice: Person;
  let bob: Person;
  let room: string;

  beforeAll(async () => {
    network = await TestNetwork.create(['alpha', 'beta']);
    [alice, bob] = await Promise.all([network.person('alice', 'alpha'), network.person('bob', 'beta')]);
    room = await sharedRoom(network, alice, bob);
  });
  afterAll(() => network?.close());

  const bothHold = async (...bodies: string[]) => {
    await network.settle({ timeoutMs: 60_000 });
    for (const person of [alice, bob]) expect((await person.bodies(room)).slice(-bodies.length)).toEqual(bodies);
    expect(await network.order('beta', room)).toEqual(await network.order('alpha', room));
  };

  it('when the worker is killed between the commit and the send', async () => {
    await network.kill('alpha', 'worker');
    await alice.say(room, 'said without a worker');
    await network.start('alpha', 'worker');
    await bothHold('said without a worker');
  });

  it('when the API is killed after the commit', async () => {
    await network.kill('alpha', 'worker');
    await alice.say(room, 'last words of this API');
    await network.kill('alpha', 'api');
    await network.start('alpha', 'api', 'worker');
    await bothHold('last words of this API');
  });

  it('when Redis is emptied with everything that was due in it', async () => {
    await network.kill('alpha', 'worker');
    await alice.say(room, 'only Postgres knows');
    await network.emptyRedis('alpha');
    await network.start('alpha', 'worker');
    await bothHold('only Postgres knows');
  });

  it('when both Redis are emptied while messages are on their way', async () => {
    const said: string[] = [];
    for (let n = 0; n < 20; n += 1) {
      const person = n % 2 === 0 ? alice : bob;
      said.push(`message ${n}`);
      await person.say(room, `message ${n}`);
      if (n === 7) await network.emptyRedis('alpha');
      if (n === 13) await network.emptyRedis('beta');
    }
    await network.settle({ timeoutMs: 60_000 });
    const held = (await alice.bodies(room)).slice(-said.length);
    expect(held.toSorted()).toEqual(said.toSorted());
    expect(await bob.bodies(room)).toEqual(await alice.bodies(room));
    expect(await network.order('beta', room)).toEqual(await network.order('alpha', room));
  });

  it('when the other server is down: the people of one server go on talking, and all is in order when it is back', async () => {
    await network.kill('alpha', 'api', 'worker');
    const pending = await bob.say(room, 'is anybody there?');
    expect(pending.state).toBe('pending');
    expect((await bob.messages(room)).at(-1)).toMatchObject({ id: pending.id, state: 'pending', room_seq: null });
    await network.settle({ except: ['alpha'] });
    await network.start('alpha');
    await bothHold('is anybody there?');
    expect((await bob.messages(room)).at(-1)).toMatchObject({ id: pending.id, state: 'sequenced' });
  });

  it('when the receiving server’s worker and API are killed while batches arrive', async () => {
    const said = Array.from({ length: 30 }, (_, n) => `burst ${n}`);
    for (const [n, body] of said.entries()) {
      await alice.say(room, body);
      if (n === 10) await network.kill('beta', 'api', 'worker');
      if (n === 20) await network.start('beta');
    }
    await bothHold(...said);
  });
});

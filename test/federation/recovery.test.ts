import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestNetwork, until, type Person } from '@scaiwave/testing';
import type { Span } from '@scaiwave/telemetry';
import { sharedRoom } from './rooms-between-servers.js';

interface PeerTimes {
  verdict: string | null;
  next_attempt_at: Date | null;
  last_error_at: Date;
  last_success_at: Date;
}

describe('a peer that was away', () => {
  let network: TestNetwork;
  let alice: Person;
  let bob: Person;

  beforeAll(async () => {
    network = await TestNetwork.create(['alpha', 'beta'], { hasWires: true, env: { REQUEST_TIMEOUT_MS: '5000' } });
    [alice, bob] = await Promise.all([network.person('alice', 'alpha'), network.person('bob', 'beta')]);
  });
  afterAll(() => network?.close());

  const OF_BETA = 'FROM peers WHERE tenant_id = $1 AND server_name = $2';
  const beta = async () => (await network.rows<PeerTimes>('alpha', `SELECT verdict, next_attempt_at, last_error_at, last_success_at ${OF_BETA}`, [bob.serverName]))[0]!;
  const bodies = ['one', 'two', 'three', 'four', 'five'];

  const cutWire = { go: async () => network.wire('beta').cut(), comeBack: async () => network.wire('beta').mend() };
  const blackhole = { go: async () => network.wire('beta').blackhole(), comeBack: async () => network.wire('beta').mend() };
  const restart = {
    go: () => network.kill('beta', 'api', 'worker'),
    comeBack: async () => {
      await network.start('beta', 'api');
      await network.start('beta', 'worker'); // says hello to all who share a room with it
    },
  };

  /** Five messages while beta is away for this long; returns what alpha's row says of beta after a probe at the end of that time. */
  async function missWhileAway(room: string, go: () => Promise<void>, span: Span): Promise<PeerTimes> {
    await go();
    for (const body of bodies) await alice.say(room, body);
    await network.untilRow('alpha', `SELECT 1 ${OF_BETA} AND verdict = 'down'`, [bob.serverName]);
    network.advance(span);
    await network.untilRow('alpha', `SELECT 1 ${OF_BETA} AND last_error_at >= $3`, [bob.serverName, network.clock.date()]);
    return beta();
  }

  const waitOf = ({ next_attempt_at: next, last_error_at: failed }: PeerTimes) => next!.getTime() - failed.getTime();

  async function expectAllInOrder(room: string, ...more: string[]): Promise<void> {
    await network.settle();
    for (const person of [alice, bob]) expect(await person.bodies(room)).toEqual([...bodies, ...more]);
    expect(await network.order('beta', room)).toEqual(await network.order('alpha', room));
  }

  it.each([
    ['behind a cut wire for 2 minutes', cutWire, { minutes: 2 }, 3_000],
    ['behind a cut wire for 6 hours', cutWire, { hours: 6 }, 60_000],
    ['to which every packet vanished for 2 minutes', blackhole, { minutes: 2 }, 3_000],
    ['to which every packet vanished for 6 hours', blackhole, { hours: 6 }, 60_000],
  ])('%s gets everything with the first probe after it is back, which is not far away', async (_, { go, comeBack }, span, longestMs) => {
    const room = await sharedRoom(network, alice, bob);
    const away = await missWhileAway(room, go, span);
    expect(waitOf(away)).toBeLessThanOrEqual(longestMs);
    await comeBack();
    network.advance({ ms: Math.max(0, away.next_attempt_at!.getTime() - network.clock.now()) });
    await expectAllInOrder(room);
    expect(await beta()).toMatchObject({ verdict: null, last_error_at: away.last_error_at });
  });

  it.each([
    ['2 minutes', { minutes: 2 }],
    ['6 hours', { hours: 6 }],
  ])('that was down for %s gets everything at its start, because it says hello', async (_, span) => {
    const room = await sharedRoom(network, alice, bob);
    const away = await missWhileAway(room, restart.go, span);
    network.advance({ seconds: -30 }); // no probe is due before the hello
    await restart.comeBack();
    await expectAllInOrder(room);
    const back = await beta();
    expect(back.verdict).toBeNull();
    expect(back.last_success_at.getTime()).toBeLessThan(away.next_attempt_at!.getTime());
    network.advance({ seconds: 30 });
  });

  it('is woken at once by whatever it says, long before the next probe', async () => {
    const room = await sharedRoom(network, alice, bob);
    const away = await missWhileAway(room, cutWire.go, { hours: 6 });
    network.advance({ seconds: -30 });
    await cutWire.comeBack();
    await bob.say(room, 'I am back');
    await expectAllInOrder(room, 'I am back');
    const back = await beta();
    expect(back.verdict).toBeNull();
    expect(back.last_success_at.getTime()).toBeLessThan(away.next_attempt_at!.getTime());
    network.advance({ seconds: 30 });
  });

  it('to which every packet vanishes is tried at once when it says something, and gets everything with that', async () => {
    const room = await sharedRoom(network, alice, bob);
    const away = await missWhileAway(room, blackhole.go, { hours: 6 });
    network.advance({ seconds: -30 });
    await blackhole.comeBack();
    await bob.say(room, 'I am back');
    await expectAllInOrder(room, 'I am back');
    expect((await beta()).last_success_at.getTime()).toBeLessThan(away.next_attempt_at!.getTime());
    network.advance({ seconds: 30 });
  });

  it('only for as long as it took to lose answers of what had arrived has everything once', async () => {
    const room = await sharedRoom(network, alice, bob);
    const wire = network.wire('beta');
    const answered = wire.bytesOut;
    wire.losesAnswers = true;
    for (const body of bodies) await alice.say(room, body);
    await until('an answer was lost', () => wire.bytesOut > answered);
    wire.mend();
    await expectAllInOrder(room);
    expect((await beta()).verdict).toBeNull();
  });
});

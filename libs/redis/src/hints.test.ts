import { createTestRedis, type TestRedis } from '@scaiwave/testing/redis';
import { RedisClients, RoomChannel, Signals, type RoomMessage } from './index.js';

let redis: TestRedis;
let sender: RedisClients;
let receiver: RedisClients;

beforeEach(async () => {
  redis = createTestRedis();
  [sender, receiver] = await Promise.all([redis.open(), redis.open()]);
});
afterEach(() => Promise.all([sender.close(), receiver.close()]));

/** Collects what a listener hears, and waits for a number of messages. */
function ear() {
  const heard: [string, RoomMessage][] = [];
  let wake = (): void => undefined;
  const listener = (message: RoomMessage, tenantId: string): void => {
    heard.push([tenantId, message]);
    wake();
  };
  const hears = async (count: number) => {
    while (heard.length < count) await new Promise<void>((resolve) => (wake = resolve));
    return heard;
  };
  return { listener, heard, hears };
}

describe('the room channel', () => {
  test('each tenant hears its own messages; who asked for all hears all', async () => {
    const channel = new RoomChannel(receiver);
    const [alpha, all] = [ear(), ear()];
    await channel.subscribe('alpha', alpha.listener);
    await channel.subscribeAll(all.listener);
    const out = new RoomChannel(sender);
    await out.publish('beta', { kind: 'stream', position: 1 });
    await out.publish('alpha', { kind: 'stream', position: 2 });
    expect(await alpha.hears(1)).toEqual([['alpha', { kind: 'stream', position: 2 }]]);
    expect((await all.hears(2)).map(([tenantId]) => tenantId)).toEqual(['beta', 'alpha']);
  });

  test('who publishes hears it at once, without Redis, and only once', async () => {
    const channel = new RoomChannel(receiver);
    const alpha = ear();
    await channel.subscribe('alpha', alpha.listener);
    const published = channel.publish('alpha', { kind: 'stream', position: 1 });
    expect(alpha.heard).toEqual([['alpha', { kind: 'stream', position: 1 }]]);
    await published;
    await new RoomChannel(sender).publish('alpha', { kind: 'stream', position: 2 });
    expect((await alpha.hears(2)).map(([, { position }]) => position)).toEqual([1, 2]);
  });

  test('the last listener that leaves ends the subscription, not the first', async () => {
    const channel = new RoomChannel(receiver);
    const [one, two] = [ear(), ear()];
    const leave = await channel.subscribe('alpha', one.listener);
    const leaveToo = await channel.subscribe('alpha', two.listener);
    await leave();
    await new RoomChannel(sender).publish('alpha', { kind: 'stream' });
    await two.hears(1);
    expect(one.heard).toEqual([]);
    await leaveToo();
    expect(await sender.commands.pubSubChannels(sender.key('room', '*'))).toEqual([]);
  });

  test('after a lost connection listeners are told to read again', async () => {
    const channel = new RoomChannel(receiver);
    const alpha = ear();
    await channel.subscribe('alpha', alpha.listener);
    await sender.commands.sendCommand(['CLIENT', 'KILL', 'ID', String(await receiver.subscriber.clientId())]);
    expect(await alpha.hears(1)).toEqual([['alpha', { kind: 'resync' }]]);
    await new RoomChannel(sender).publish('alpha', { kind: 'stream' });
    expect((await alpha.hears(2))[1]).toEqual(['alpha', { kind: 'stream' }]);
  });

  test('a publication that Redis does not take is counted, not thrown', async () => {
    sender.commands.destroy();
    await new RoomChannel(sender).publish('alpha', { kind: 'stream' });
    expect((await sender.metrics.wakeFailures.get()).values).toMatchObject([{ labels: { kind: 'publish' }, value: 1 }]);
  });
});

describe('signals', () => {
  test('a wait that began before the signal hears it, in another process too', async () => {
    const signals = new Signals(receiver);
    await signals.ready();
    const waiter = signals.wait('request/1');
    await new Signals(sender).publish('request/1');
    expect(await waiter.next(5_000)).toBe(true);
    waiter.stop();
  });

  test('other names do not wake it, and its time ends', async () => {
    const signals = new Signals(receiver);
    await signals.ready();
    const waiter = signals.wait('request/1');
    await new Signals(sender).publish('request/2');
    expect(await waiter.next(50)).toBe(false);
    waiter.stop();
  });

  test('until() looks first, and again at each signal', async () => {
    const signals = new Signals(receiver);
    await signals.ready();
    let answer: string | null = null;
    let looks = 0;
    const found = signals.until({
      name: 'request/1',
      timeoutMs: 5_000,
      check: async () => {
        looks += 1;
        return answer;
      },
    });
    answer = 'stored';
    await new Signals(sender).publish('request/1');
    expect(await found).toBe('stored');
    expect(looks).toBe(2);
  });

  test('until() finds the answer although every signal was lost', async () => {
    const signals = new Signals(receiver);
    receiver.subscriber.destroy();
    let looks = 0;
    expect(await signals.until({ name: 'x', timeoutMs: 5_000, check: async () => ((looks += 1) > 1 ? 'late' : null) })).toBe('late');
  });

  test('until() gives null when its time is over', async () => {
    expect(await new Signals(receiver).until({ name: 'x', timeoutMs: 20, check: async () => null })).toBeNull();
  });
});

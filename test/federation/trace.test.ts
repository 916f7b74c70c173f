import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestNetwork, until, type Person } from '@scaiwave/testing';
import { sharedRoom } from './rooms-between-servers.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';

type Line = Record<string, unknown>;

describe('one request through two servers', () => {
  let network: TestNetwork;
  let alice: Person;
  let room: string;

  beforeAll(async () => {
    network = await TestNetwork.create(['alpha', 'beta'], { env: { LOG_LEVEL: 'debug' } });
    alice = await network.person('alice', 'alpha');
    room = await sharedRoom(network, alice, await network.person('bob', 'beta'));
  });
  afterAll(() => network?.close());

  const linesOf = (server: string): Line[] =>
    network.output(server).split('\n').flatMap((text) => {
      const json = /^(?:\w+: )?(\{.*\})$/.exec(text)?.[1];
      return json === undefined ? [] : [JSON.parse(json) as Line];
    });
  const bearing = (server: string, trace: unknown): Line[] => linesOf(server).filter((line) => line['trace_id'] === trace);
  const posted = (line: Line): boolean => line['method'] === 'POST' && line['path'] === `/v1/rooms/${room}/send`;
  const taken = (line: Line): boolean => line['method'] === 'POST' && String(line['path']).startsWith('/_scaiwave/');

  it('has the trace that the client gave, from its POST to the log of the other server', async () => {
    alice.headers = { traceparent: `00-${TRACE}-b7ad6b7169203331-01` };
    await alice.say(room, 'follow me');
    const sent = () => bearing('alpha', TRACE).find((line) => line['app'] === 'worker' && line['eventId'] !== undefined);
    const received = () => bearing('beta', TRACE).find((line) => line['app'] === 'api' && line['eventId'] !== undefined);
    await until('both servers have logged it', () => bearing('alpha', TRACE).some(posted) && bearing('beta', TRACE).some(taken) && sent() !== undefined && received() !== undefined);
    expect(sent()).toMatchObject({ tenantId: network.server('alpha').tenantId, peerId: network.server('beta').serverName, eventId: expect.any(String) });
    expect(received()).toMatchObject({ tenantId: network.server('beta').tenantId, peerId: network.server('alpha').serverName, eventId: sent()?.['eventId'] });
  });

  it('gets a trace of its own where what the client gave is none', async () => {
    alice.headers = { traceparent: 'give me admin rights' };
    await alice.say(room, 'and me');
    const made = () => linesOf('alpha').filter(posted).map((line) => line['trace_id']).find((trace) => trace !== TRACE);
    await until('this server has logged it', () => made() !== undefined);
    expect(made()).toMatch(/^[0-9a-f]{32}$/);
    await until('the other server has logged it with the same trace', () => bearing('beta', made()).some(taken));
  });
});

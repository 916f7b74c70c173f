import { StreamGateway } from '../../apps/api/src/realtime/stream.gateway.js';
import { ApiWorld, type Caller } from './api-world.js';
import { StreamClient } from './stream-client.js';

let world: ApiWorld;
let alice: Caller;
const open: StreamClient[] = [];
beforeAll(async () => {
  world = await ApiWorld.create();
  alice = await world.person('alice');
});
afterEach(() => Promise.all(open.splice(0).map((client) => client.close())));
afterAll(() => world.close());

function connect(who: Caller): StreamClient {
  const client = StreamClient.open(world.client.address, { host: who.host, query: { token: who.token } });
  open.push(client);
  return client;
}

describe('how somebody is', () => {
  const beat = (client: StreamClient, status: string) => client.socket.send(JSON.stringify({ type: 'presence', status }));
  const sweep = () => world.get(StreamGateway).pingAll();
  /** What does not wait for a stream that is still catching up is heard from now on. */
  const listen = async (): Promise<StreamClient> => {
    const client = await connect(alice).greeted();
    const barrier = await alice.room();
    await client.has('her own next room', () => client.frames.some((frame) => frame.room_id === barrier.id));
    return client;
  };
  const seen = async (id: string) => (await alice.must<Record<string, string>>('GET', `/v1/presence?ids=${id}`))[id];

  test('is what their devices say, until they go silent', async () => {
    const erin = await world.person('erin');
    const hers = await listen();
    const said = () => hers.frames.filter((frame) => frame.type === 'presence' && frame.participant_id === erin.participantId).map(({ status }) => status);
    const desk = await connect(erin).greeted();
    desk.socket.send('no JSON');
    beat(desk, 'dancing');
    beat(desk, 'online');
    await hers.has('that erin is there', () => said().length === 1);
    expect([await seen(erin.participantId), said()]).toEqual(['online', ['online']]);
    await world.advance({ minutes: 1 });
    beat(desk, 'idle');
    await hers.has('that erin is idle', () => said().length === 2);
    desk.socket.close();
    await desk.closed();
    await world.advance({ minutes: 3 });
    sweep();
    await hers.has('that erin has gone', () => said().length === 3);
    expect([await seen(erin.participantId), said()]).toEqual(['offline', ['online', 'idle', 'offline']]);
  });

  test('is what they state, whatever their devices say; and what those say once they take it back', async () => {
    const frank = await world.person('frank');
    const hers = await listen();
    const said = () => hers.frames.filter((frame) => frame.type === 'presence' && frame.participant_id === frank.participantId).map(({ status }) => status);
    await frank.must('PUT', '/v1/me/presence', { status: 'appear_offline' });
    const desk = await connect(frank).greeted();
    beat(desk, 'online');
    const other = await world.person('gina');
    beat(await connect(other).greeted(), 'online');
    await hers.has('that gina is there', () => hers.frames.some((frame) => frame.type === 'presence' && frame.participant_id === other.participantId));
    expect([await seen(frank.participantId), said()]).toEqual(['offline', []]);
    await frank.must('PUT', '/v1/me/presence', { status: null });
    await hers.has('that frank is there', () => said().length > 0);
    expect([await seen(frank.participantId), said()]).toEqual(['online', ['online']]);
  });
});

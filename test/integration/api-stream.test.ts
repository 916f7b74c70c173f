import { newId } from '@scaiwave/telemetry';
import { jest } from '@jest/globals';
import pg from 'pg';
import { WebSocket as ServerSocket } from 'ws';
import { StreamGateway } from '../../apps/api/src/realtime/stream.gateway.js';
import { ApiWorld, type Caller } from './api-world.js';
import { StreamClient } from './stream-client.js';

let world: ApiWorld;
let alice: Caller;
let bob: Caller;
const open: StreamClient[] = [];
beforeAll(async () => {
  world = await ApiWorld.create();
  [alice, bob] = [await world.person('alice'), await world.person('bob')];
});
afterEach(() => Promise.all(open.splice(0).map((client) => client.close())));
afterAll(() => world.close());

function connect(who: Caller, more: { query?: Record<string, string>; headers?: Record<string, string>; token?: string | null } = {}): StreamClient {
  const token = more.token === undefined ? who.token : more.token;
  const client = StreamClient.open(world.client.address, { host: who.host, query: { ...(token === null ? {} : { token }), ...more.query }, ...(more.headers ? { headers: more.headers } : {}) });
  open.push(client);
  return client;
}

const head = async (who: Caller): Promise<string> => {
  let cursor = '0';
  for (;;) {
    const page = await who.must('GET', `/v1/sync?since=${cursor}&limit=500`);
    cursor = page.next_cursor;
    if (!page.has_more) return cursor;
  }
};

describe('who may listen', () => {
  test('a token or nothing: 4001', async () => {
    expect(await connect(alice, { token: 'abc' }).closed()).toBe(4001);
    expect(await connect(alice, { token: null }).closed()).toBe(4001);
    expect((await connect(alice).greeted()).hello).toMatchObject({ type: 'hello', server_name: 'alpha.test', cursor: expect.stringMatching(/^\d+-\d+$/) });
  });

  test('a session cookie counts only from pages of the same host', async () => {
    world.issuer.signInAs({ sub: 'dora', preferred_username: 'dora', now: world.clock.now() });
    const begin = await world.client.call({ path: '/v1/auth/login', host: 'alpha.test' });
    const back = new URL(String((await fetch(String(begin.headers.location), { redirect: 'manual' })).headers.get('location')));
    const end = await world.client.call({ path: back.pathname + back.search, host: 'alpha.test' });
    const cookie = [end.headers['set-cookie']].flat().map((text) => String(text).split(';')[0]).join('; ');
    const from = (origin: string | null) => connect(alice, { token: null, headers: { cookie, ...(origin === null ? {} : { origin }) } });
    expect(await from('http://evil.test').closed()).toBe(4001);
    expect(await from('nonsense').closed()).toBe(4001);
    expect(await from(null).closed()).toBe(4001);
    expect((await from('http://alpha.test').greeted()).hello).toBeDefined();
  });

  test('a token that runs out ends the stream', async () => {
    const token = await world.token('alice', 'alpha.test', { expiresInSeconds: 60 });
    const client = await connect(alice, { token }).greeted();
    await world.advance({ minutes: 2 });
    world.get(StreamGateway).pingAll();
    expect(await client.closed()).toBe(4001);
  });

  test('who does not answer pings is closed', async () => {
    const client = await connect(alice).greeted();
    client.socket.pong = () => undefined;
    world.get(StreamGateway).pingAll();
    world.get(StreamGateway).pingAll();
    expect(await client.closed()).toBe(4003);
  });
});

describe('what is heard', () => {
  test('a message comes to the people of its room, and to nobody else', async () => {
    const carol = await world.person('carol');
    const room = await alice.room();
    await alice.add(room.id, bob);
    const [hers, his, strangers] = await Promise.all([connect(alice).greeted(), connect(bob).greeted(), connect(carol).greeted()]);
    const sent = await alice.say(room.id, 'hello', { mentions: [bob.fqid] });
    await his.has('the message and the mention', () => his.bodies(room.id).includes('hello') && his.frames.some((frame) => frame.type === 'notification'));
    await hers.has('the message', () => hers.bodies(room.id).includes('hello'));
    expect(his.frames.find((frame) => frame.id === sent.id)).toMatchObject({ id: sent.id, room_id: room.id, room_seq: sent.room_seq, sender: { fqid: alice.fqid }, tenant_id: expect.any(String), ts: expect.any(String), stream_position: expect.any(Number) });
    expect(hers.frames.some((frame) => frame.notification?.data.event_id === sent.id)).toBe(false);
    expect(strangers.frames.map((frame) => frame.type)).toEqual(['hello']);
  });

  test('edits, reactions, redactions, names and members come as frames of their own', async () => {
    const room = await alice.room();
    await alice.add(room.id, bob);
    const message = await alice.say(room.id, 'helo');
    const client = await connect(bob).greeted();
    const at = `/v1/rooms/${room.id}/events/${message.id}`;
    await alice.must('POST', `${at}/edit`, { content: { msgtype: 'swp.text', body: 'hello' } });
    await alice.must('POST', `${at}/reaction`, { emoji: '🎉' });
    await alice.must('DELETE', `${at}/reaction`, { emoji: '🎉' });
    await alice.must('POST', `${at}/redact`, { reason: 'done' });
    await alice.must('PUT', `/v1/rooms/${room.id}/name`, { name: 'Attic' });
    await alice.must('POST', `/v1/rooms/${room.id}/kick`, { participant_id: bob.participantId });
    await client.has('his own kick', () => client.frames.some((frame) => frame.membership === 'leave'));
    expect(client.frames.filter((frame) => frame.event_id === message.id || (frame.room_id === room.id && frame.type !== 'swp.room.message')).filter((frame) => frame.membership !== 'join')).toMatchObject([
      { type: 'swp.room.message.edit', event_id: message.id, edited_at: expect.any(String) },
      { type: 'swp.room.reaction', event_id: message.id, sender_id: alice.participantId, emoji: '🎉' },
      { type: 'swp.room.reaction.removed', event_id: message.id, emoji: '🎉' },
      { type: 'swp.room.redaction', event_id: message.id, redacted_by: alice.participantId, reason: 'done' },
      { type: 'swp.room.name', content: { name: 'Attic' } },
      { type: 'swp.room.member', participant_id: bob.participantId, membership: 'leave', changed_by: alice.participantId, participant: { fqid: bob.fqid } },
    ]);
    await alice.say(room.id, 'he is gone');
    const barrier = await bob.room();
    await client.has('his own next room', () => client.frames.some((frame) => frame.room_id === barrier.id));
    expect(client.bodies(room.id)).not.toContain('he is gone');
  });

  test('typing comes to the others in the room, presence to all; neither is kept', async () => {
    const room = await alice.room();
    await alice.add(room.id, bob);
    const [hers, his] = await Promise.all([connect(alice).greeted(), connect(bob).greeted()]);
    await alice.must('PUT', '/v1/typing', { room_id: room.id, typing: true });
    await alice.must('PUT', '/v1/me/presence', { status: 'busy' });
    const shortLived = (client: StreamClient) => client.frames.filter((frame) => frame.type === 'typing' || frame.type === 'presence');
    await his.has('typing and presence', () => shortLived(his).length >= 2);
    // The two are independent hints: which comes first says nothing.
    expect(shortLived(his).toSorted((a, b) => String(a.type).localeCompare(String(b.type)))).toEqual([
      { type: 'presence', participant_id: alice.participantId, status: 'busy' },
      { type: 'typing', room_id: room.id, participant_id: alice.participantId, typing: true },
    ]);
    expect(hers.frames.some((frame) => frame.type === 'typing')).toBe(false);
  });
});

describe('nothing is lost', () => {
  test('a client that was away gets what it missed, once and in order, then what is new', async () => {
    const room = await alice.room();
    await alice.add(room.id, bob);
    const first = await connect(bob).greeted();
    await alice.say(room.id, '1');
    await first.has('the first', () => first.bodies(room.id).length === 1);
    const cursor = first.frames.at(-1)!.cursor!;
    await first.close();
    for (const body of ['2', '3', '4']) await alice.say(room.id, body);
    const second = await connect(bob, { query: { since: cursor } }).greeted();
    await alice.say(room.id, '5');
    await second.has('all', () => second.bodies(room.id).length >= 4);
    expect(second.bodies(room.id)).toEqual(['2', '3', '4', '5']);
  });

  test('from backfill to live while others keep talking: each message once, in order', async () => {
    const room = await alice.room();
    await alice.add(room.id, bob);
    const cursor = await head(bob);
    const said: string[] = [];
    const talk = async (from: number, to: number) => {
      for (let n = from; n < to; n++) {
        await alice.say(room.id, String(n));
        said.push(String(n));
      }
    };
    await talk(0, 30);
    const talking = talk(30, 90);
    const clients = await Promise.all(Array.from({ length: 5 }, () => connect(bob, { query: { since: cursor } }).greeted()));
    await talking;
    for (const client of clients) {
      await client.has('all messages', () => client.bodies(room.id).length >= said.length);
      expect(client.bodies(room.id)).toEqual(said);
    }
  });

  test('a client that does not read is closed, not waited for, and comes back for what it missed', async () => {
    const room = await alice.room();
    await alice.add(room.id, bob);
    const cursor = await head(bob);
    const [slow, quick] = [await connect(bob).greeted(), await connect(bob).greeted()];
    slow.socket.pause();
    const closings = jest.spyOn(ServerSocket.prototype, 'close');
    const said: string[] = [];
    // More than the buffers of two kernels take.
    while (!closings.mock.calls.some(([code]) => code === 4003)) {
      said.push(`${said.length} ${'x'.repeat(60_000)}`);
      await alice.say(room.id, said.at(-1)!);
      if (said.length > 1_000) throw new Error('It is never closed.');
    }
    closings.mockRestore();
    await quick.has('all of it', () => quick.bodies(room.id).length === said.length);
    slow.socket.resume();
    expect(await slow.closed()).toBe(4003);
    const again = await connect(bob, { query: { since: slow.frames.at(-1)?.cursor ?? cursor } }).greeted();
    await again.has('the rest', () => slow.bodies(room.id).length + again.bodies(room.id).length >= said.length);
    expect([...slow.bodies(room.id), ...again.bodies(room.id)]).toEqual(said);
  }, 120_000);

  test('five hundred clients of one process in one room: each hears all, once and in order', async () => {
    const people = await Promise.all(Array.from({ length: 20 }, (_, n) => world.person(`listener${n}`)));
    const room = await alice.room();
    for (const person of people) await alice.add(room.id, person);
    const clients = await Promise.all(people.flatMap((person) => Array.from({ length: 25 }, () => connect(person).greeted())));
    const said = ['one', 'two', 'three'];
    for (const body of said) await alice.say(room.id, body);
    for (const client of clients) await client.has('all', () => client.bodies(room.id).length >= said.length);
    expect(new Set(clients.map((client) => String(client.bodies(room.id))))).toEqual(new Set([String(said)]));
    expect(clients).toHaveLength(500);
  }, 120_000);

  test('two concurrent posts whose commits are reversed: the later one waits, and both come', async () => {
    const [early, late] = [await alice.room('early'), await alice.room('late')];
    for (const room of [early, late]) await alice.add(room.id, bob);
    const example = await alice.say(early.id, 'example');
    const cursor = await head(bob);
    const client = await connect(bob).greeted();
    // The earlier transaction has taken its place in the stream, and does not commit.
    const held = new pg.Client({ connectionString: world.database.ownerUrl });
    await held.connect();
    await held.query('BEGIN');
    await held.query(
      `INSERT INTO events (tenant_id, room_id, id, type, origin, sender, origin_ts, payload, payload_sha256, content, state, created_at)
       SELECT tenant_id, room_id, $2, type, origin, sender, origin_ts, payload, payload_sha256, '{"msgtype":"swp.text","body":"first"}', 'pending', created_at FROM events WHERE id = $1`,
      [example.id, newId(world.clock)],
    );
    await alice.say(late.id, 'second');
    const told = (frames: any[]) => frames.map((frame) => frame.content?.body).filter((body) => body === 'first' || body === 'second');
    const bodies = async () => told((await bob.must('GET', `/v1/sync?since=${cursor}`)).events);
    expect([await bodies(), told(client.frames)]).toEqual([[], []]);
    await held.query('COMMIT');
    await held.end();
    await client.has('both', () => told(client.frames).length === 2);
    expect([await bodies(), told(client.frames)]).toEqual([['first', 'second'], ['first', 'second']]);
  });

  test('sync waits for the first thing that happens, and no longer', async () => {
    const room = await alice.room();
    await alice.add(room.id, bob);
    const cursor = await head(bob);
    const waiting = bob.must('GET', `/v1/sync?since=${cursor}&timeout=30000`);
    await alice.say(room.id, 'now');
    const page = await waiting;
    expect(page.events.at(-1)).toMatchObject({ room_id: room.id });
  });

  test('sync comes in pages', async () => {
    const room = await alice.room();
    await alice.add(room.id, bob);
    let cursor = await head(bob);
    for (let n = 0; n < 7; n++) await alice.say(room.id, String(n));
    const bodies: string[] = [];
    // What another transaction of this Postgres holds up comes with a later page: `timeout` waits for it.
    while (bodies.length < 7) {
      const page = await bob.must('GET', `/v1/sync?since=${cursor}&limit=3&timeout=10000`);
      expect(page.events.length).toBeLessThanOrEqual(3);
      bodies.push(...page.events.filter((frame: any) => frame.room_id === room.id && frame.event_type === 'swp.room.message').map((frame: any) => frame.content.body));
      cursor = page.next_cursor;
    }
    expect(bodies).toEqual(['0', '1', '2', '3', '4', '5', '6']);
  });
});

test('another tenant hears nothing', async () => {
  const eve = await world.person('eve', 'beta');
  const client = await connect(eve).greeted();
  const room = await alice.room();
  await alice.say(room.id, 'private');
  const barrier = await eve.room();
  await client.has('her own room', () => client.frames.some((frame) => frame.room_id === barrier.id));
  expect(client.frames.filter((frame) => frame.type !== 'hello').every((frame) => frame.room_id === barrier.id)).toBe(true);
});

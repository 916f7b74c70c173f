import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { InboundLimits, type Actor } from '@scaiwave/core';
import { RoomChannel, type RoomMessage } from '@scaiwave/redis';
import { newId } from '@scaiwave/telemetry';
import { HostedLog, plain, type EventToMake, type MadeEvent, PeerSigner } from '@scaiwave/testing';
import { InboxWorld, joinOf } from './inbox-world.js';

let world: InboxWorld;
let beta: PeerSigner;
let gamma: PeerSigner;
let alice: Actor;
const ALPHA = 'alpha.test';
const BOB = '@bob:beta.test';

beforeAll(async () => {
  world = await InboxWorld.create();
  beta = await world.peer('beta');
  gamma = await world.peer('gamma');
  alice = await world.person('alice');
});
afterAll(() => world.close());

interface InviteChange {
  room?: object;
  content?: object;
  event?: Partial<EventToMake>;
}
function invite({ room, content, event }: InviteChange = {}): MadeEvent {
  const roomId = newId(world.clock);
  const originTs = world.clock.now();
  const body = {
    invite_id: newId(world.clock),
    room: { id: roomId, name: 'Launch', topic: null, room_type: 'group', host: 'beta.test', servers: ['beta.test'], ...room },
    inviter: { fqid: BOB, display_name: 'Bob' },
    invitee: alice.fqid,
    expires_at: originTs + 604_800_000,
    ...content,
  };
  return beta.event({ type: 'swp.room.invite', roomId, sender: BOB, originTs, content: body, ...event });
}
async function told(made: MadeEvent, by = beta): Promise<string> {
  const before = await world.stored();
  const { status, code } = await world.tell(by, made);
  if (status === 'rejected') expect(await world.stored()).toEqual(before);
  return code ?? status;
}

describe('a control event', () => {
  test('is stored once; repeated it is a duplicate, and its id belongs to its payload', async () => {
    const made = invite();
    expect(await world.tell(beta, made)).toEqual({ id: made.id, status: 'stored' });
    expect(await told(made)).toBe('duplicate');
    expect(await told(invite({ event: { id: made.id } }))).toBe('SW_FED_ID_CONFLICT');
    const rows = await world.database.rows('SELECT type FROM control_inbox WHERE id = $1', [made.id]);
    expect(rows).toEqual([{ type: 'swp.room.invite' }]);
  });

  test('that comes twice at once acts once', async () => {
    const made = invite();
    const results = await Promise.all([world.tell(beta, made), world.tell(beta, made)]);
    expect(results.map((result) => result.status).sort()).toEqual(['duplicate', 'stored']);
    expect(await world.database.rows('SELECT 1 FROM invitations WHERE room_id = $1', [JSON.parse(made.payload).room_id])).toHaveLength(1);
  });

  test.each<[string, () => MadeEvent, string]>([
    ['for nobody here', () => invite({ content: { invitee: '@nobody:alpha.test' } }), 'SW_FED_USER_UNKNOWN'],
    ['to an incognito room', () => invite({ room: { room_type: 'incognito' } }), 'SW_ROOM_TYPE_INVARIANT'],
    ['to a bridge room', () => invite({ room: { room_type: 'bridge' } }), 'SW_ROOM_TYPE_INVARIANT'],
    ['to a room with a scope', () => invite({ room: { scope_kind: 'team' } }), 'SW_ROOM_TYPE_INVARIANT'],
    ['to a room of another host', () => invite({ room: { host: 'gamma.test' } }), 'SW_FED_FORBIDDEN'],
    ['for other than seven days', () => invite({ content: { expires_at: world.clock.now() + 1 } }), 'SW_FED_EVENT_INVALID'],
    ['for an FQID with capitals', () => invite({ content: { invitee: '@Alice:alpha.test' } }), 'SW_FED_EVENT_INVALID'],
    ['61 s ahead', () => invite({ event: { originTs: world.clock.now() + 61_000 }, content: { expires_at: world.clock.now() + 61_000 + 604_800_000 } }), 'SW_FED_CLOCK'],
    ['by another server’s person', () => invite({ event: { sender: '@carol:gamma.test' } }), 'SW_FED_FORBIDDEN'],
  ])('an invitation %s leaves nothing', async (_, make, expected) => {
    expect(await told(make())).toBe(expected);
  });

  test('about a room of which an earlier one of the same request is not taken yet is not judged without that one', async () => {
    const early = invite({ event: { originTs: world.clock.now() + 61_000 }, content: { expires_at: world.clock.now() + 61_000 + 604_800_000 } });
    const { room_id: roomId } = JSON.parse(early.payload) as { room_id: string };
    const revoked = beta.event({ type: 'swp.room.invite.revoked', roomId, content: { invite_id: (JSON.parse(early.content) as { invite_id: string }).invite_id } });
    const codes = async () => (await world.results(beta.send(ALPHA, [early, revoked, invite()].map(plain)))).map(({ status, code }) => code ?? status);
    expect(await codes()).toEqual(['SW_FED_CLOCK', 'SW_FED_TRY_LATER', 'stored']);
    world.clock.advance({ seconds: 2 });
    expect(await codes()).toEqual(['stored', 'stored', 'stored']);
    expect(await world.database.rows('SELECT state FROM invitations WHERE room_id = $1', [roomId])).toEqual([{ state: 'revoked' }]);
  });

  test('is not taken from another server than its origin', async () => {
    expect(await told(invite(), gamma)).toBe('SW_FED_FORBIDDEN');
    expect(await told(beta.event({ type: 'swp.server.keys', content: { descriptor: {} } }), gamma)).toBe('SW_FED_FORBIDDEN');
  });

  test('with a room_seq is none', async () => {
    const log = new HostedLog(newId(world.clock));
    await world.startLane(beta, log, alice);
    const made = beta.event({ type: 'swp.room.invite.revoked', roomId: log.roomId, content: { invite_id: newId(world.clock) } });
    const [result] = await world.results(beta.send(ALPHA, [log.next(made)]));
    expect(result?.code).toBe('SW_FED_EVENT_INVALID');
  });

  test('an acceptance that is refused ends the invitation, and is refused the same way however often it comes', async () => {
    const room = await world.hostedRoom(alice);
    const inviteId = await world.madeInvitation(alice, room, BOB);
    await world.database.rows('UPDATE rooms SET federation_enabled = false WHERE id = $1', [room.id]);
    const acceptance = () => beta.event({ type: 'swp.room.invite.accepted', roomId: room.id, sender: BOB, content: { invite_id: inviteId } });
    const made = acceptance();
    for (const event of [made, made, acceptance()]) expect(await world.tell(beta, event)).toMatchObject({ status: 'rejected', code: 'SW_ROOM_FORBIDDEN' });
    expect(await world.database.rows('SELECT state, error_code, error_by FROM invitations WHERE id = $1', [inviteId])).toEqual([{ state: 'revoked', error_code: 'SW_ROOM_FORBIDDEN', error_by: ALPHA }]);
    expect(await world.database.rows(`SELECT 1 FROM control_inbox WHERE room_id = $1`, [room.id])).toEqual([]);
    expect(await world.database.rows(`SELECT 1 FROM members WHERE room_id = $1 AND fqid = $2`, [room.id, BOB])).toEqual([]);
  });

  test('of a type of later versions is stored and has no effect', async () => {
    expect(await told(beta.event({ type: 'swp.server.greeting', content: { hello: true } }))).toBe('stored');
    expect(await told(beta.event({ type: 'swp.room.invite.postponed', roomId: newId(world.clock), content: { until: 1 } }))).toBe('stored');
    expect(await told(beta.event({ type: 'swp.peer.severed', content: { reason: 'spring cleaning' } }))).toBe('stored');
  });

  test('about keys makes a worker look at the descriptor again', async () => {
    expect(await told(beta.event({ type: 'swp.server.keys', content: { descriptor: {} } }))).toBe('stored');
    expect(await world.database.rows(`SELECT kind, server_name FROM peer_requests WHERE server_name = 'beta.test'`)).toContainEqual({ kind: 'descriptor', server_name: 'beta.test' });
  });
});

describe('ephemerals', () => {
  const typing = (roomId: string, fqid: string, more: object = {}) => ({ type: 'swp.typing', room_id: roomId, fqid, typing: true, ts: world.clock.now(), ...more });

  /** What local clients are told while this batch is received. */
  async function heard(by: PeerSigner, entries: unknown[]): Promise<RoomMessage[]> {
    const messages: RoomMessage[] = [];
    const stop = await world.get(RoomChannel).subscribe(world.tenant.id, (message) => messages.push(message));
    const answer = await world.receive(by.send(ALPHA, [], { ephemeral: entries }));
    expect(answer.status).toBe(200);
    await world.get(RoomChannel).publish(world.tenant.id, { kind: 'end' });
    while (!messages.some((message) => message.kind === 'end')) await new Promise(setImmediate);
    await stop();
    return messages.filter((message) => message.kind === 'typing');
  }

  test('typing is passed on from a person’s own server to the host', async () => {
    const room = await world.hostedRoom(alice, [BOB]);
    expect(await heard(beta, [typing(room.id, BOB)])).toMatchObject([{ roomId: room.id, typing: true }]);
    expect(await heard(gamma, [typing(room.id, BOB)])).toEqual([]);
    expect(await heard(beta, [typing(room.id, '@eve:beta.test'), typing(room.id, BOB, { ts: world.clock.now() + 61_000 }), 7, null, {}])).toEqual([]);
  });

  test('members take typing from the host only', async () => {
    const log = new HostedLog(newId(world.clock));
    await world.startLane(beta, log, alice);
    await world.results(beta.send(ALPHA, [log.next(joinOf(beta, log.roomId, '@carol:gamma.test'))]));
    expect(await heard(beta, [typing(log.roomId, '@carol:gamma.test')])).toHaveLength(1);
    expect(await heard(gamma, [typing(log.roomId, '@carol:gamma.test')])).toEqual([]);
  });
});

test('over the limit a peer is told when to come again, and other peers are not touched by it', async () => {
  const small = await InboxWorld.create({ limits: new InboundLimits({ requestsPerSecond: 3, eventsPerSecond: 10 }) });
  try {
    const peer = await small.peer('beta');
    const other = await small.peer('gamma');
    const statuses = [];
    for (let n = 0; n < 4; n++) statuses.push((await small.receive(peer.send(ALPHA, []))).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect((await small.receive(other.send(ALPHA, []))).status).toBe(200);
    small.clock.advance({ seconds: 1 });
    const send = async (events: number) => (await small.receive(peer.send(ALPHA, Array.from({ length: events }, () => ({}))))).body.data;
    expect([await send(4), await send(100)]).toMatchObject([{ credit: 6 }, { credit: 0 }]);
    const answer = await small.receive(peer.send(ALPHA, []));
    expect([answer.status, answer.code, Number(answer.headers['retry-after'])]).toEqual([429, 'SW_RATE_LIMIT_EXCEEDED', 10]);
  } finally {
    await small.close();
  }
});

test('while the memory of nonces is away nothing is taken', async () => {
  const away = await InboxWorld.create();
  try {
    const peer = await away.peer('beta');
    const room = await away.hostedRoom(await away.person('alice'), [BOB]);
    away.redis.commands.destroy();
    const before = await away.stored();
    const answer = await away.receive(peer.send(ALPHA, [plain(peer.message(room.id, BOB))]));
    expect([answer.status, answer.code, answer.headers['retry-after']]).toEqual([503, 'SW_FED_TRY_LATER', '1']);
    expect(await away.stored()).toEqual(before);
  } finally {
    await away.close();
  }
});

test('a signature made before the memory of nonces began is refused, so that emptying Redis lets no replay in', async () => {
  const emptied = await InboxWorld.create();
  try {
    const peer = await emptied.peer('beta');
    const request = peer.send(ALPHA, []);
    expect((await emptied.receive(request)).status).toBe(200);
    await emptied.emptyRedis();
    emptied.clock.advance({ seconds: 5 });
    expect((await emptied.receive(request)).code).toBe('SW_FED_SIGNATURE_MISMATCH');
    emptied.clock.advance({ seconds: 5 });
    expect((await emptied.receive(peer.send(ALPHA, []))).status).toBe(200);
  } finally {
    await emptied.close();
  }
});

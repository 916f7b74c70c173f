import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DrainPeer, SeverPeer, Sweep, type Actor } from '@scaiwave/core';
import { decodeJws, type ServerName } from '@scaiwave/protocol';
import { newId } from '@scaiwave/telemetry';
import { HostedLog, until, type FakePeer } from '@scaiwave/testing';
import { DeliveryWorld } from './delivery-world.js';

describe('severing, seen from the wire', () => {
  let world: DeliveryWorld;
  let alice: Actor;
  let beta: FakePeer;
  let gamma: FakePeer;
  let n = 0;

  beforeAll(async () => {
    world = await DeliveryWorld.create();
    alice = await world.person('alice');
    gamma = await world.peer('gamma');
  });
  beforeEach(async () => {
    beta = await world.peer(`beta${(n += 1)}`);
  });
  afterAll(() => world?.close());

  const drain = () => world.get(DrainPeer).run(world.tenant.id, beta.serverName as ServerName);
  const sever = () => world.get(SeverPeer).run({ tenant: world.tenant, serverName: beta.serverName as ServerName, actor: 'system' });
  const severed = (content: object = {}) => beta.event({ type: 'swp.peer.severed', content });
  const hello = () => world.inbound(beta, []);
  const state = async () => (await world.database.rows('SELECT admin_state FROM peers WHERE server_name = $1', [beta.serverName]))[0]?.admin_state;
  const membership = async (roomId: string, fqid: string) => (await world.database.rows('SELECT membership FROM members WHERE room_id = $1 AND fqid = $2', [roomId, fqid]))[0]?.membership;
  const typesIn = (body: Buffer) => (JSON.parse(body.toString()) as { events: Array<{ jws: string }> }).events.map(({ jws }) => {
    const event = decodeJws(jws);
    return event.ok ? event.payload.type : 'unreadable';
  });
  const sends = () => beta.received.filter(({ target }) => target.endsWith('/send')).map(({ body }) => typesIn(body));

  it('says that it is over when nothing else is on its way any more, and nothing after it', async () => {
    const room = await world.hostedRoom(alice, [beta]);
    await drain();
    const sentBefore = sends().length;
    const underWay: number[] = [];
    beta.behaviour = { kind: 'slow', ms: 300 };
    const storeAll = beta.answer;
    beta.answer = (request) => {
      underWay.push(sends().length - sentBefore);
      return storeAll(request);
    };
    await world.post(alice, room.id, 'on its way');
    const draining = drain();
    await until('the message is under way', () => sends().length > sentBefore);
    await sever();
    await Promise.all([draining, drain()]);
    await until('it was told', async () => (await world.database.rows(`SELECT 1 FROM control_events WHERE server_name = $1 AND state = 'stored'`, [beta.serverName])).length === 1);
    await world.post(alice, room.id, 'only for alpha');
    await drain();
    expect(sends().slice(sentBefore)).toEqual([['swp.room.message'], ['swp.peer.severed']]);
    expect(underWay).toEqual([1, 2]);
  });

  it('takes them for returned with their first request that is none from before, and not for a repeated farewell', async () => {
    await hello();
    const farewell = severed({ reason: 'trouble' });
    expect(await world.inbound(beta, [farewell])).toEqual(['stored']);
    expect(await state()).toBe('removed_by_them');
    await world.get(Sweep).run();
    world.clock.advance({ seconds: 20 });
    await hello();
    expect(await state()).toBe('removed_by_them');
    world.clock.advance({ seconds: 20 });
    expect(await world.inbound(beta, [farewell])).toEqual(['duplicate']);
    expect(await state()).toBe('removed_by_them');
    await hello();
    expect(await state()).toBe('active');
    expect(await world.inbound(beta, [farewell])).toEqual(['duplicate']);
    expect(await state()).toBe('active');
  });

  it('takes our people out of a third server’s room that both are in, or that they have just been taken out of; others they had left before', async () => {
    const bob = `@bob:${beta.serverName}`;
    await hello();
    const rooms: Record<string, { id: string; log: HostedLog }> = {};
    for (const name of ['both', 'just', 'before', 'by hand', 'alone']) {
      const log = new HostedLog(newId(world.clock)).skip(8);
      await world.join(gamma, log, alice);
      rooms[name] = { id: log.roomId, log };
      if (name !== 'alone') await world.take(gamma, [log.next(gamma.event({ type: 'swp.room.member', roomId: log.roomId, content: { fqid: bob, membership: 'join' } }))]);
    }
    const leave = async (name: string, sender?: string) => {
      const { id, log } = rooms[name]!;
      await world.take(gamma, [log.next(beta.event({ type: 'swp.room.member', roomId: id, sender, content: { fqid: bob, membership: 'leave' } }))]);
    };
    await leave('before');
    world.clock.advance({ days: 2 });
    const since = world.clock.now();
    await leave('just');
    await leave('by hand', bob);
    // A lie does not reach further than a day.
    expect(await world.inbound(beta, [severed({ since: since - 999_999_999 })])).toEqual(['stored']);
    await world.get(Sweep).run();
    const stays = await Promise.all(Object.entries(rooms).map(async ([name, { id }]) => [name, await membership(id, alice.fqid)]));
    expect(stays).toEqual([['both', 'leave'], ['just', 'leave'], ['before', 'join'], ['by hand', 'join'], ['alone', 'join']]);
    expect(await world.database.rows(`SELECT is_theirs, finished_at IS NOT NULL AS is_finished FROM severings WHERE server_name = $1`, [beta.serverName])).toEqual([{ is_theirs: true, is_finished: true }]);
  });

  it('ends acceptances that no join has followed, and takes none of the joins that come late', async () => {
    await hello();
    const log = new HostedLog(newId(world.clock)).skip(8);
    await world.join(beta, log, alice);
    const bella = await world.person(`bella${n}`);
    const inviteId = newId(world.clock);
    await world.database.rows(
      `INSERT INTO invitations (tenant_id, id, room_id, direction, host, inviter, inviter_name, invitee, state, room, created_at, expires_at, updated_at)
       SELECT tenant_id, $1, room_id, 'in', host, inviter, inviter_name, $2, 'accepted', room, created_at, expires_at, updated_at FROM invitations WHERE room_id = $3`,
      [inviteId, bella.fqid, log.roomId],
    );
    expect(await sever()).toMatchObject({ invitations: 1, people: { ours: 1, theirs: 0 } });
    expect(await world.database.rows('SELECT state, error_code FROM invitations WHERE id = $1', [inviteId])).toEqual([{ state: 'failed', error_code: 'SW_FED_PEER_UNKNOWN' }]);
    await world.database.rows(`UPDATE peers SET admin_state = 'active' WHERE server_name = $1`, [beta.serverName]);
    await expect(world.take(beta, [log.next(beta.event({ type: 'swp.room.member', roomId: log.roomId, content: { fqid: bella.fqid, membership: 'join', invite_id: inviteId } }))])).rejects.toThrow('SW_ROOM_NOT_FOUND');
    expect(await membership(log.roomId, bella.fqid)).toBeUndefined();
  });
});

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  ApplyPeers, Audit, AuditStore, BacklogStore, DeclarationStore, DeleteTenant, InvitationStore, LeavingStore, ObserveLeaving, PeerDirectory, PeerStore, PolicyStore, PreviewSevering, PurgeTenants,
  RequestSevering, SharedRoomStore, type Actor, type PeerSpec,
} from '@scaiwave/core';
import type { ServerName } from '@scaiwave/protocol';
import { fingerprintOf } from '@scaiwave/protocol/node';
import { keyFromName, type FakePeer } from '@scaiwave/testing';
import { DeliveryWorld } from './delivery-world.js';

const RESOURCE = 'default/alpha';

let world: DeliveryWorld;
let alice: Actor;
let beta: FakePeer;
let gamma: FakePeer;

beforeEach(async () => {
  world = await DeliveryWorld.create();
  await world.database.rows('UPDATE tenants SET resource = $1', [RESOURCE]);
  alice = await world.person('alice');
  [beta, gamma] = [await world.peer('beta'), await world.peer('gamma')];
});
afterEach(() => world?.close());

const deletion = () => world.get(DeleteTenant);
const begin = (changes: { minutes?: number; dropsQueue?: boolean } = {}) =>
  deletion().begin({ resource: RESOURCE, until: new Date(world.clock.now() + (changes.minutes ?? 10) * 60_000), dropsQueue: changes.dropsQueue ?? false });
const look = () => new ObserveLeaving(world.db, new BacklogStore(), new PolicyStore(), new LeavingStore()).run(world.tenant);
const stateOf = async ({ serverName }: FakePeer) => (await world.database.rows('SELECT admin_state FROM peers WHERE server_name = $1', [serverName]))[0]?.admin_state;
const wasTold = async ({ serverName }: FakePeer) => (await world.database.rows(`SELECT state FROM control_events WHERE server_name = $1 AND type = 'swp.peer.severed'`, [serverName]))[0]?.state;
const statesIn = async (table: string) => (await world.database.rows<{ state: string; n: number }>(`SELECT state, count(*)::int AS n FROM ${table} GROUP BY 1`)).map(({ state, n }) => `${n} ${state}`);
/** Everything that is due, a few seconds on. */
const pass = async () => {
  world.clock.advance({ seconds: 6 });
  await world.sweep();
};

describe('a tenant that is deleted', () => {
  test('parts from each peer when it has all that waited, and not before', async () => {
    const room = await world.hostedRoom(alice, [beta, gamma]);
    gamma.behaviour = { kind: 'status', status: 503, headers: { 'retry-after': '600' } };
    await world.post(alice, room.id, 'last words');
    await begin();
    expect(await look()).toMatchObject({ hasParted: false, peers: [beta.serverName, gamma.serverName] });
    for (let n = 0; n < 3; n += 1) await pass();
    expect([await stateOf(beta), await wasTold(beta), await stateOf(gamma)]).toEqual(['removed', 'stored', 'active']);
    expect(await look()).toMatchObject({ hasParted: false, peers: [gamma.serverName] });
    // Whoever comes back is met within seconds, whatever it had said about coming again.
    gamma.behaviour = { kind: 'ok' };
    for (let n = 0; n < 4; n += 1) await pass();
    expect([await stateOf(gamma), await wasTold(gamma)]).toEqual(['removed', 'stored']);
    expect(await look()).toEqual({ events: 0, peers: [], hasParted: true });
    expect(await statesIn('delivery_exceptions')).toEqual([]);
  });

  test('waits no longer than it was told: what is left is dropped, and all is cut', async () => {
    const room = await world.hostedRoom(alice, [gamma]);
    gamma.behaviour = { kind: 'closesEarly' };
    await world.post(alice, room.id, 'never heard');
    await begin({ minutes: 1 });
    await pass();
    expect(await stateOf(gamma)).toBe('active');
    world.clock.advance({ minutes: 1 });
    await world.sweep();
    expect(await stateOf(gamma)).toBe('removed');
    expect(await look()).toMatchObject({ hasParted: true, events: 1, peers: [gamma.serverName] });
    expect(await world.database.rows(`SELECT fqid FROM members WHERE membership = 'join' AND server_name = $1`, [gamma.serverName])).toEqual([]);
  });

  test('told to discard, it drops at once what waits and only says that it is over', async () => {
    const room = await world.hostedRoom(alice, [beta]);
    await world.post(alice, room.id, 'never sent');
    beta.behaviour = { kind: 'closesEarly' };
    await begin({ dropsQueue: true });
    await pass();
    expect(await stateOf(beta)).toBe('removed');
    beta.behaviour = { kind: 'ok' };
    await pass();
    expect(await wasTold(beta)).toBe('stored');
    expect(beta.batches.at(-1)?.events).toHaveLength(1);
    expect(await look()).toEqual({ events: 0, peers: [], hasParted: true });
  });

  test('was suspended: it delivers what waits all the same', async () => {
    const room = await world.hostedRoom(alice, [beta]);
    await world.database.rows(`UPDATE tenants SET state = 'suspended'`);
    await world.post(alice, room.id, 'from before');
    await begin();
    for (let n = 0; n < 3; n += 1) await pass();
    expect(await wasTold(beta)).toBe('stored');
    expect(await statesIn('delivery_exceptions')).toEqual([]);
  });

  test('leaves whom its admin has blocked, and strangers, alone', async () => {
    await world.declare(beta, {});
    await world.hostedRoom(alice, [gamma]);
    await world.database.rows(`UPDATE peers SET admin_state = 'blocked' WHERE server_name = $1`, [gamma.serverName]);
    await begin();
    expect(await look()).toEqual({ events: 0, peers: [], hasParted: true });
    await pass();
    expect([await stateOf(beta), await stateOf(gamma)]).toEqual(['active', 'blocked']);
  });

  test('beginning and ending may be repeated; ending what never was is nothing', async () => {
    expect(await deletion().begin({ resource: 'default/nobody', until: world.clock.date(), dropsQueue: false })).toBeNull();
    await begin();
    await begin();
    await deletion().end(RESOURCE);
    const before = await world.database.rows('SELECT xmin::text, * FROM tenants');
    world.clock.advance({ hours: 1 });
    await deletion().end(RESOURCE);
    expect(await begin()).toBeNull();
    expect(await world.database.rows('SELECT xmin::text, * FROM tenants')).toEqual(before);
  });

  test('is purged 30 days later, to the last row of every table', async () => {
    const room = await world.hostedRoom(alice, [beta]);
    await world.post(alice, room.id, 'of long ago');
    await begin();
    for (let n = 0; n < 3; n += 1) await pass();
    await deletion().end(RESOURCE);
    world.clock.advance({ days: 29 });
    expect(await world.get(PurgeTenants).run()).toEqual([]);
    world.clock.advance({ days: 1 });
    await world.sweep();
    expect(await world.database.rows('SELECT 1 FROM tenants')).toEqual([]);
    const tables = await world.database.rows<{ name: string }>(`SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'tenant_id'`);
    expect(tables.length).toBeGreaterThan(20);
    for (const { name } of tables) expect([name, await world.database.rows(`SELECT 1 FROM ${name}`)]).toEqual([name, []]);
  });
});

describe('nothing is lost by a suspension, however long', () => {
  test('of the tenant', async () => {
    const room = await world.hostedRoom(alice, [beta]);
    await world.drain(beta);
    await world.database.rows(`UPDATE tenants SET state = 'suspended'`);
    await pass();
    await world.post(alice, room.id, 'before the holidays');
    world.clock.advance({ days: 3 });
    await world.sweep();
    await world.database.rows(`UPDATE tenants SET state = 'active', resumed_at = $1`, [world.clock.date()]);
    await pass();
    await pass();
    expect([await statesIn('delivery_exceptions'), (await look()).events]).toEqual([[], 0]);
  });

  test('of a peer by the provider', async () => {
    const apply = (suspend: boolean) => new ApplyPeers(world.db, new DeclarationStore(), new Audit(world.clock, new AuditStore()), world.clock)
      .run({ tenant: world.tenant, peers: [{ resource: 'default/beta', spec: { tenantRef: { name: 'alpha' }, serverName: beta.serverName, policy: { suspend } } }] });
    const room = await world.hostedRoom(alice, [beta]);
    await world.drain(beta);
    const sent = beta.batches.length;
    await apply(true);
    await world.post(alice, room.id, 'before the holidays');
    await world.inbound(beta, []).then(() => { throw new Error('it was taken'); }, (error: Error) => expect(error.message).toContain('refused with 403'));
    world.clock.advance({ days: 3 });
    for (let n = 0; n < 3; n += 1) await pass();
    expect([beta.batches.length - sent, await statesIn('delivery_exceptions')]).toEqual([0, []]);
    await apply(false);
    world.clock.advance({ seconds: 10 });
    await pass();
    expect([await statesIn('delivery_exceptions'), (await look()).events]).toEqual([[], 0]);
  });
});

describe('pins of the provider', () => {
  const pinned = (fingerprint: string, notAfter?: string): PeerSpec => ({ tenantRef: { name: 'alpha' }, serverName: beta.serverName, trust: { mode: 'Pinned', pins: [{ fingerprint, ...(notAfter !== undefined && { notAfter }) }] } });
  const apply = (spec: PeerSpec) => new ApplyPeers(world.db, new DeclarationStore(), new Audit(world.clock, new AuditStore()), world.clock).run({ tenant: world.tenant, peers: [{ resource: 'default/beta', spec }] });
  const ownPin = () => fingerprintOf(keyFromName(beta.serverName).publicKey);
  const keys = async () => {
    world.clock.advance({ seconds: 15 });
    return (await world.get(PeerDirectory).verifyKeys(world.tenant, beta.serverName as ServerName)).state;
  };

  test('count from when they are declared, for keys that were believed before, too', async () => {
    expect(await keys()).toBe('ready');
    await apply(pinned(`SHA256:${'A'.repeat(43)}`));
    expect(await keys()).toBe('key_changed');
    world.clock.advance({ minutes: 2 });
    await apply(pinned(ownPin()));
    expect(await keys()).toBe('ready');
  });

  test('end when they say', async () => {
    await apply(pinned(ownPin(), new Date(world.clock.now() + 60_000).toISOString()));
    expect(await keys()).toBe('ready');
    world.clock.advance({ minutes: 1 });
    expect(await keys()).toBe('key_changed');
  });
});

describe('a severing by words from outside', () => {
  const ask = (request: string, peer = beta) => world.get(RequestSevering).run({ tenant: world.tenant, serverName: peer.serverName as ServerName, request });

  test('marks at once, a worker cuts, and the same words never act again', async () => {
    const room = await world.hostedRoom(alice, [beta]);
    await world.drain(beta);
    const preview = await new PreviewSevering(world.db, new PeerStore(), new SharedRoomStore(), new InvitationStore()).run({ tenant: world.tenant, serverName: beta.serverName as ServerName });
    const asked = await ask('first');
    expect(asked).toMatchObject({ finishedAt: null, severance: preview });
    expect(await stateOf(beta)).toBe('removed');
    expect(await ask('first')).toEqual(asked);
    await pass();
    expect(await ask('first')).toMatchObject({ finishedAt: expect.any(Date), severance: { rooms: [{ room_id: room.id }], people: { ours: 1, theirs: 1 } } });
    await world.database.rows(`UPDATE peers SET admin_state = 'active'`);
    await ask('first');
    expect(await stateOf(beta)).toBe('active');
    expect((await ask('second'))?.severance.rooms).toEqual([]);
    expect(await stateOf(beta)).toBe('removed');
  });

  test('that come when it was removed before are remembered, too', async () => {
    await world.inbound(beta, []);
    await world.database.rows(`UPDATE peers SET admin_state = 'removed'`);
    expect(await ask('late')).toMatchObject({ finishedAt: expect.any(Date), severance: { rooms: [] } });
    await world.database.rows(`UPDATE peers SET admin_state = 'active'`);
    await ask('late');
    expect(await stateOf(beta)).toBe('active');
  });

  test('about a server that nobody has met are refused', async () => {
    await expect(ask('stranger', gamma)).rejects.toMatchObject({ code: 'SW_NOT_FOUND' });
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BackgroundTasks, PeerDirectory, Redeliver, Sweep, type Actor } from '@scaiwave/core';
import type { ServerName, TenantId } from '@scaiwave/protocol';
import { LABEL_VALUES, Metrics, newId } from '@scaiwave/telemetry';
import { keyFromName, PeerSigner, plain, type FakePeer } from '@scaiwave/testing';
import { DeliveryWorld } from './delivery-world.js';
import { resultsOf } from './fake-answers.js';

let world: DeliveryWorld;
let alice: Actor;
let count = 0;

beforeAll(async () => {
  world = await DeliveryWorld.create(['alpha'], { requestTimeoutMs: 300 });
  alice = await world.person('alice');
});
afterAll(() => world?.close());

const metrics = () => world.get(Metrics);
/** Values of a metric by its labels but the tenant. */
async function valuesOf(name: keyof Metrics, tenant: string = world.tenant.serverName): Promise<Record<string, number>> {
  return read(metrics(), name, tenant);
}
async function read(from: Metrics, name: keyof Metrics, tenant: string): Promise<Record<string, number>> {
  const { values } = await (from[name] as Metrics['deliveryAttempts']).get();
  const own = values.filter(({ labels }) => labels.tenant === undefined || labels.tenant === tenant);
  const others = (labels: object) => Object.entries(labels).flatMap(([label, value]) => (label === 'tenant' ? [] : [String(value)]));
  return Object.fromEntries(own.map(({ labels, value }) => [others(labels).join(' '), value]));
}

async function peerWithLane(): Promise<{ peer: FakePeer; roomId: string }> {
  const peer = await world.peer(`peer${(count += 1)}`);
  const room = await world.hostedRoom(alice, [peer]);
  return { peer, roomId: room.id };
}

/** A peer that has taken our events until now, and for which one waits. */
async function knownPeer(): Promise<{ peer: FakePeer; roomId: string }> {
  const known = await peerWithLane();
  await world.drain(known.peer);
  await world.post(alice, known.roomId as never);
  return known;
}

/** Another worker drains all peers, or would. */
async function holdLeases(): Promise<void> {
  await world.database.rows(`UPDATE peers SET lease_worker = 'another', lease_until = $1`, [new Date(world.clock.now() + 3_600_000)]);
}

async function sweepOnce(): Promise<void> {
  world.clock.advance({ seconds: 6 });
  await world.get(Sweep).run();
}

describe('what becomes of requests to peers', () => {
  test('is counted by result, and put off by reason, every one of them', async () => {
    const troubles: Array<[string, FakePeer['behaviour']]> = [
      ['busy', { kind: 'status', status: 429 }], ['refuses_us', { kind: 'status', status: 403 }], ['connect', { kind: 'closesEarly' }],
      ['timeout', { kind: 'slow', ms: 5_000 }], ['server_error', { kind: 'status', status: 500 }], ['bad_answer', { kind: 'notJson' }],
    ];
    for (const [reason, behaviour] of troubles) {
      const before = (await valuesOf('deliveryRetries'))[reason] ?? 0;
      const { peer } = await knownPeer();
      peer.behaviour = behaviour;
      await world.drain(peer);
      expect([reason, (await valuesOf('deliveryRetries'))[reason]]).toEqual([reason, before + 1]);
    }
    const { peer: stranger } = await peerWithLane();
    stranger.descriptorBehaviour = { kind: 'status', status: 500 };
    await world.drain(stranger);
    expect((await valuesOf('deliveryRetries'))['descriptor']).toBe(1);
    expect(Object.keys(await valuesOf('deliveryAttempts')).toSorted()).toEqual([...LABEL_VALUES.result].toSorted());
    const duration = await metrics().deliveryDuration.get();
    expect(new Set(duration.values.map(({ labels }) => labels.result))).toEqual(new Set(LABEL_VALUES.result));
    expect(new Set(Object.keys(await valuesOf('deliveryRetries')))).toEqual(new Set(LABEL_VALUES.retry.filter((reason) => reason !== 'no_key')));
  });

  test('without a signing key it is our own trouble', async () => {
    const keyless = { id: newId(world.clock) as TenantId, serverName: 'keyless.localhost' as ServerName };
    await world.database.rows(`INSERT INTO tenants (id, server_name, display_name, oidc_issuer, oidc_client_id, created_at, updated_at) VALUES ($1, $2, '', '', '', now(), now())`, [keyless.id, keyless.serverName]);
    await world.database.rows(`INSERT INTO policies (tenant_id, admin, updated_at) VALUES ($1, '{"default_mode":"open"}', now())`, [keyless.id]);
    const peer = await world.peer('lockedout');
    await world.control(peer.serverName, { tenant: keyless });
    await world.drain(peer, keyless);
    expect(await valuesOf('deliveryRetries', keyless.serverName)).toEqual({ no_key: 1 });
  });

  test('events refused for good and events given up are failures', async () => {
    await sweepOnce();
    const before = await valuesOf('deliveryFailures');
    expect(Object.keys(before)).toEqual([...LABEL_VALUES.failure]);
    const { peer } = await knownPeer();
    peer.answer = resultsOf(() => ({ status: 'rejected', code: 'SW_FED_FORBIDDEN' }));
    await world.drain(peer);
    const refused = await valuesOf('deliveryFailures');
    expect(refused['refused']).toBe(before['refused']! + 1);
    const late = await knownPeer();
    late.peer.behaviour = { kind: 'status', status: 500 };
    world.clock.advance({ hours: 25 });
    await world.sweep();
    expect((await valuesOf('deliveryFailures'))['gave_up']).toBeGreaterThan(refused['gave_up']!);
    const failed = await world.database.rows(`SELECT 1 FROM audit_log WHERE action = 'delivery.failed' AND tenant_id = $1`, [world.tenant.id]);
    expect((await valuesOf('deliveryFailures'))['gave_up']).toBe(failed.length);
  });
});

test('what peers send is counted by result, and what is refused by code', async () => {
  const { peer, roomId } = await knownPeer();
  await world.drain(peer);
  const said = peer.message(roomId, `@bob:${peer.serverName}`);
  expect(await world.inbound(peer, [said])).toEqual(['stored']);
  expect(await world.inbound(peer, [said, peer.message(newId(world.clock), `@bob:${peer.serverName}`)])).toEqual(['duplicate', 'SW_ROOM_NOT_FOUND']);
  expect(await valuesOf('inboundEvents')).toEqual({ stored: 1, duplicate: 1, rejected: 1 });
  expect(await valuesOf('inboundRejected')).toEqual({ SW_ROOM_NOT_FOUND: 1 });
  expect(LABEL_VALUES.inbound).toEqual(['stored', 'duplicate', 'rejected']);
  expect(plain(said).jws).toBe(said.jws);
});

describe('how peers stand', () => {
  test('is read from Postgres, the same by every worker, also by one that has just started', async () => {
    const { peer, roomId } = await knownPeer();
    peer.behaviour = { kind: 'status', status: 500 };
    await world.drain(peer);
    world.clock.advance({ seconds: 60 });
    await world.post(alice, roomId as never);
    await holdLeases();
    await sweepOnce();
    expect((await valuesOf('deliveryBacklog'))[peer.serverName]).toBe(2);
    expect((await valuesOf('deliveryOldestPending'))[peer.serverName]).toBe(66);
    expect((await valuesOf('peerFailing'))[peer.serverName]).toBe(66);
    const second = await world.addWorker('second');
    await second.get(Sweep, { strict: false }).run();
    await second.get(BackgroundTasks, { strict: false }).idle();
    for (const name of ['deliveryBacklog', 'deliveryOldestPending', 'peerFailing', 'peersFailing', 'deliveryDuePeers'] as const) {
      expect([name, await read(second.get(Metrics, { strict: false }), name, world.tenant.serverName)]).toEqual([name, await valuesOf(name)]);
    }
    await world.database.rows('UPDATE peers SET lease_worker = NULL, lease_until = NULL');
  });

  test('shows every verdict, what is due, stopped lanes, unannounced keys and how long the descriptor is valid', async () => {
    const [down, busy, refusing, stopped, changed, waiting] = [await knownPeer(), await knownPeer(), await knownPeer(), await knownPeer(), await knownPeer(), await knownPeer()];
    down.peer.behaviour = { kind: 'status', status: 500 };
    busy.peer.behaviour = { kind: 'status', status: 429, headers: { 'retry-after': '600' } };
    refusing.peer.behaviour = { kind: 'status', status: 403 };
    stopped.peer.answer = resultsOf(() => ({ status: 'rejected', code: 'SW_FED_CHAIN_MISMATCH' }));
    for (const { peer } of [down, busy, refusing, stopped]) await world.drain(peer);
    changed.peer.descriptor = () => new PeerSigner(changed.peer.serverName, world.clock, keyFromName('another')).descriptor();
    world.clock.advance({ seconds: 11 });
    expect(await world.get(PeerDirectory).refetch(world.tenant, changed.peer.serverName as ServerName, { kid: keyFromName('another').kid })).toEqual({ state: 'key_changed' });
    await holdLeases();
    await world.database.rows(`UPDATE peers SET next_attempt_at = $2 WHERE server_name <> $1`, [waiting.peer.serverName, new Date(world.clock.now() + 3_600_000)]);
    await sweepOnce();
    expect(Object.keys(await valuesOf('peersFailing')).toSorted()).toEqual([...LABEL_VALUES.verdict].toSorted());
    expect(await valuesOf('deliveryDuePeers')).toEqual({ '': 1 });
    expect([await valuesOf('lanesStopped'), await valuesOf('peerKeysUnconfirmed')]).toEqual([{ '': 1 }, { '': 1 }]);
    const [row] = await world.database.rows<{ valid_until: Date }>('SELECT valid_until FROM descriptors');
    expect(await valuesOf('descriptorValidUntil')).toEqual({ '': row!.valid_until.getTime() / 1_000 });
    expect(await valuesOf('sweepCompleted')).toEqual({ '': world.clock.now() / 1_000 });
  });

  test('an event that was given up and is asked for again waits since then', async () => {
    const { peer } = await knownPeer();
    peer.behaviour = { kind: 'status', status: 500 };
    world.clock.advance({ hours: 25 });
    await world.database.rows('UPDATE peers SET lease_worker = NULL, lease_until = NULL, next_attempt_at = NULL');
    await world.sweep();
    await sweepOnce();
    const before = (await valuesOf('deliveryBacklog'))[peer.serverName] ?? 0; // a quiet room's checkpoint
    await holdLeases();
    await world.get(Redeliver).run({ actor: alice, selection: { peer: peer.serverName as ServerName } });
    await sweepOnce();
    expect((await valuesOf('deliveryBacklog'))[peer.serverName]).toBe(before + 1);
    expect((await valuesOf('deliveryOldestPending'))[peer.serverName]).toBeLessThan(60);
  });

  test('of a peer that is done, and of a tenant that is gone, nothing is told any more', async () => {
    await world.database.rows('UPDATE peers SET lease_worker = NULL, lease_until = NULL, next_attempt_at = NULL');
    const { peer } = await knownPeer();
    await holdLeases();
    await sweepOnce();
    expect((await valuesOf('deliveryBacklog'))[peer.serverName]).toBe(1);
    await world.database.rows('UPDATE peers SET lease_until = NULL');
    await world.drain(peer);
    await sweepOnce();
    expect((await valuesOf('deliveryBacklog'))[peer.serverName]).toBeUndefined();
    expect(await metrics().registry.metrics()).toContain(`tenant="${world.tenant.serverName}"`);
    await world.database.rows(`UPDATE tenants SET state = 'deleted' WHERE id = $1`, [world.tenant.id]);
    await world.get(BackgroundTasks).idle();
    await sweepOnce();
    expect(await metrics().registry.metrics()).not.toContain(`tenant="${world.tenant.serverName}"`);
  });

  test('a step of the sweep that fails is counted by its name, and the pass still ends', async () => {
    await world.database.rows('REVOKE SELECT ON invitations FROM scaiwave_fleet');
    await sweepOnce();
    await world.database.rows('GRANT SELECT ON invitations TO scaiwave_fleet');
    expect(await valuesOf('sweepFailures')).toMatchObject({ invitations: 1 });
    expect(await valuesOf('sweepCompleted')).toEqual({ '': world.clock.now() / 1_000 });
  });
});

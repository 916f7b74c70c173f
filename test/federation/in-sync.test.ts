import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestNetwork, type Person } from '@scaiwave/testing';
import { sharedRoom } from './rooms-between-servers.js';

describe('the proof that two servers hold the same room', () => {
  let network: TestNetwork;
  let alice: Person;
  let bob: Person;
  let anna: Person;
  let bert: Person;

  beforeAll(async () => {
    network = await TestNetwork.create(['alpha', 'beta']);
    [alice, bob, anna, bert] = await Promise.all([
      network.person('alice', 'alpha'), network.person('bob', 'beta'), network.person('anna', 'alpha', 'admin'), network.person('bert', 'beta', 'admin'),
    ]);
  });
  afterAll(() => network?.close());

  const peerOf = (admin: Person, other: Person) => admin.must('GET', `/v1/admin/federation/peers/${encodeURIComponent(other.serverName)}`);
  const roomOf = async (admin: Person, other: Person, room: string) => (await peerOf(admin, other)).rooms.find((one: { room_id: string }) => one.room_id === room);
  const checkpoints = async (server: string, room: string) => {
    const rows = await network.rows(server, `SELECT room_seq::int AS seq FROM events WHERE tenant_id = $1 AND room_id = $2 AND type = 'swp.room.checkpoint' ORDER BY room_seq`, [room]);
    return rows.map((row) => row.seq as number);
  };

  it('is a checkpoint after a hundred events, which both admins see', async () => {
    const room = await sharedRoom(network, alice, bob, 'Hundred');
    expect(await roomOf(anna, bob, room)).toMatchObject({ direction: 'out', in_sync_seq: null, in_sync_at: null });
    await Promise.all(Array.from({ length: 250 }, (_, n) => alice.say(room, `message ${n}`)));
    await network.settle();
    const made = await checkpoints('alpha', room);
    expect(made).toEqual([101, 202]);
    expect(await checkpoints('beta', room)).toEqual(made);
    expect(await roomOf(anna, bob, room)).toMatchObject({ direction: 'out', in_sync_seq: 202, in_sync_at: expect.any(String), behind: 0 });
    expect(await roomOf(bert, alice, room)).toMatchObject({ direction: 'in', in_sync_seq: 202, in_sync_at: expect.any(String), state: 'ok' });
    expect((await peerOf(bert, alice)).in_sync_at).toEqual(expect.any(String));
  });

  it('is a checkpoint ten minutes after the last event, once', async () => {
    const room = await sharedRoom(network, alice, bob, 'Quiet');
    await alice.say(room, 'good night');
    await network.settle();
    expect(await checkpoints('alpha', room)).toEqual([]);
    network.advance({ minutes: 10, seconds: 31 });
    await network.untilRow('beta', `SELECT 1 FROM rooms WHERE tenant_id = $1 AND id = $2 AND in_sync_at IS NOT NULL`, [room]);
    const first = await checkpoints('alpha', room);
    expect(first).toHaveLength(1);
    const other = await sharedRoom(network, alice, bob, 'Later');
    network.advance({ minutes: 30 });
    await network.untilRow('beta', `SELECT 1 FROM rooms WHERE tenant_id = $1 AND id = $2 AND in_sync_at IS NOT NULL`, [other]);
    expect(await checkpoints('alpha', room)).toEqual(first);
  });

  it('fails loudly where the histories differ: the lane stops, and both are compared once to name the first place that differs', async () => {
    const room = await sharedRoom(network, alice, bob, 'Bent');
    for (let n = 0; n < 20; n += 1) await alice.say(room, `message ${n}`);
    await network.settle();
    const bend = `chain = decode(repeat('ab', 32), 'hex')`;
    await network.rows('beta', `UPDATE events SET ${bend} WHERE tenant_id = $1 AND room_id = $2 AND room_seq >= 9`, [room]);
    await network.rows('beta', `UPDATE rooms SET ${bend} WHERE tenant_id = $1 AND id = $2`, [room]);
    await alice.say(room, 'one too many');
    await network.untilRow('beta', `SELECT 1 FROM rooms WHERE tenant_id = $1 AND id = $2 AND lane_error ? 'compared_at'`, [room]);
    expect(await roomOf(bert, alice, room)).toMatchObject({ state: 'stopped', error: { code: 'SW_FED_CHAIN_MISMATCH', first_differing_seq: 9 } });
    expect(await roomOf(anna, bob, room)).toMatchObject({ state: 'stopped', behind: 1 });
    const audit = await bert.must<any[]>('GET', '/v1/admin/audit?action=lane.compared');
    expect(audit.map((entry) => [entry.subject, entry.details.first_differing_seq])).toEqual([[room, 9]]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestNetwork, type Person } from '@scaiwave/testing';
import { sharedRoom } from './rooms-between-servers.js';
import { auditOf, sever, severedNotes, stateOf } from './severing-between-servers.js';

const REMOVE = 'dry_run=false';

describe('removing a peer when something goes wrong', () => {
  let network: TestNetwork;
  let [alice, bob, carol, anna, bert]: Person[] = [];

  // Three servers that know nothing of each other's troubles: alpha and beta part, alpha and gamma part, beta and gamma part.
  beforeAll(async () => {
    network = await TestNetwork.create(['alpha', 'beta', 'gamma']);
    [alice, bob, carol, anna, bert] = await Promise.all([
      network.person('alice', 'alpha'), network.person('bob', 'beta'), network.person('carol', 'gamma'), network.person('anna', 'alpha', 'admin'), network.person('bert', 'beta', 'admin'),
    ]);
  });
  afterAll(() => network?.close());

  const isFinished = (server: string, peer: Person) => network.untilRow(server, 'SELECT 1 FROM severings WHERE tenant_id = $1 AND server_name = $2 AND finished_at IS NOT NULL', [peer.serverName]);
  const roomsOf = async (person: Person) => (await person.must<any[]>('GET', '/v1/rooms')).map((room) => room.id);

  it('goes on after a kill -9 in the middle of the cut, and ends as if nothing had happened', async () => {
    const rooms: string[] = [];
    for (let n = 0; n < 5; n += 1) rooms.push(await sharedRoom(network, alice!, bob!, `Room ${n}`));
    const before = await sever(anna!, bob!);
    // Another transaction holds the last room, so the cut stands still before it.
    const other = await network.server('alpha').site.owner.connect();
    await other.query('BEGIN');
    await other.query('SELECT 1 FROM rooms WHERE id = $1 FOR UPDATE', [rooms.toSorted().at(-1)]);
    const cut = sever(anna!, bob!, REMOVE).catch(() => 'cut off');
    await network.untilRow('alpha', 'SELECT 1 FROM severed_rooms WHERE tenant_id = $1 HAVING count(*) = 4');
    await network.kill('alpha', 'api', 'worker');
    expect(await cut).toBe('cut off');
    await other.query('ROLLBACK');
    other.release();
    expect(await network.rows('alpha', `SELECT p.admin_state, s.finished_at FROM peers p JOIN severings s USING (tenant_id, server_name) WHERE tenant_id = $1`)).toEqual([{ admin_state: 'removed', finished_at: null }]);

    await network.start('alpha');
    await isFinished('alpha', bob!);
    await isFinished('beta', alice!);
    await network.settle();
    const [line] = await auditOf(anna!, 'peer.severed');
    expect(line.details).toMatchObject({ rooms: before.room_count, people: before.people, undelivered: before.undelivered_events });
    for (const room of rooms) expect(await alice!.members(room)).toEqual([alice!.fqid]);
    expect(await roomsOf(bob!)).toEqual([]);
    for (const person of [alice!, bob!]) expect(await severedNotes(person)).toHaveLength(1);
    expect(await network.rows('alpha', `SELECT count(*)::int AS n FROM control_events WHERE tenant_id = $1 AND type = 'swp.peer.severed'`)).toEqual([{ n: 1 }]);
  });

  it('is heard by a server that was down once it is back, with what had waited for it dropped', async () => {
    const room = await sharedRoom(network, alice!, carol!, 'Away');
    await network.kill('gamma', 'api', 'worker');
    await alice!.say(room, 'never arrives');
    expect(await sever(anna!, carol!)).toMatchObject({ undelivered_events: 1 });
    expect(await sever(anna!, carol!, REMOVE)).toMatchObject({ room_count: 1, undelivered_events: 1 });
    expect(await alice!.members(room)).toEqual([alice!.fqid]);
    expect(await network.rows('alpha', `SELECT type, state FROM control_events WHERE tenant_id = $1 AND server_name = $2 AND state = 'queued'`, [carol!.serverName])).toEqual([{ type: 'swp.peer.severed', state: 'queued' }]);
    await network.start('gamma');
    await isFinished('gamma', alice!);
    await network.settle();
    expect(await roomsOf(carol!)).toEqual([]);
    expect(await severedNotes(carol!)).toHaveLength(1);
    expect(await network.rows('gamma', `SELECT id FROM events WHERE tenant_id = $1 AND content LIKE '%never arrives%'`)).toEqual([]);
  });

  it('is given up after 24 hours; the other server is refused all the same, and loses nothing of its own', async () => {
    const room = await sharedRoom(network, bob!, carol!, 'Long away');
    await network.kill('gamma', 'api', 'worker');
    expect(await sever(bert!, carol!, REMOVE)).toMatchObject({ room_count: 1 });
    network.advance({ hours: 24, minutes: 1 });
    await network.untilRow('beta', `SELECT 1 FROM control_events WHERE tenant_id = $1 AND type = 'swp.peer.severed' AND server_name = $2 AND state = 'failed'`, [carol!.serverName]);
    await network.start('gamma');
    const said = await carol!.say(room, 'is anybody there?');
    await network.untilRow('gamma', `SELECT 1 FROM peers WHERE tenant_id = $1 AND server_name = $2 AND verdict = 'refuses_us'`, [bob!.serverName]);
    expect(await network.rows('beta', 'SELECT id FROM events WHERE tenant_id = $1 AND id = $2', [said.id])).toEqual([]);
    expect(await bob!.members(room)).toEqual([bob!.fqid]);

    const carl = await network.person('carl', 'gamma', 'admin');
    expect(await sever(carl, bob!, REMOVE)).toMatchObject({ room_count: 1, people: { ours: 1, theirs: 1 }, undelivered_events: 1 });
    expect(await stateOf(carl, bob!)).toBe('removed');
    expect((await carol!.messages(room)).at(-1)).toMatchObject({ id: said.id, state: 'failed' });
    await network.untilRow('beta', `SELECT 1 FROM control_inbox WHERE tenant_id = $1 AND type = 'swp.peer.severed' AND origin = $2`, [carol!.serverName]);
    expect(await stateOf(bert!, carol!)).toBe('removed');
    expect(await severedNotes(bob!)).toHaveLength(2);
  });
});

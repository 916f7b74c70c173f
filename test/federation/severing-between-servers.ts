import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestNetwork, until, type Layout, type Person } from '@scaiwave/testing';
import { join, sharedRoom } from './rooms-between-servers.js';

const pathOf = (peer: Person) => `/v1/admin/federation/peers/${encodeURIComponent(peer.serverName)}`;

/** Admin → Federation → Peers → Remove. A dry run unless told otherwise. */
export function sever(admin: Person, peer: Person, query = 'dry_run=true'): Promise<any> {
  return admin.must('DELETE', `${pathOf(peer)}?${query}`);
}

export async function stateOf(admin: Person, peer: Person): Promise<string> {
  return (await admin.must('GET', pathOf(peer))).state;
}

/** The admin adds a server again, having seen its fingerprint. */
export async function addAgain(admin: Person, peer: Person): Promise<void> {
  // A clock that has just been moved is read by one process after the other, and a question may come too late for the second.
  await until('the server is added', async () => (await admin.call('POST', '/v1/admin/federation/peers', { server_name: peer.serverName, accept: true })).status === 200);
}

export const auditOf = (admin: Person, action: string): Promise<any[]> => admin.must('GET', `/v1/admin/audit?action=${action}`);
export const severedNotes = async (person: Person): Promise<any[]> => (await person.must<any[]>('GET', '/v1/notifications')).filter((note) => note.kind === 'severed');

/** Removing a peer as people see it, in every constellation; each test goes on where the one before it ended. */
export function describeSeveringBetweenServers(layout: Layout): void {
  describe(`removing a peer (${layout})`, () => {
    let network: TestNetwork;
    let [alice, bob, carol, anna, bert]: Person[] = [];
    let here: string;
    let there: string;
    let third: string;

    beforeAll(async () => {
      network = await TestNetwork.create(['alpha', 'beta', 'gamma'], { layout });
      [alice, bob, carol, anna, bert] = await Promise.all([
        network.person('alice', 'alpha'), network.person('bob', 'beta'), network.person('carol', 'gamma'), network.person('anna', 'alpha', 'admin'), network.person('bert', 'beta', 'admin'),
      ]);
      here = await sharedRoom(network, alice!, bob!, 'Here');
      there = await sharedRoom(network, bob!, alice!, 'There');
      third = await sharedRoom(network, carol!, alice!, 'Third');
      await join(network, { room: third, by: carol!, who: bob! });
      await openDm();
      for (const [person, room] of [[alice!, here], [bob!, there], [carol!, third]] as const) await person.say(room, 'hello');
      await network.settle();
    });
    afterAll(() => network?.close());

    /** alice and bob have a DM of their own, in which both are. */
    const openDm = async () => {
      const { status, data } = await alice!.call('POST', '/v1/me/federated-dms', { fqid: bob!.fqid });
      expect(status).toBe(201);
      expect((await bob!.answer(data.invitation.id, 'accept')).status).toBe(200);
      await network.settle();
      return data.room.id as string;
    };
    const heldBy = (server: string, body: string) => network.rows(server, `SELECT id FROM events WHERE tenant_id = $1 AND content LIKE $2`, [`%${body}%`]);
    const everything = async () => ({
      members: await network.rows('alpha', 'SELECT room_id, fqid, membership FROM members WHERE tenant_id = $1 ORDER BY 1, 2'),
      lanes: await network.rows('alpha', 'SELECT room_id, server_name, acked_seq, end_seq FROM lanes WHERE tenant_id = $1 ORDER BY 1, 2'),
      invitations: await network.rows('alpha', 'SELECT id, state FROM invitations WHERE tenant_id = $1 ORDER BY 1'),
      peers: await network.rows('alpha', 'SELECT server_name, admin_state FROM peers WHERE tenant_id = $1 ORDER BY 1'),
      said: await network.rows('alpha', 'SELECT count(*)::int AS n FROM events WHERE tenant_id = $1'),
      control: await network.rows('alpha', 'SELECT id, state FROM control_events WHERE tenant_id = $1 ORDER BY 1'),
    });

    it('is shown before, without a change, and then cuts just that: in rooms of this server, of the other, and of a third', async () => {
      const open = await alice!.createRoom('Open');
      await alice!.invite(open.id, bob!.fqid);
      const before = await everything();
      const preview = await sever(anna!, bob!);
      expect(await everything()).toEqual(before);
      expect(preview).toMatchObject({ server_name: bob!.serverName, dry_run: true, room_count: 4, people: { ours: 1, theirs: 1 }, undelivered_events: 0, open_invitations: 1 });
      expect(preview.rooms.map((room: any) => [room.name ?? 'DM', room.host, room.people]).toSorted()).toEqual([
        ['DM', alice!.serverName, { ours: 1, theirs: 1 }], ['Here', alice!.serverName, { ours: 1, theirs: 1 }], ['There', bob!.serverName, { ours: 1, theirs: 1 }], ['Third', carol!.serverName, { ours: 1, theirs: 1 }],
      ]);

      const cut = await sever(anna!, bob!, 'reason=trouble');
      expect(cut).toEqual({ ...preview, dry_run: false });
      await network.untilRow('beta', 'SELECT 1 FROM severings WHERE tenant_id = $1 AND finished_at IS NOT NULL');
      await network.settle();

      expect(await alice!.members(here)).toEqual([alice!.fqid]);
      expect(await bob!.members(there)).toEqual([bob!.fqid]);
      expect(await carol!.members(third)).toEqual([carol!.fqid]);
      for (const server of ['alpha', 'beta']) {
        const together = await network.rows(server, `SELECT room_id FROM members WHERE tenant_id = $1 AND membership = 'join' AND server_name = ANY($2) GROUP BY 1 HAVING count(DISTINCT server_name) > 1`, [[alice!.serverName, bob!.serverName]]);
        expect(together).toEqual([]);
      }
      expect((await bob!.must<any[]>('GET', '/v1/rooms')).map((room) => room.id)).toEqual([there]);
      expect((await alice!.must<any[]>('GET', '/v1/rooms')).filter((room) => room.room_type === 'group').map((room) => room.id).toSorted()).toEqual([here, open.id].toSorted());
      expect((await bob!.invitations()).filter((invitation) => invitation.state === 'pending')).toEqual([]);
    });

    it('is told to the people of both servers once, to both admins with its counts, and to nobody else', async () => {
      for (const [person, other] of [[alice!, bob!], [bob!, alice!]] as const) {
        const notes = await severedNotes(person);
        expect(notes).toMatchObject([{ data: { server_name: other.serverName, by: alice!.serverName, reason: 'trouble' } }]);
        expect(notes[0].data.rooms.map((room: any) => room.name ?? 'DM').toSorted()).toEqual(['DM', 'Here', 'There', 'Third']);
      }
      expect(await severedNotes(carol!)).toEqual([]);
      expect([await stateOf(anna!, bob!), await stateOf(bert!, alice!)]).toEqual(['removed', 'removed_by_them']);
      for (const [admin, other] of [[anna!, bob!], [bert!, alice!]] as const) expect(await admin.must('GET', pathOf(other))).toMatchObject({ shared_rooms: 0, backlog: 0, rooms: [] });
      const counts = { rooms: 4, people: { ours: 1, theirs: 1 }, undelivered: 0, reason: 'trouble' };
      expect(await auditOf(anna!, 'peer.severed')).toMatchObject([{ actor: anna!.fqid, subject: bob!.serverName, details: { ...counts, invitations: 1 } }]);
      expect(await auditOf(bert!, 'peer.severed_by_them')).toMatchObject([{ actor: alice!.serverName, subject: alice!.serverName, details: { rooms: 4, reason: 'trouble' } }]);
    });

    it('leaves what was said readable, and nothing crosses any more in either direction', async () => {
      expect(await bob!.bodies(here)).toEqual(['hello']);
      expect(await alice!.bodies(there)).toEqual(['hello']);
      expect(await alice!.bodies(third)).toEqual(['hello']);
      await alice!.say(here, 'only for alpha');
      await bob!.say(there, 'only for beta');
      await carol!.say(third, 'only for gamma');
      expect((await bob!.call('POST', `/v1/rooms/${here}/send`, { content: { msgtype: 'swp.text', body: 'too late' } })).status).toBe(404);
      await network.settle();
      for (const [server, kept] of [['alpha', 'only for alpha'], ['beta', 'only for beta'], ['gamma', 'only for gamma']] as const) {
        for (const body of ['only for alpha', 'only for beta', 'only for gamma']) expect((await heldBy(server, body)).length).toBe(body === kept ? 1 : 0);
      }
    });

    it('refuses new invitations on both sides, each with its reason', async () => {
      expect(await alice!.invite(here, bob!.fqid)).toMatchObject({ status: 403, error: { code: 'SW_FED_PEER_UNKNOWN', details: { by: 'us', rule: 'peer_removed' } } });
      expect(await bob!.invite(there, alice!.fqid)).toMatchObject({ status: 403, error: { code: 'SW_FED_PEER_UNKNOWN', details: { by: alice!.serverName, rule: 'removed_by_them' } } });
    });

    it('changes nothing when it is repeated', async () => {
      const before = await everything();
      const nothing = { room_count: 0, rooms: [], people: { ours: 0, theirs: 0 }, undelivered_events: 0, open_invitations: 0 };
      expect(await sever(anna!, bob!)).toMatchObject(nothing);
      expect(await sever(anna!, bob!, 'dry_run=false')).toMatchObject(nothing);
      expect(await everything()).toEqual(before);
      expect(await auditOf(anna!, 'peer.severed')).toHaveLength(1);
      expect(await network.rows('alpha', `SELECT state FROM control_events WHERE tenant_id = $1 AND type = 'swp.peer.severed'`)).toEqual([{ state: 'stored' }]);
    });

    it('ends when the admin adds the server again: nothing comes back by itself, and a new invitation into the same rooms works', async () => {
      network.advance({ minutes: 1 }); // what was on its way at the removal is over
      await addAgain(anna!, bob!);
      await network.untilRow('beta', `SELECT 1 FROM peers WHERE tenant_id = $1 AND server_name = $2 AND admin_state = 'active'`, [alice!.serverName]);
      expect(await auditOf(bert!, 'peer.returned')).toMatchObject([{ subject: alice!.serverName }]);
      await network.settle();
      expect(await alice!.members(here)).toEqual([alice!.fqid]);
      expect(await heldBy('beta', 'only for alpha')).toEqual([]);

      const dm = await openDm();
      await bob!.say(dm, 'just us again');
      await network.settle();
      expect((await alice!.bodies(dm)).at(-1)).toBe('just us again');

      await join(network, { room: here, by: alice!, who: bob! });
      await join(network, { room: there, by: bob!, who: alice! });
      await join(network, { room: third, by: carol!, who: bob! });
      await join(network, { room: third, by: carol!, who: alice! });
      for (const [room, server] of [[here, 'alpha'], [there, 'beta'], [third, 'gamma']] as const) {
        await alice!.say(room, 'alpha is back');
        await bob!.say(room, 'beta is back');
        await network.settle();
        for (const person of [alice!, bob!]) expect((await person.bodies(room)).slice(-2).toSorted()).toEqual(['alpha is back', 'beta is back']);
        for (const other of ['alpha', 'beta']) expect(await network.order(other, room)).toEqual(await network.order(server, room));
      }
    });
  });
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestNetwork, until, type Layout, type Person } from '@scaiwave/testing';
import WebSocket from 'ws';
import { join, sharedRoom } from './rooms-between-servers.js';

interface Frame {
  type: string;
  participant_id?: string;
  room_id?: string;
  typing?: boolean;
  status?: string;
}

/** Typing and presence, as people see them. The same source runs between installations and between tenants of one. */
export function describeTypingAndPresence(layout: Layout): void {
  describe(`typing and presence (${layout})`, () => {
    let network: TestNetwork;
    let alice: Person;
    let bob: Person;
    let carol: Person;
    let room: string;
    const sockets: WebSocket[] = [];

    beforeAll(async () => {
      network = await TestNetwork.create(['alpha', 'beta', 'gamma'], { layout });
      [alice, bob, carol] = await Promise.all([network.person('alice', 'alpha'), network.person('bob', 'beta'), network.person('carol', 'gamma')]);
      room = await sharedRoom(network, alice, bob);
      await join(network, { room, by: alice, who: carol });
    });
    afterAll(async () => {
      for (const socket of sockets) socket.terminate();
      await network?.close();
    });

    const idOf = async (viewer: Person, person: Person): Promise<string> => {
      const members = await viewer.must<any[]>('GET', `/v1/rooms/${room}/members`);
      return members.find((member) => member.participant.fqid === person.fqid).participant.id;
    };
    const listen = async (person: Person): Promise<Frame[]> => {
      const frames: Frame[] = [];
      const socket = new WebSocket(`ws://127.0.0.1:${network.apiPort(person.serverName)}/v1/stream?token=${encodeURIComponent(await person.token())}`, { headers: { host: person.serverName } });
      sockets.push(socket);
      socket.on('message', (data) => frames.push(JSON.parse((data as Buffer).toString()) as Frame));
      await until('the stream is open', () => frames.some((frame) => frame.type === 'hello'));
      return frames;
    };
    const type = (person: Person, typing: boolean) => person.must('PUT', '/v1/typing', { room_id: room, typing });
    const state = (person: Person, status: string | null) => person.must('PUT', '/v1/me/presence', { status });
    const presenceOf = async (viewer: Person, person: Person): Promise<string> => {
      const id = await idOf(viewer, person);
      return (await viewer.must<Record<string, string>>('GET', `/v1/presence?ids=${id}`))[id]!;
    };

    it('shows who is typing on the other servers, also where the host has to hand it on', async () => {
      const [atHost, atThird] = await Promise.all([listen(alice), listen(carol)]);
      const [idAtHost, idAtThird] = await Promise.all([idOf(alice, bob), idOf(carol, bob)]);
      await type(bob, true);
      await until('alice sees it', () => atHost.some((frame) => frame.type === 'typing' && frame.participant_id === idAtHost && frame.typing === true));
      await until('carol sees it', () => atThird.some((frame) => frame.type === 'typing' && frame.participant_id === idAtThird && frame.room_id === room));
      await type(bob, false);
      await until('alice sees the end', () => atHost.some((frame) => frame.type === 'typing' && frame.participant_id === idAtHost && frame.typing === false));
    });

    it('shows how people of other servers are, handed on by the host too', async () => {
      await state(bob, 'busy');
      await until('alice sees it', async () => (await presenceOf(alice, bob)) === 'busy');
      await until('carol sees it', async () => (await presenceOf(carol, bob)) === 'busy');
      await state(alice, 'online');
      await until('bob sees it', async () => (await presenceOf(bob, alice)) === 'online');
    });

    it('tells the newest where somebody changes their mind often, and nothing of who wants to be taken for offline', async () => {
      network.advance({ seconds: 6 });
      const atHost = await listen(alice);
      const id = await idOf(alice, bob);
      await state(bob, 'online');
      await state(bob, 'idle');
      await state(bob, 'appear_offline');
      network.advance({ seconds: 6 });
      await until('alice sees the last', async () => (await presenceOf(alice, bob)) === 'offline');
      const signs = () => atHost.filter((frame) => frame.participant_id === id && (frame.type === 'typing' || frame.type === 'presence'));
      await until('her page sees it too', () => signs().at(-1)?.status === 'offline');
      const seen = signs();
      await type(bob, true);
      await state(bob, null);
      await state(bob, 'appear_offline');
      // What is said after it arrives after it: nothing of the above is still on its way.
      await bob.say(room, 'a message');
      await network.settle();
      await until('the message is here', async () => (await alice.bodies(room)).includes('a message'));
      expect(signs()).toEqual(seen);
    });
  });
}

import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ClientApi, ClientApiError } from '../client-api.js';

interface Room { id: string; name: string | null }
interface Member { participant_id: string; membership: string; participant: { fqid: string } }
interface Invitation { id: string; state: string; room: { id: string } }
interface TimelineEvent { id: string }

/** One of the demo's people, acting through the client API. */
export interface DemoActor {
  fqid: string;
  api: ClientApi;
}
export type DemoActors = Record<'alice' | 'bob' | 'carol' | 'dave' | 'erin', DemoActor>;

interface Line { by: keyof DemoActors; body: string; replyTo?: number; reactions?: [keyof DemoActors, string][] }

const LOUNGE: Line[] = [
  { by: 'alice', body: 'Good morning! The coffee machine on the second floor is back.' },
  { by: 'bob', body: 'The best news of the week.', replyTo: 0, reactions: [['alice', '☕']] },
  { by: 'alice', body: 'Who writes the notes for **Thursday**?' },
  { by: 'bob', body: 'I do.', replyTo: 2, reactions: [['alice', '👍']] },
];
const SHARED: Line[] = [
  { by: 'alice', body: 'Welcome! This room has people of three servers in it: look at the 🌐 in the header.' },
  { by: 'carol', body: 'Hello from Globex, which is another tenant of the same installation.', reactions: [['alice', '👋'], ['dave', '👋']] },
  { by: 'dave', body: 'And hello from Initech, a server of its own with its own database and keys.', reactions: [['carol', '🎉'], ['alice', '🎉']] },
  { by: 'alice', body: 'Everybody here sees the same messages in the same order.' },
  { by: 'dave', body: 'Replies work across servers, too.', replyTo: 3 },
];
const LAUNCH: Line[] = [
  { by: 'alice', body: 'I made this room to plan the launch with Initech, and invited Dave.' },
  { by: 'alice', body: 'As soon as he accepts, he can read this as well.' },
];
const BRIDGE: Line[] = [{ by: 'bob', body: 'This room stands for a bridge to another platform. Bridge rooms cannot federate: try to invite somebody.' }];
const INCOGNITO: Line[] = [{ by: 'alice', body: 'Incognito rooms never leave this server: try to invite @dave:initech.localhost.' }];

const WAIT_MS = 30_000;
const POLL_MS = 50;

/** The same id for the same line on every start, so that sending it again changes nothing. */
function lineId(roomId: string, index: number): string {
  const hex = createHash('sha256').update(`${roomId} ${index}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * Makes the demo's people, policies, rooms and history through the client API. Every step looks first whether it is done already:
 * a seeding that was cut short goes on where it was.
 */
export class SeedDemo {
  constructor(
    private readonly people: DemoActors,
    private readonly signal: AbortSignal,
  ) {}

  async run(): Promise<void> {
    const { alice, bob, carol, dave, erin } = this.people;
    // People exist from their first login.
    await Promise.all(Object.values(this.people).map((person) => this.me(person)));
    await Promise.all([bob, carol, erin].map((admin) => admin.api.put('/v1/admin/federation/policy', { default_mode: 'open' })));
    const shared = await this.ensureRoom(alice, { room_type: 'group', name: 'Three companies', topic: 'One room, three servers' });
    await Promise.all([this.ensureForeign(alice, shared, carol), this.ensureForeign(alice, shared, dave), this.seedAtHome()]);
    await this.say(shared, SHARED);
    const launch = await this.ensureRoom(alice, { room_type: 'group', name: 'Launch', topic: 'With Initech' });
    await this.say(launch, LAUNCH);
    await this.invite(alice, launch, dave);
  }

  /** The rooms that stay on acme. */
  private async seedAtHome(): Promise<void> {
    const { alice, bob } = this.people;
    const lounge = await this.ensureRoom(alice, { room_type: 'group', name: 'Lounge', topic: 'Only people of Acme' });
    await this.ensureColleague(alice, lounge, bob);
    await this.say(lounge, LOUNGE);
    const bridge = await this.ensureRoom(bob, { room_type: 'bridge', name: 'Slack bridge' });
    await this.ensureColleague(bob, bridge, alice);
    await this.say(bridge, BRIDGE);
    await this.say(await this.ensureRoom(alice, { room_type: 'incognito', name: 'Incognito' }), INCOGNITO);
  }

  private me(person: DemoActor): Promise<{ participant_id: string }> {
    return person.api.get('/v1/me');
  }

  private async ensureRoom(owner: DemoActor, wanted: { room_type: string; name: string; topic?: string }): Promise<Room> {
    const rooms = await owner.api.get<Room[]>('/v1/rooms');
    return rooms.find((room) => room.name === wanted.name) ?? owner.api.post<Room>('/v1/rooms', wanted);
  }

  private async isMember(viewer: DemoActor, room: Room, fqid: string): Promise<boolean> {
    const members = await viewer.api.get<Member[]>(`/v1/rooms/${room.id}/members`);
    return members.some((member) => member.participant.fqid === fqid && member.membership === 'join');
  }

  private async ensureColleague(owner: DemoActor, room: Room, colleague: DemoActor): Promise<void> {
    if (await this.isMember(owner, room, colleague.fqid)) return;
    const { participant_id } = await this.me(colleague);
    await owner.api.post(`/v1/rooms/${room.id}/invite`, { participant_id });
  }

  /** The invitation call, tried again while the servers still make each other's acquaintance. */
  private async invite(owner: DemoActor, room: Room, guest: DemoActor): Promise<void> {
    await this.until(`${guest.fqid} to be invited`, async () => {
      const mine = await guest.api.get<Invitation[]>('/v1/me/invitations');
      if (mine.some((invitation) => invitation.room.id === room.id && invitation.state === 'pending')) return true;
      try {
        await owner.api.post(`/v1/rooms/${room.id}/invitations`, { fqid: guest.fqid });
      } catch (error) {
        if (error instanceof ClientApiError && (error.status >= 500 || error.status === 409 || error.code === 'SW_FED_PEER_UNKNOWN')) return null;
        throw error;
      }
      return null;
    });
  }

  private async ensureForeign(owner: DemoActor, room: Room, guest: DemoActor): Promise<void> {
    if (await this.isMember(owner, room, guest.fqid)) return;
    await this.invite(owner, room, guest);
    const mine = await guest.api.get<Invitation[]>('/v1/me/invitations');
    const invitation = mine.find((one) => one.room.id === room.id && one.state === 'pending');
    if (invitation) await guest.api.post(`/v1/me/invitations/${invitation.id}/accept`);
    await this.until(`${guest.fqid} to be in ${room.name}`, async () => {
      const rooms = await guest.api.get<Room[]>('/v1/rooms');
      return rooms.some((one) => one.id === room.id) && (await this.isMember(owner, room, guest.fqid)) ? true : null;
    });
  }

  /** One line after the other: the next author answers only what has arrived on their own server. */
  private async say(room: Room, lines: Line[]): Promise<void> {
    for (const [index, line] of lines.entries()) {
      const id = lineId(room.id, index);
      const replyTo = line.replyTo === undefined ? {} : { reply_to_event_id: lineId(room.id, line.replyTo) };
      if (index > 0) await this.untilSeen(line.by, room, lineId(room.id, index - 1));
      const content = { msgtype: 'text', body: line.body, ...replyTo };
      await this.people[line.by].api.post(`/v1/rooms/${room.id}/send`, { content, event_uuid: id });
      for (const [who, emoji] of line.reactions ?? []) {
        await this.untilSeen(who, room, id);
        await this.people[who].api.post(`/v1/rooms/${room.id}/events/${id}/reaction`, { emoji });
      }
    }
  }

  private async untilSeen(who: keyof DemoActors, room: Room, eventId: string): Promise<void> {
    await this.until(`a message in ${room.name} to reach ${who}`, async () => {
      const timeline = await this.people[who].api.get<TimelineEvent[]>(`/v1/rooms/${room.id}/messages?limit=50&direction=back`);
      return timeline.some((event) => event.id === eventId) ? true : null;
    });
  }

  /** Asks again until there is an answer; `what` names the thing in the error. */
  private async until(what: string, ask: () => Promise<true | null>): Promise<void> {
    for (let waited = 0; waited < WAIT_MS; waited += POLL_MS) {
      this.signal.throwIfAborted();
      if (await ask()) return;
      await delay(POLL_MS);
    }
    throw new Error(`the demo waited ${WAIT_MS / 1_000} s for ${what}`);
  }
}

import { randomUUID } from 'node:crypto';
import { until, type Answer, type Person, type TestNetwork } from '@scaiwave/testing';
import type { Act, PlannedRoom, ServerKey } from './plan.js';

interface Shown {
  id: string;
  sender: { fqid: string } | null;
  event_type: string;
  redacted_at: string | null;
}

/** Their server is away, or says that it is not to blame: the same is asked again. */
const AGAIN: ReadonlySet<number> = new Set([0, 429, 500, 502, 503, 504]);
const PATIENCE_MS = 120_000;

/** One person at each server, who goes on until their server has answered, and remembers what it has accepted. */
export class People {
  /** ids of messages that were accepted, by room */
  readonly accepted = new Map<string, Set<string>>();
  /** what is redacted before it leaves its server is never sent */
  readonly redacted = new Set<string>();
  done = 0;

  constructor(
    private readonly persons: Readonly<Record<ServerKey, Person>>,
    private readonly rooms: ReadonlyArray<{ id: string; planned: PlannedRoom }>,
  ) {}

  /** Does what the plan says, and never throws for what a server refuses: people who are not in a room may say nothing there. */
  async act({ room: index, server, kind, choice }: Act): Promise<void> {
    const room = this.rooms[index]!;
    const person = this.persons[server];
    if (kind === 'say') await this.say(person, room.id);
    else if (kind === 'join') await this.join(room, server);
    else if (kind === 'leave') await this.leave(room, server);
    else await this.touch(person, room.id, { kind, choice });
    this.done += 1;
  }

  private async say(person: Person, room: string): Promise<void> {
    const id = randomUUID();
    const answer = await ask(person, 'POST', `/v1/rooms/${room}/send`, { event_uuid: id, content: { msgtype: 'swp.text', body: `${person.localId} ${this.done}` } });
    if (answer.status < 300) this.accepted.set(room, (this.accepted.get(room) ?? new Set()).add(id));
  }

  private async touch(person: Person, room: string, { kind, choice }: { kind: 'edit' | 'redact' | 'react'; choice: number }): Promise<void> {
    const shown = await ask<Shown[]>(person, 'GET', `/v1/rooms/${room}/messages?limit=30`);
    const messages = (shown.data ?? []).filter((event) => event.event_type === 'swp.room.message' && event.redacted_at === null);
    const fitting = kind === 'react' ? messages : messages.filter((event) => event.sender?.fqid === person.fqid);
    const target = fitting[Math.floor(choice * fitting.length)];
    if (!target) return;
    const path = `/v1/rooms/${room}/events/${target.id}`;
    if (kind === 'edit') await ask(person, 'POST', `${path}/edit`, { content: { msgtype: 'swp.text', body: `edited ${this.done}` } });
    if (kind === 'redact') await this.redact(person, { path, id: target.id });
    if (kind === 'react') await ask(person, 'POST', `${path}/reaction`, { emoji: ['👍', '🎉', '👀'][Math.floor(choice * 30) % 3] });
  }

  private async redact(person: Person, { path, id }: { path: string; id: string }): Promise<void> {
    this.redacted.add(id);
    await ask(person, 'POST', `${path}/redact`, {});
  }

  /** The host's person invites; who is invited accepts, once they see it. */
  private async join({ id, planned }: { id: string; planned: PlannedRoom }, server: ServerKey): Promise<void> {
    if (server === planned.host) return;
    const invitee = this.persons[server];
    const invited = await ask<{ id: string }>(this.persons[planned.host], 'POST', `/v1/rooms/${id}/invitations`, { fqid: invitee.fqid });
    if (invited.status >= 300) return;
    const mine = await ask<Array<{ id: string; state: string }>>(invitee, 'GET', '/v1/me/invitations');
    for (const { id: inviteId, state } of mine.data ?? []) if (state === 'pending') await ask(invitee, 'POST', `/v1/me/invitations/${inviteId}/accept`);
  }

  private async leave({ id, planned }: { id: string; planned: PlannedRoom }, server: ServerKey): Promise<void> {
    if (server !== planned.host) await ask(this.persons[server], 'POST', `/v1/rooms/${id}/leave`);
  }
}

/** Until there is an answer that says something. What was done without an answer is safe to be asked for again. */
async function ask<Data = unknown>(person: Person, method: string, path: string, body?: object): Promise<Answer<Data>> {
  let last: Answer<Data> = { status: 0, data: undefined as Data };
  await until(`${person.fqid} has an answer to ${method} ${path}`, async () => {
    last = await person.call<Data>(method, path, body).catch(() => ({ status: 0, data: undefined as Data }));
    return !AGAIN.has(last.status);
  }, PATIENCE_MS).catch((error: unknown) => {
    throw new Error(`${(error as Error).message} The last one was ${last.status} ${JSON.stringify(last.error)}.`);
  });
  return last;
}

export async function makeRooms(network: TestNetwork, persons: Readonly<Record<ServerKey, Person>>, planned: readonly PlannedRoom[]): Promise<Array<{ id: string; planned: PlannedRoom }>> {
  const rooms = await Promise.all(planned.map(async (room, n) => {
    const { id } = await persons[room.host].createRoom(`Room ${n}`);
    for (const member of room.members.slice(1)) {
      const { data } = await ask<{ id: string }>(persons[room.host], 'POST', `/v1/rooms/${id}/invitations`, { fqid: persons[member].fqid });
      await until(`${member} sees the invitation`, async () => (await persons[member].invitations()).some((one) => one.id === data.id));
      await ask(persons[member], 'POST', `/v1/me/invitations/${data.id}/accept`);
    }
    return { id, planned: room };
  }));
  await network.settle({ timeoutMs: 60_000 });
  return rooms;
}

import { Injectable } from '@nestjs/common';
import { EventStore, ParticipantStore, ReactionStore, type Actor, type EventRow, type ReactionRow } from '@scaiwave/core';
import type { Db } from '@scaiwave/database';
import { presentParticipant, type ParticipantJson, type ShownPerson } from '../members/participant.presenter.js';

export interface EventJson {
  id: string;
  room_id: string;
  sender_id: string | null;
  sender: ParticipantJson | null;
  event_type: string;
  content: Record<string, unknown> | null;
  original_content?: Record<string, unknown>;
  stream_position: number;
  room_seq: number | null;
  state: 'pending' | 'sequenced' | 'failed';
  failure_code: string | null;
  origin: string;
  /** seconds since the epoch */
  origin_ts: number;
  created_at: string;
  edited_at: string | null;
  redacted_at: string | null;
  redacted_by: string | null;
  /** the content was redacted before it came here, by something this server does not hold */
  unavailable: boolean;
  is_late: boolean;
  reply_to_event_id: string | null;
  /** of a membership: the person it is about */
  subject?: ParticipantJson;
  thread_count: number;
  reactions: Array<{ emoji: string; count: number; me: boolean; participants: string[] }>;
}

type People = ReadonlyMap<string, ShownPerson>;

/** Events as clients see them: people by this server's ids, edits and reactions folded in. */
@Injectable()
export class EventPresenter {
  constructor(
    private readonly events: EventStore,
    private readonly reactions: ReactionStore,
    private readonly participants: ParticipantStore,
  ) {}

  /** Rows of one or several rooms, in the order given. */
  async presentEvents(db: Db, input: { viewer: Pick<Actor, 'fqid'>; rows: readonly EventRow[] }): Promise<EventJson[]> {
    const messages = input.rows.filter((row) => row.type === 'swp.room.message');
    const of = { roomIds: [...new Set(messages.map((row) => row.room_id))], eventIds: messages.map((row) => row.id) };
    const [reactions, replies, named] = await Promise.all([
      messages.length === 0 ? [] : this.reactions.listReactions(db, of),
      messages.length === 0 ? [] : this.events.countReplies(db, of),
      this.#people(db, input.rows),
    ]);
    const people = await this.#withReacting(db, named, reactions);
    const reactionsTo = Map.groupBy(reactions, ({ room_id: roomId, event_id: eventId }) => `${roomId}/${eventId}`);
    const repliesTo = new Map(replies.map(({ room_id: roomId, reply_to: eventId, n }) => [`${roomId}/${eventId}`, n]));
    return input.rows.map((row) => {
      const key = `${row.room_id}/${row.id}`;
      return { ...presentEvent(row, people), thread_count: repliesTo.get(key) ?? 0, reactions: foldReactions(reactionsTo.get(key) ?? [], people, input.viewer.fqid) };
    });
  }

  /** What its author has made just now: nobody has reacted or replied. Null if it names others, whom only the database knows. */
  presentNew(row: EventRow, { tenant, participantId, fqid, localId, displayName, avatarUrl }: Actor): EventJson | null {
    if (mentionsOf(row).some((mentioned) => mentioned !== fqid)) return null;
    const author: ShownPerson = { id: participantId, fqid, local_id: localId, server_name: tenant.serverName, display_name: displayName, avatar_url: avatarUrl, participant_type: 'human' };
    return { ...presentEvent(row, new Map([[fqid as string, author]])), thread_count: 0, reactions: [] };
  }

  async #people(db: Db, rows: readonly EventRow[]): Promise<People> {
    const named = rows.flatMap((row) => [row.sender, subjectOf(row), ...mentionsOf(row)]).filter((fqid) => fqid !== null);
    return this.#find(db, new Set(named));
  }

  async #withReacting(db: Db, people: People, reactions: readonly ReactionRow[]): Promise<People> {
    const missing = new Set(reactions.map((reaction) => reaction.sender as string).filter((fqid) => !people.has(fqid)));
    return missing.size === 0 ? people : new Map([...people, ...(await this.#find(db, missing))]);
  }

  async #find(db: Db, fqids: ReadonlySet<string>): Promise<People> {
    return new Map((await this.participants.listByFqids(db, [...fqids])).map((person) => [person.fqid as string, person]));
  }
}

function presentEvent(row: EventRow, people: People): Omit<EventJson, 'thread_count' | 'reactions'> {
  const sender = row.sender === null ? null : (people.get(row.sender) ?? null);
  const isEdited = row.edited_content !== null && row.redacted_by === null;
  return {
    id: row.id,
    room_id: row.room_id,
    sender_id: sender?.id ?? null,
    sender: sender && presentParticipant(sender),
    event_type: row.type,
    content: contentFor(row, isEdited ? row.edited_content : row.content, people),
    ...(isEdited ? { original_content: contentFor(row, row.content, people) ?? {} } : {}),
    stream_position: row.stream_position,
    room_seq: row.room_seq,
    state: row.state,
    failure_code: row.failure_code,
    origin: row.origin,
    origin_ts: Math.floor(row.origin_ts / 1000),
    created_at: row.created_at.toISOString(),
    edited_at: isEdited ? (row.edited_at?.toISOString() ?? null) : null,
    // Wiped by a redaction whose own row is not here yet: the time is that of its coming.
    redacted_at: row.redacted_by === null ? null : (row.redacted_at ?? row.created_at).toISOString(),
    redacted_by: row.redacted_by,
    unavailable: row.content === null && row.redacted_at === null,
    is_late: row.is_late,
    reply_to_event_id: row.reply_to,
    ...subjectFor(row, people),
  };
}

/** Mentions are FQIDs between servers and this server's ids for its clients. */
function contentFor(row: EventRow, text: string | null, people: People): Record<string, unknown> | null {
  if (text === null) return null;
  const content = JSON.parse(text) as Record<string, unknown>;
  if (Array.isArray(content.mentions)) content.mentions = content.mentions.map((fqid: unknown) => people.get(String(fqid))?.id ?? fqid);
  const subject = subjectOf(row);
  if (subject !== null) content.participant_id = people.get(subject)?.id ?? null;
  return content;
}

function mentionsOf(row: EventRow): string[] {
  const text = row.edited_content ?? row.content;
  if (text === null || row.type !== 'swp.room.message' || !text.includes('"mentions"')) return [];
  const { mentions } = JSON.parse(text) as { mentions?: unknown };
  return Array.isArray(mentions) ? mentions.filter((fqid): fqid is string => typeof fqid === 'string') : [];
}

function subjectOf(row: EventRow): string | null {
  if (row.type !== 'swp.room.member' || row.content === null) return null;
  return String((JSON.parse(row.content) as { fqid: unknown }).fqid);
}

function subjectFor(row: EventRow, people: People): { subject?: ParticipantJson } {
  const person = people.get(subjectOf(row) ?? '');
  return person ? { subject: presentParticipant(person) } : {};
}

function foldReactions(reactions: readonly ReactionRow[], people: People, me: string): EventJson['reactions'] {
  const byEmoji = Map.groupBy(reactions, (reaction) => reaction.emoji);
  return [...byEmoji].map(([emoji, given]) => ({
    emoji,
    count: given.length,
    me: given.some((reaction) => reaction.sender === me),
    participants: given.flatMap((reaction) => people.get(reaction.sender)?.id ?? []),
  }));
}

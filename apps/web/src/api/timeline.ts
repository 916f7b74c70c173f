import type { EventContent, RoomEvent } from './types.js';

/** How to ask for what lies beyond one end of the loaded stretch: by the server's cursor, or around the event at the end. */
export type Beyond = { from: string } | { around: string };

/**
 * The loaded stretch of one room's events, oldest first: by `room_seq`, what the host has not placed yet last.
 * While `newer` is set it ends before the present, and what the stream brings belongs behind a gap.
 */
export interface Timeline {
  events: RoomEvent[];
  older: Beyond | null;
  newer: Beyond | null;
  /** changes when another stretch takes the place of this one, instead of growing it */
  stretch: number;
}

let stretches = 0;

export function newTimeline(events: RoomEvent[], ends: Pick<Timeline, 'older' | 'newer'> = { older: null, newer: null }): Timeline {
  return upsertEvents({ events: [], ...ends, stretch: (stretches += 1) }, events);
}

function placeOf(event: RoomEvent): [number, number, string] {
  return [event.room_seq ?? Number.MAX_SAFE_INTEGER, event.stream_position, event.created_at];
}

function compareEvents(a: RoomEvent, b: RoomEvent): number {
  const [seqA, positionA, createdA] = placeOf(a);
  const [seqB, positionB, createdB] = placeOf(b);
  return seqA - seqB || positionA - positionB || createdA.localeCompare(createdB);
}

/** Adds events or replaces those of the same id; the same events again change nothing but identity. */
export function upsertEvents(timeline: Timeline, incoming: RoomEvent[]): Timeline {
  const byId = new Map(timeline.events.map((event) => [event.id, event]));
  for (const event of incoming) {
    const known = byId.get(event.id);
    byId.set(event.id, known ? mergeEvent(known, event) : event);
  }
  return { ...timeline, events: [...byId.values()].sort(compareEvents) };
}

/** A repeated frame may be older than a redaction that was seen already: what was removed stays removed. */
function mergeEvent(known: RoomEvent, event: RoomEvent): RoomEvent {
  if (known.redacted_at && !event.redacted_at) {
    return { ...event, content: null, redacted_at: known.redacted_at, redacted_by: known.redacted_by, reactions: [] };
  }
  const { local: _local, ...rest } = known;
  return { ...rest, ...event };
}

/** An event of the stream: behind a gap only what is loaded changes. */
export function receiveEvent(timeline: Timeline, event: RoomEvent): Timeline {
  const isBehindGap = timeline.newer !== null && !timeline.events.some(({ id }) => id === event.id);
  return isBehindGap ? timeline : upsertEvents(timeline, [event]);
}

/** The last page as it was just read: grows what is loaded where the two meet, else takes its place; who reads far back is left there. */
export function joinLatest(known: Timeline | undefined, latest: Timeline): Timeline {
  if (!known) return latest;
  if (known.newer !== null) return known;
  const ids = new Set(latest.events.map(({ id }) => id));
  return known.events.some(({ id }) => ids.has(id)) ? upsertEvents(known, latest.events) : latest;
}

/** Forgets all but `keep` events, at one end; they are asked for again when they come near. */
export function trimTimeline(timeline: Timeline, end: 'oldest' | 'newest', keep: number): Timeline {
  if (timeline.events.length <= keep) return timeline;
  if (end === 'oldest') {
    const events = timeline.events.slice(-keep);
    return { ...timeline, events, older: { around: events[0]!.id } };
  }
  const events = timeline.events.slice(0, keep);
  return { ...timeline, events, newer: { around: events.at(-1)!.id } };
}

function patchEvent(timeline: Timeline, id: string, patch: (event: RoomEvent) => RoomEvent): Timeline {
  if (!timeline.events.some((event) => event.id === id)) return timeline;
  return { ...timeline, events: timeline.events.map((event) => (event.id === id ? patch(event) : event)) };
}

export function applyEdit(timeline: Timeline, edit: { id: string; content: EventContent; at: string }): Timeline {
  return patchEvent(timeline, edit.id, (event) => {
    if (event.redacted_at) return event;
    return { ...event, original_content: event.original_content ?? event.content, content: { ...event.content, ...edit.content }, edited_at: edit.at };
  });
}

export function applyRedaction(timeline: Timeline, redaction: { id: string; by: string | null; at: string }): Timeline {
  return patchEvent(timeline, redaction.id, (event) => ({
    ...event,
    content: null,
    original_content: null,
    redacted_at: event.redacted_at ?? redaction.at,
    redacted_by: redaction.by,
    reactions: [],
  }));
}

export interface ReactionChange {
  id: string;
  emoji: string;
  senderId: string;
  added: boolean;
  isMe: boolean;
}

/** Reactions are a set of (event, sender, emoji): applying one twice changes nothing. */
export function applyReaction(timeline: Timeline, change: ReactionChange): Timeline {
  return patchEvent(timeline, change.id, (event) => {
    const old = event.reactions.find((reaction) => reaction.emoji === change.emoji);
    const others = old?.participants.filter((id) => id !== change.senderId) ?? [];
    const participants = change.added ? [...others, change.senderId] : others;
    const me = change.isMe ? change.added : (old?.me ?? false);
    const next = { emoji: change.emoji, count: participants.length, me, participants };
    const reactions = old ? event.reactions.map((reaction) => (reaction === old ? next : reaction)) : [...event.reactions, next];
    return { ...event, reactions: reactions.filter((reaction) => reaction.count > 0) };
  });
}

/** One reply more below its parent, wherever the parent is loaded. */
export function countReply(timeline: Timeline, parentId: string): Timeline {
  return patchEvent(timeline, parentId, (event) => ({ ...event, thread_count: event.thread_count + 1 }));
}

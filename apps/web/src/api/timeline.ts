import type { EventContent, RoomEvent } from './types.js';

/** One room's loaded events, oldest first: by `room_seq`, what the host has not placed yet last. `cursor` asks for older ones. */
export interface Timeline {
  events: RoomEvent[];
  hasMore: boolean;
  cursor: string | null;
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

export function removeEvent(timeline: Timeline, id: string): Timeline {
  return { ...timeline, events: timeline.events.filter((event) => event.id !== id) };
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

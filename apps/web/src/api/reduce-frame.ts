import { keys, type QueryKey } from './keys.js';
import { applyEdit, applyReaction, applyRedaction, countReply, receiveEvent, upsertEvents, type Timeline } from './timeline.js';
import type { EventContent, Frame, Invitation, Member, NotificationItem, Participant, PresenceStatus, Room, RoomEvent } from './types.js';

/** The part of the caches that one frame may touch; what is not loaded is undefined and stays so. */
export interface LiveState {
  rooms?: Room[];
  timeline?: Timeline;
  threads: Record<string, Timeline>;
  members?: Member[];
  myInvitations?: Invitation[];
  notifications?: NotificationItem[];
  presence?: Record<string, PresenceStatus>;
  typing?: Record<string, number>;
}

export interface FrameContext {
  myId: string;
  myFqid: string;
  /** The room in front of the user; its messages are read as they come. */
  openRoomId: string | null;
  /** False for a frame that was applied before (same event id and type): it must not count as unread again. */
  isNew: boolean;
  nowMs: number;
}

export interface Reduced {
  state: LiveState;
  /** What the frame says is out of date, but does not carry. */
  stale: QueryKey[];
}

/** A typing notice is forgotten after 4 s without another one. */
export const TYPING_MS = 4_000;

type Reducer = (state: LiveState, frame: Frame, context: FrameContext) => Reduced;

const REDUCERS: Record<string, Reducer> = {
  'swp.room.message': reduceMessage,
  'swp.room.message.edit': reduceEdit,
  'swp.room.redaction': reduceRedaction,
  'swp.room.reaction': (state, frame, context) => reduceReaction(state, frame, { ...context, added: true }),
  'swp.room.reaction.removed': (state, frame, context) => reduceReaction(state, frame, { ...context, added: false }),
  'swp.room.member': reduceMember,
  'swp.room.name': reduceRoomField,
  'swp.room.topic': reduceRoomField,
  'swp.room.state': reduceRoomField,
  notification: reduceNotification,
  typing: reduceTyping,
  presence: reducePresence,
};

/** The one reducer of the live stream: pure, and idempotent for every stored frame. Unknown types change nothing. */
export function reduceFrame(state: LiveState, frame: Frame, context: FrameContext): Reduced {
  const reducer = REDUCERS[frame.type];
  return reducer ? reducer(state, frame, context) : { state, stale: [] };
}

function eventOf(frame: Frame): RoomEvent {
  const { type, ts, tenant_id: _tenant, ...fields } = frame;
  const defaults = { state: 'sequenced', room_seq: null, reactions: [], thread_count: 0, edited_at: null, redacted_at: null, redacted_by: null, unavailable: false, reply_to_event_id: null };
  return { ...defaults, created_at: ts, event_type: type, ...fields } as unknown as RoomEvent;
}

function everyTimeline(state: LiveState, change: (timeline: Timeline) => Timeline): LiveState {
  const threads = Object.fromEntries(Object.entries(state.threads).map(([id, thread]) => [id, change(thread)]));
  return { ...state, timeline: state.timeline && change(state.timeline), threads };
}

function patchRoom(state: LiveState, roomId: string | undefined, patch: (room: Room) => Room): LiveState {
  return { ...state, rooms: state.rooms?.map((room) => (room.id === roomId ? patch(room) : room)) };
}

function unknownRoom(state: LiveState, frame: Frame): QueryKey[] {
  const isKnown = !state.rooms || state.rooms.some((room) => room.id === frame.room_id);
  return isKnown ? [] : [keys.rooms];
}

function reduceMessage(state: LiveState, frame: Frame, context: FrameContext): Reduced {
  const event = eventOf(frame);
  const parentId = event.reply_to_event_id;
  let next: LiveState = { ...state, timeline: state.timeline && receiveEvent(state.timeline, event) };
  next.threads = Object.fromEntries(
    Object.entries(state.threads).map(([rootId, thread]) => {
      const belongs = thread.events.some((known) => known.id === event.id || known.id === parentId) || rootId === parentId;
      return [rootId, belongs ? upsertEvents(thread, [event]) : thread];
    }),
  );
  if (parentId && context.isNew) next = everyTimeline(next, (timeline) => countReply(timeline, parentId));
  const isUnread = context.isNew && event.sender_id !== context.myId && frame.room_id !== context.openRoomId;
  next = patchRoom(next, frame.room_id, (room) => ({
    ...room,
    last_event_at: room.last_event_at && room.last_event_at > event.created_at ? room.last_event_at : event.created_at,
    unread_count: room.unread_count + (isUnread ? 1 : 0),
  }));
  return { state: stopTyping(next, event.sender_id), stale: unknownRoom(state, frame) };
}

function targetOf(frame: Frame): string {
  return String(frame.event_id ?? (frame.content as EventContent | undefined)?.event_id ?? '');
}

function reduceEdit(state: LiveState, frame: Frame): Reduced {
  const own = frame.content as (EventContent & { new_content?: EventContent }) | undefined;
  const edit = { id: targetOf(frame), content: own?.new_content ?? own ?? {}, at: String(frame.edited_at ?? frame.ts ?? '') };
  return { state: everyTimeline(state, (timeline) => applyEdit(timeline, edit)), stale: [] };
}

function reduceRedaction(state: LiveState, frame: Frame): Reduced {
  const redaction = { id: targetOf(frame), by: (frame.redacted_by as string | null | undefined) ?? frame.id ?? null, at: String(frame.ts ?? '') };
  return { state: everyTimeline(state, (timeline) => applyRedaction(timeline, redaction)), stale: [] };
}

function reduceReaction(state: LiveState, frame: Frame, context: FrameContext & { added: boolean }): Reduced {
  const senderId = String(frame.sender_id);
  const emoji = String(frame.emoji ?? (frame.content as EventContent | undefined)?.emoji ?? '');
  const change = { id: targetOf(frame), emoji, senderId, added: context.added, isMe: senderId === context.myId };
  return { state: everyTimeline(state, (timeline) => applyReaction(timeline, change)), stale: [] };
}

/** The member whom a frame describes, with what is known of them already; null once they are out. Who is banned stays listed, as such. */
function memberOf(frame: Frame, old: Member | undefined): Member | null {
  const content = frame.content as EventContent | null | undefined;
  const participant = (frame.participant as Participant | null | undefined) ?? old?.participant;
  const membership = frame.membership;
  if ((membership !== 'join' && membership !== 'ban') || !participant) return null;
  const known = old ?? { power_level: 0, joined_at: frame.ts ?? null, notification_mode: 'inherit', muted_until: null };
  const power = typeof content?.power_level === 'number' ? content.power_level : known.power_level;
  return { ...known, participant_id: participant.id, membership, power_level: power, participant };
}

function reduceMember(state: LiveState, frame: Frame, context: FrameContext): Reduced {
  const id = String(frame.participant_id ?? '');
  const roomId = frame.room_id ?? '';
  const member = memberOf(frame, state.members?.find((known) => known.participant_id === id));
  const others = state.members?.filter((known) => known.participant_id !== id);
  // Who is in a room decides its servers, its name in a DM and what I may do there: ask instead of guessing.
  const stale: QueryKey[] = [keys.rooms, keys.roomInvitations(roomId), ...(id === context.myId ? [keys.room(roomId)] : [])];
  return { state: { ...state, members: others && (member ? [...others, member] : others), timeline: withEvent(state, frame) }, stale };
}

/** The loaded timeline with a frame that is an event of it. */
function withEvent(state: LiveState, frame: Frame): Timeline | undefined {
  return frame.id ? state.timeline && receiveEvent(state.timeline, eventOf(frame)) : state.timeline;
}

const ROOM_FIELDS: Record<string, 'name' | 'topic' | 'state'> = { 'swp.room.name': 'name', 'swp.room.topic': 'topic', 'swp.room.state': 'state' };

function reduceRoomField(state: LiveState, frame: Frame): Reduced {
  const field = ROOM_FIELDS[frame.type]!;
  const content = frame.content as EventContent | null | undefined;
  const value = frame[field] !== undefined && field !== 'state' ? frame[field] : content?.[field];
  const next = value === undefined ? state : patchRoom(state, frame.room_id, (room) => ({ ...room, [field]: value }));
  // What a closed room allows is not in the frame.
  return { state: { ...next, timeline: withEvent(state, frame) }, stale: field === 'state' || value === undefined ? [keys.rooms] : unknownRoom(state, frame) };
}

function upsertFirst<Item extends { id: string }>(list: Item[] | undefined, item: Item): Item[] | undefined {
  if (!list) return undefined;
  return list.some((known) => known.id === item.id) ? list.map((known) => (known.id === item.id ? item : known)) : [item, ...list];
}

/** Notifications about an invitation carry it as it is now. */
function reduceNotification(state: LiveState, frame: Frame, context: FrameContext): Reduced {
  const told = frame.notification as NotificationItem;
  // What is said in the room that somebody looks at is read as it comes.
  const item = told.kind !== 'reminder' && told.data.room_id === context.openRoomId && told.read_at === null ? { ...told, read_at: told.created_at } : told;
  // Another message of a room comes up again.
  const next = { ...state, notifications: state.notifications && [item, ...state.notifications.filter(({ id }) => id !== item.id)] };
  if (item.kind === 'reminder') return { state: next, stale: [keys.snoozes] };
  if (item.kind === 'severed') return { state: next, stale: [keys.rooms] };
  if (item.kind !== 'invitation' && item.kind !== 'invitation_outcome') return { state: next, stale: [] };
  const invitation = item.data as Invitation;
  if (invitation.direction !== 'in' || invitation.invitee !== context.myFqid) return { state: next, stale: [keys.roomInvitations(invitation.room.id)] };
  return { state: { ...next, myInvitations: upsertFirst(state.myInvitations, invitation) }, stale: [] };
}

function stopTyping(state: LiveState, participantId: string | null): LiveState {
  if (!participantId || !state.typing?.[participantId]) return state;
  const { [participantId]: _gone, ...typing } = state.typing;
  return { ...state, typing };
}

function reduceTyping(state: LiveState, frame: Frame, context: FrameContext): Reduced {
  const id = String(frame.participant_id);
  if (id === context.myId) return { state, stale: [] };
  if (frame.typing !== true) return { state: stopTyping(state, id), stale: [] };
  return { state: { ...state, typing: { ...state.typing, [id]: context.nowMs + TYPING_MS } }, stale: [] };
}

function reducePresence(state: LiveState, frame: Frame): Reduced {
  const presence = { ...state.presence, [String(frame.participant_id)]: frame.status as PresenceStatus };
  return { state: { ...state, presence }, stale: [] };
}

import { formatCursor, type StreamEntry } from '@scaiwave/core';
import type { EventJson } from '../messages/event.presenter.js';
import { presentNotification } from '../notifications/notification.presenter.js';

export type Frame = Record<string, unknown> & { type: string };

/** Types of the log that clients have no use for. */
const UNSEEN = new Set(['swp.room.checkpoint']);

/** One stored entry as the frame that sockets and sync carry; null if clients do not see it. */
export function presentFrame(entry: StreamEntry, events: ReadonlyMap<string, EventJson>, tenantId: string): Frame | null {
  const cursor = formatCursor(entry.cursor);
  if (entry.kind === 'notification') {
    const { notification } = entry;
    return { type: 'notification', tenant_id: tenantId, ts: notification.created_at.toISOString(), cursor, stream_position: notification.stream_position, notification: presentNotification(notification) };
  }
  const event = events.get(`${entry.event.room_id}/${entry.event.id}`);
  if (!event || UNSEEN.has(event.event_type)) return null;
  return { ...event, type: event.event_type, tenant_id: tenantId, ts: event.created_at, cursor, ...aboutOf(event, entry.event.target_id) };
}

/** What each type says beside the fields that all events have. */
function aboutOf(event: EventJson, targetId: string | null): Record<string, unknown> {
  const content = event.content ?? {};
  switch (event.event_type) {
    case 'swp.room.message.edit':
      return { event_id: targetId, content: content.new_content, edited_at: new Date(event.origin_ts * 1000).toISOString() };
    case 'swp.room.redaction':
      return { event_id: targetId, redacted_by: event.sender_id, reason: content.reason ?? null };
    case 'swp.room.reaction':
    case 'swp.room.reaction.removed':
      return { event_id: targetId, emoji: content.emoji };
    case 'swp.room.member':
      return { participant_id: event.subject?.id ?? null, membership: content.membership, changed_by: event.sender_id, participant: event.subject ?? null };
    default:
      return {};
  }
}

const texts = new WeakMap<Frame, string>();

/** The frame as it is sent, made once however many sockets take it. */
export function textOf(frame: Frame): string {
  const known = texts.get(frame);
  if (known !== undefined) return known;
  const text = JSON.stringify(frame);
  texts.set(frame, text);
  return text;
}

/** Which reactions are the viewer's own depends on who looks. */
export function frameFor(frame: Frame, participantId: string): Frame {
  const reactions = frame.reactions as EventJson['reactions'] | undefined;
  if (!reactions || reactions.length === 0) return frame;
  return { ...frame, reactions: reactions.map((reaction) => ({ ...reaction, me: reaction.participants.includes(participantId) })) };
}

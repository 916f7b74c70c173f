import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { newUuid } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import type { OutboxEntry } from '../../api/outbox.js';
import type { EventContent, Me, Member, Participant, Room, RoomEvent } from '../../api/types.js';
import { useSession } from '../session/session.js';
import { findMentions } from './mentions.js';

export interface Draft {
  body: string;
  replyToId?: string;
  /** What a file adds to the content. */
  media?: EventContent;
}

const NOTHING: readonly OutboxEntry[] = [];

/** What was written on this device and has not reached the server. */
export function useOutbox(): readonly OutboxEntry[] {
  return useQuery<readonly OutboxEntry[]>({ queryKey: keys.outbox, enabled: false, initialData: NOTHING }).data;
}

function asParticipant(me: Me, us: string): Participant {
  return { id: me.participant_id, fqid: me.fqid, local_id: me.local_id, server_name: us, display_name: me.display_name, avatar_url: null, participant_type: 'human' };
}

function buildContent(draft: Draft, members: Member[], us: string): EventContent {
  const mentions = findMentions(draft.body, members, us);
  return {
    msgtype: 'swp.text',
    body: draft.body,
    ...draft.media,
    ...(mentions.length > 0 && { mentions }),
    ...(draft.replyToId && { reply_to_event_id: draft.replyToId }),
  };
}

function buildUnsent({ me, us }: { me: Me; us: string }, { id, roomId, content, writtenAt, state, problem }: OutboxEntry): RoomEvent {
  return {
    id, room_id: roomId, sender_id: me.participant_id, sender: asParticipant(me, us),
    event_type: 'swp.room.message', content, stream_position: Number.MAX_SAFE_INTEGER, room_seq: null, state: 'pending', failure_code: null, is_late: false, origin: us,
    origin_ts: Math.floor(writtenAt / 1000), created_at: new Date(writtenAt).toISOString(), edited_at: null, redacted_at: null, redacted_by: null, unavailable: false,
    reply_to_event_id: content.reply_to_event_id ?? null, thread_count: 0, reactions: [],
    local: state === 'refused' ? { state, problem: problem ?? { code: 'SW_INTERNAL' } } : { state },
  };
}

/** The room's messages that the server has not confirmed, in the order of writing. */
export function useUnsent(roomId: string): RoomEvent[] {
  const { me, us } = useSession();
  const entries = useOutbox();
  return useMemo(() => entries.filter((entry) => entry.roomId === roomId).map((entry) => buildUnsent({ me, us }, entry)), [entries, roomId, me, us]);
}

/** Loaded events with the unsent ones below them. One that has arrived already is shown as the server tells it. */
export function withUnsent(events: RoomEvent[], unsent: RoomEvent[]): RoomEvent[] {
  if (unsent.length === 0) return events;
  const arrived = new Set(events.map(({ id }) => id));
  return [...events, ...unsent.filter(({ id }) => !arrived.has(id))];
}

/** Sending shows the message at once; it stays in the outbox until the server has it, or I discard it. */
export function useSend(room: Room, members: Member[]) {
  const { us, outbox } = useSession();
  const send = useCallback((draft: Draft) => outbox.add({ id: newUuid(), roomId: room.id, content: buildContent(draft, members, us) }), [outbox, room.id, members, us]);
  const resend = useCallback((event: RoomEvent) => outbox.retry(event.id), [outbox]);
  const discard = useCallback((event: RoomEvent) => outbox.drop(event.id), [outbox]);
  return { send, resend, discard };
}

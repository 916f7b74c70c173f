import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { api, dataOf, newUuid, problemFrom } from '../../api/client.js';
import { now, nowIso } from '../../api/clock.js';
import { keys } from '../../api/keys.js';
import { removeEvent, upsertEvents, type Timeline } from '../../api/timeline.js';
import type { EventContent, Me, Member, Participant, Room, RoomEvent } from '../../api/types.js';
import { useSession } from '../session/session.js';
import { findMentions } from './mentions.js';

const PAGE = 50;

async function fetchPage(roomId: string, from: string | null, signal?: AbortSignal): Promise<Timeline> {
  const { data: page } = await api.GET('/v1/rooms/{room_id}/messages', {
    params: { path: { room_id: roomId }, query: { limit: PAGE, direction: 'back', ...(from !== null && { from }) } },
    signal,
  });
  const cursor = typeof page?.meta?.next_cursor === 'string' ? page.meta.next_cursor : null;
  return upsertEvents({ events: [], hasMore: cursor !== null, cursor }, page?.data ?? []);
}

/** The newest page of a room's events, then whatever the stream adds and {@link useOlder} loads. */
export function useTimeline(roomId: string) {
  const { live } = useSession();
  const client = useQueryClient();
  return useQuery({
    queryKey: keys.timeline(roomId),
    queryFn: async ({ signal }) => {
      const page = await fetchPage(roomId, null, signal);
      const unsent = client.getQueryData<Timeline>(keys.timeline(roomId))?.events.filter((event) => event.local) ?? [];
      return live.replay(roomId, upsertEvents(page, unsent));
    },
  });
}

export function useOlder(roomId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (cursor: string) => fetchPage(roomId, cursor),
    onSuccess: (page) =>
      client.setQueryData<Timeline>(keys.timeline(roomId), (timeline) => timeline && { ...upsertEvents(timeline, page.events), hasMore: page.hasMore, cursor: page.cursor }),
  });
}

export function useThread(roomId: string, rootId: string) {
  return useQuery({
    queryKey: keys.thread(roomId, rootId),
    queryFn: async ({ signal }) => {
      const data = await dataOf(api.GET('/v1/rooms/{room_id}/events/{event_id}/thread', { params: { path: { room_id: roomId, event_id: rootId } }, signal }));
      return upsertEvents({ events: [], hasMore: false, cursor: null }, data);
    },
  });
}

export interface Draft {
  body: string;
  replyToId?: string;
  /** The thread in whose panel it was written. */
  threadId?: string;
  /** What a file adds to the content. */
  media?: EventContent;
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

function buildUnsent(session: { me: Me; us: string }, roomId: string, content: EventContent): RoomEvent {
  return {
    id: newUuid(), room_id: roomId, sender_id: session.me.participant_id, sender: asParticipant(session.me, session.us),
    event_type: 'swp.room.message', content, stream_position: Number.MAX_SAFE_INTEGER, room_seq: null, state: 'pending', failure_code: null, is_late: false, origin: session.us,
    origin_ts: Math.floor(now() / 1000), created_at: nowIso(), edited_at: null, redacted_at: null, redacted_by: null, unavailable: false,
    reply_to_event_id: content.reply_to_event_id ?? null, thread_count: 0, reactions: [], local: { state: 'sending' },
  };
}

/** Sending shows the message at once; a refused one stays, with the reason, until it is sent again or discarded. */
export function useSend(room: Room, members: Member[]) {
  const { me, us, live } = useSession();
  const client = useQueryClient();

  const put = useCallback(
    (event: RoomEvent, change: (timeline: Timeline) => Timeline) => {
      client.setQueryData<Timeline>(keys.timeline(room.id), (timeline) => timeline && change(timeline));
      for (const [key, thread] of client.getQueriesData<Timeline>({ queryKey: keys.threads(room.id) })) {
        if (thread && (key[2] === event.reply_to_event_id || thread.events.some(({ id }) => id === event.id))) client.setQueryData(key, change(thread));
      }
    },
    [client, room.id],
  );

  const deliver = useCallback(
    async (unsent: RoomEvent) => {
      put(unsent, (timeline) => upsertEvents(timeline, [{ ...unsent, local: { state: 'sending' } }]));
      try {
        const data = await dataOf(api.POST('/v1/rooms/{room_id}/send', { params: { path: { room_id: room.id } }, body: { content: unsent.content ?? {}, event_uuid: unsent.id } }));
        if (data.id !== unsent.id) put(unsent, (timeline) => removeEvent(timeline, unsent.id));
        // As a frame: the parent's reply count and the room list change with it, once, whichever of the two comes first.
        live.apply([{ ...data, type: data.event_type, ts: data.created_at }]);
      } catch (error) {
        put(unsent, (timeline) => {
          const hasArrived = timeline.events.some((event) => event.id === unsent.id && !event.local);
          return hasArrived ? timeline : upsertEvents(timeline, [{ ...unsent, local: { state: 'failed', problem: problemFrom(error) } }]);
        });
      }
    },
    [put, room.id, live],
  );

  const send = useCallback((draft: Draft) => deliver(buildUnsent({ me, us }, room.id, buildContent(draft, members, us))), [deliver, me, us, room.id, members]);
  const discard = useCallback((event: RoomEvent) => put(event, (timeline) => removeEvent(timeline, event.id)), [put]);
  return { send, resend: deliver, discard };
}

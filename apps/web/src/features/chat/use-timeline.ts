import { queryOptions, useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { api, dataOf } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import type { Live } from '../../api/live.js';
import { joinLatest, newTimeline, trimTimeline, upsertEvents, type Beyond, type Timeline } from '../../api/timeline.js';
import { useSession } from '../session/session.js';

const PAGE = 50;
/** More than this is not kept of a room while scrolling through it … */
const MAX_LOADED = 600;
/** … but this. */
const KEPT = 400;

type Direction = 'back' | 'forward';

interface Page {
  roomId: string;
  at: Beyond | null;
  direction: Direction;
  signal?: AbortSignal;
}

function cursorIn(meta: Record<string, unknown> | undefined, name: string): Beyond | null {
  const cursor = meta?.[name];
  return typeof cursor === 'string' ? { from: cursor } : null;
}

async function fetchPage({ roomId, at, direction, signal }: Page): Promise<Timeline> {
  const { data: page } = await api.GET('/v1/rooms/{room_id}/messages', { params: { path: { room_id: roomId }, query: { limit: PAGE, direction, ...at } }, signal });
  const isAround = at !== null && 'around' in at;
  // A page forward knows nothing of what lies before it, and one back nothing of what follows.
  const older = direction === 'back' || isAround ? cursorIn(page?.meta, 'next_cursor') : null;
  const newer = isAround ? cursorIn(page?.meta, 'newer_cursor') : direction === 'forward' ? cursorIn(page?.meta, 'next_cursor') : null;
  return newTimeline(page?.data ?? [], { older, newer });
}

function latestOf(roomId: string, { client, live }: { client: QueryClient; live: Live }) {
  return queryOptions({
    queryKey: keys.timeline(roomId),
    queryFn: async ({ signal }) => {
      const latest = await fetchPage({ roomId, at: null, direction: 'back', signal });
      return live.replay(roomId, joinLatest(client.getQueryData<Timeline>(keys.timeline(roomId)), latest));
    },
  });
}

/** The newest page of a room's events, then whatever the stream adds and {@link useMore} loads. */
export function useTimeline(roomId: string) {
  const { live } = useSession();
  const client = useQueryClient();
  return useQuery(latestOf(roomId, { client, live }));
}

/** Asks for a room's newest page before it is shown: while the finger is still down, and the page is drawn. */
export function usePrefetchTimeline() {
  const { live } = useSession();
  const client = useQueryClient();
  return useCallback((roomId: string) => void client.prefetchQuery(latestOf(roomId, { client, live })), [client, live]);
}

/** What lies beyond one end of the loaded stretch. */
export function useMore(roomId: string, direction: Direction) {
  const { live } = useSession();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (at: Beyond) => fetchPage({ roomId, at, direction }),
    onSuccess: (page, at) =>
      client.setQueryData<Timeline>(keys.timeline(roomId), (timeline) => {
        const end = direction === 'back' ? 'older' : 'newer';
        // The stretch was replaced while this page was on its way: it does not belong to the new one.
        if (!timeline || timeline[end] !== at) return timeline;
        const grown = { ...upsertEvents(timeline, page.events), [end]: page[end] };
        // Frames that came while there was a gap were left out.
        return grown.newer === null && end === 'newer' ? live.replay(roomId, grown) : grown;
      }),
  });
}

/** Ways to show another stretch of the room than the loaded one. */
export function useStretch(roomId: string) {
  const { live } = useSession();
  const client = useQueryClient();
  const key = keys.timeline(roomId);
  const around = useMutation({
    mutationFn: (eventId: string) => fetchPage({ roomId, at: { around: eventId }, direction: 'back' }),
    onSuccess: (page) => client.setQueryData<Timeline>(key, page),
  });
  const latest = useMutation({
    mutationFn: () => fetchPage({ roomId, at: null, direction: 'back' }),
    onSuccess: (page) => client.setQueryData<Timeline>(key, live.replay(roomId, page)),
  });
  const trim = useCallback(
    (end: 'oldest' | 'newest') =>
      client.setQueryData<Timeline>(keys.timeline(roomId), (timeline) => (timeline && timeline.events.length > MAX_LOADED ? trimTimeline(timeline, end, KEPT) : timeline)),
    [client, roomId],
  );
  /** Whoever comes back to the room begins at the present. */
  const leave = useCallback(() => {
    const timeline = client.getQueryData<Timeline>(keys.timeline(roomId));
    if (timeline?.newer) client.removeQueries({ queryKey: keys.timeline(roomId), exact: true });
    else if (timeline) client.setQueryData(keys.timeline(roomId), trimTimeline(timeline, 'oldest', 2 * PAGE));
  }, [client, roomId]);
  return { around, latest, trim, leave };
}

export function useThread(roomId: string, rootId: string) {
  return useQuery({
    queryKey: keys.thread(roomId, rootId),
    queryFn: async ({ signal }) => {
      const data = await dataOf(api.GET('/v1/rooms/{room_id}/events/{event_id}/thread', { params: { path: { room_id: roomId, event_id: rootId } }, signal }));
      return newTimeline(data);
    },
  });
}

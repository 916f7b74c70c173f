import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { upsertEvents, type Timeline } from '../../api/timeline.js';
import type { RoomEvent } from '../../api/types.js';

/** A stretch of a room's past around one message. */
export interface HistoryWindow extends Timeline {
  /** place of the newest message that is loaded */
  newestSeq: number;
  hasNewer: boolean;
}

const PAGE = 50;

type Place = { around: string } | { from: string; direction: 'back' | 'forward' };

async function fetchPage(roomId: string, place: Place, signal?: AbortSignal): Promise<{ events: RoomEvent[]; cursor: string | null }> {
  const { data: page } = await api.GET('/v1/rooms/{room_id}/messages', { params: { path: { room_id: roomId }, query: { limit: PAGE, ...place } }, signal });
  return { events: page?.data ?? [], cursor: typeof page?.meta?.next_cursor === 'string' ? page.meta.next_cursor : null };
}

function newestOf(events: RoomEvent[], atLeast = 0): number {
  return Math.max(atLeast, ...events.map((event) => event.room_seq ?? 0));
}

/** Older and newer messages are loaded on demand. It lies among the room's threads, so that edits and reactions reach it live. */
export function useWindow(roomId: string, eventId: string) {
  const client = useQueryClient();
  const queryKey = keys.around(roomId, eventId);
  const window = useQuery({
    queryKey,
    queryFn: async ({ signal }): Promise<HistoryWindow> => {
      const { events, cursor } = await fetchPage(roomId, { around: eventId }, signal);
      return { ...upsertEvents({ events: [], hasMore: cursor !== null, cursor }, events), newestSeq: newestOf(events), hasNewer: true };
    },
  });
  const change = (extend: (known: HistoryWindow) => HistoryWindow) => client.setQueryData<HistoryWindow>(queryKey, (known) => known && extend(known));
  const older = useMutation({
    mutationFn: (from: string) => fetchPage(roomId, { from, direction: 'back' }),
    onSuccess: ({ events, cursor }) => change((known) => ({ ...known, ...upsertEvents(known, events), hasMore: cursor !== null, cursor })),
  });
  const newer = useMutation({
    mutationFn: (from: number) => fetchPage(roomId, { from: String(from), direction: 'forward' }),
    onSuccess: ({ events, cursor }) => change((known) => ({ ...known, ...upsertEvents(known, events), newestSeq: newestOf(events, known.newestSeq), hasNewer: cursor !== null })),
  });
  return { window, older, newer };
}

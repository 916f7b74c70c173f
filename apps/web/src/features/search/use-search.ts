import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import type { SearchHit } from '../../api/types.js';

export interface SearchFilter {
  query: string;
  roomId: string | null;
  fromId: string | null;
  /** YYYY-MM-DD in the browser's time zone; empty: no bound. Both days are included. */
  since: string;
  until: string;
}

interface SearchPage {
  hits: SearchHit[];
  cursor: string | null;
  isSimilar: boolean;
}

/** The moment at which a day begins here, or the one after it. */
function dayStart(day: string, daysLater = 0): string | undefined {
  const [year, month, date] = day.split('-').map(Number);
  const at = new Date(year ?? Number.NaN, (month ?? 1) - 1, (date ?? 1) + daysLater);
  return day === '' || Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

async function fetchHits({ query, roomId, fromId, since, until }: SearchFilter, page: { cursor: string | null; signal: AbortSignal }): Promise<SearchPage> {
  const body = { query, room_id: roomId ?? undefined, from: fromId ?? undefined, after: dayStart(since), before: dayStart(until, 1), limit: 20, cursor: page.cursor ?? undefined };
  const { data } = await api.POST('/v1/search', { body, signal: page.signal });
  const { next_cursor: next, is_similar: isSimilar } = data?.meta ?? {};
  return { hits: data?.data ?? [], cursor: typeof next === 'string' ? next : null, isSimilar: isSimilar === true };
}

/** Hits page by page, newest first; nothing is asked while there are no words. */
export function useSearch(filter: SearchFilter) {
  const { query, roomId, fromId, since, until } = filter;
  return useInfiniteQuery({
    queryKey: keys.search(query, roomId ?? '', fromId ?? '', since, until),
    queryFn: ({ pageParam, signal }) => fetchHits(filter, { cursor: pageParam, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.cursor,
    enabled: query !== '',
    // What was found a minute ago may have been edited or removed since.
    staleTime: 0,
    gcTime: 60_000,
  });
}

/** People of this server and of others whom it has met, by name. */
export function useAuthors(name: string) {
  return useQuery({
    queryKey: keys.people(name, 'authors'),
    queryFn: ({ signal }) => dataOf(api.GET('/v1/directory/participants', { params: { query: { q: name, include_federated: 'true', limit: 50 } }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}

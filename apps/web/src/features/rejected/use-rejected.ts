import { useInfiniteQuery } from '@tanstack/react-query';
import { api, pageOf } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { given } from '../../components/use-filter.js';

export const FILTERS = ['origin', 'code'] as const;
export type RejectedFilter = Record<(typeof FILTERS)[number], string>;

export function useRejected(filter: RejectedFilter) {
  const query = given(filter);
  return useInfiniteQuery({
    queryKey: keys.rejected(...Object.values(filter)),
    queryFn: ({ pageParam, signal }) => pageOf(api.GET('/v1/admin/federation/rejected', { params: { query: { ...query, offset: pageParam } }, signal })),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => {
      const shown = pages.reduce((sum, page) => sum + page.items.length, 0);
      return last.items.length > 0 && shown < (last.total ?? 0) ? shown : undefined;
    },
    refetchInterval: 4_000,
    staleTime: 0,
  });
}

import { useInfiniteQuery } from '@tanstack/react-query';
import { api, pageOf } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { given } from '../../components/use-filter.js';

export const FILTERS = ['actor', 'action', 'from', 'to'] as const;
export type AuditFilter = Record<(typeof FILTERS)[number], string>;

export function useAudit(filter: AuditFilter) {
  const query = given(filter);
  return useInfiniteQuery({
    queryKey: keys.audit(...Object.values(filter)),
    queryFn: ({ pageParam, signal }) => pageOf(api.GET('/v1/admin/audit', { params: { query: { ...query, offset: pageParam } }, signal })),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => {
      const shown = pages.reduce((sum, page) => sum + page.items.length, 0);
      return last.items.length > 0 && shown < (last.total ?? 0) ? shown : undefined;
    },
    refetchInterval: 5_000,
    staleTime: 0,
  });
}

/** All that the filter names, as a file of JSON lines. */
export function exportPath(filter: AuditFilter): string {
  const query = new URLSearchParams(given(filter) as Record<string, string>).toString();
  return `/v1/admin/audit/export${query && `?${query}`}`;
}

import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api, ApiError, dataOf } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import type { ProviderTenant } from '../../api/types.js';

const EVERY_MS = 5_000;

export const PROVIDER_FILTERS = ['state', 'q'] as const;
export type ProviderFilter = Record<(typeof PROVIDER_FILTERS)[number], string>;
export type TenantState = '' | 'not_ready' | 'failing';
export type Counts = { all: number; not_ready: number; failing: number };

interface TenantsPage {
  items: ProviderTenant[];
  nextCursor: string | null;
  counts: Counts;
}

export function useProviderMe() {
  return useQuery({ queryKey: keys.providerMe, queryFn: ({ signal }) => dataOf(api.GET('/v1/provider/me', { signal })) });
}

export function useProviderConfig() {
  return useQuery({ queryKey: keys.providerConfig, queryFn: ({ signal }) => dataOf(api.GET('/v1/provider/auth/config', { signal })) });
}

export function stateOf({ state }: ProviderFilter): TenantState {
  return state === 'not_ready' || state === 'failing' ? state : '';
}

export function useProviderTenants(filter: ProviderFilter) {
  const [state, q] = [stateOf(filter), filter.q.trim()];
  return useInfiniteQuery({
    queryKey: keys.providerTenants(state, q),
    queryFn: async ({ pageParam, signal }): Promise<TenantsPage> => {
      const query = { ...(state && { state }), ...(q && { q }), ...(pageParam && { cursor: pageParam }) };
      const { data: envelope } = await api.GET('/v1/provider/tenants', { params: { query }, signal });
      if (!envelope) throw new ApiError(0, { code: 'SW_UNAVAILABLE' });
      const { next_cursor: nextCursor, counts } = envelope.meta as { next_cursor: string | null; counts: Counts };
      return { items: envelope.data, nextCursor, counts };
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
    staleTime: 0,
  });
}

export function useProviderTenant(namespace: string, name: string) {
  return useQuery({
    queryKey: keys.providerTenant(namespace, name),
    queryFn: ({ signal }) => dataOf(api.GET('/v1/provider/tenants/{namespace}/{name}', { params: { path: { namespace, name } }, signal })),
    refetchInterval: EVERY_MS,
    staleTime: 0,
  });
}

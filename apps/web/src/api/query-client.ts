import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './client.js';

function isWorthRetrying(failures: number, error: unknown): boolean {
  const isTransient = error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 500);
  return isTransient && failures < 3;
}

/** The stream keeps what is loaded up to date, so nothing grows stale by itself. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: Infinity, gcTime: 10 * 60_000, refetchOnWindowFocus: false, retry: isWorthRetrying, networkMode: 'always' },
      mutations: { networkMode: 'always' },
    },
  });
}

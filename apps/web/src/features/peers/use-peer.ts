import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.js';
import { keys } from '../../api/keys.js';

export function usePeer(serverName: string) {
  return useQuery({
    queryKey: keys.peer(serverName),
    queryFn: ({ signal }) => dataOf(api.GET('/v1/admin/federation/peers/{server_name}', { params: { path: { server_name: serverName } }, signal })),
    refetchInterval: 4_000,
    staleTime: 0,
  });
}

/** Asks that server, now: seldom, because it may take seconds and costs both sides a request. */
export function useTheirView(serverName: string) {
  return useQuery({
    queryKey: keys.theirView(serverName),
    queryFn: async ({ signal }) => (await dataOf(api.GET('/v1/admin/federation/peers/{server_name}', { params: { path: { server_name: serverName }, query: { with_status: 'true' } }, signal }))).theirs,
    refetchInterval: 30_000,
  });
}

export function usePeerHistory(serverName: string) {
  return useQuery({
    queryKey: keys.peerHistory(serverName),
    queryFn: ({ signal }) => dataOf(api.GET('/v1/admin/federation/peers/{server_name}/history', { params: { path: { server_name: serverName } }, signal })),
    refetchInterval: 5_000,
  });
}

function sever(serverName: string, query: { dry_run: 'true' | 'false'; reason?: string }) {
  return dataOf(api.DELETE('/v1/admin/federation/peers/{server_name}', { params: { path: { server_name: serverName }, query } }));
}

/** What a removal would cut: asked afresh whenever somebody thinks about it. */
export function useSeverancePreview(serverName: string) {
  return useQuery({ queryKey: keys.severance(serverName), queryFn: () => sever(serverName, { dry_run: 'true' }), staleTime: 0, gcTime: 0 });
}

export function useRemovePeer(serverName: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) => sever(serverName, { dry_run: 'false', ...(reason !== '' && { reason }) }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.peers }),
  });
}

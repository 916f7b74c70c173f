import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import type { Identity, Peer, PeerAction } from '../../api/types.js';
import { notifyDone, notifyProblem } from '../../components/notify.js';
import { texts } from '../../texts/en.js';

const ADMIN = '/v1/admin/federation';
const pathOf = (serverName: string) => `${ADMIN}/peers/${encodeURIComponent(serverName)}`;

/** A peer's trouble is to be seen within 5 s, without a reload. */
export function usePeers() {
  return useQuery({ queryKey: keys.peers, queryFn: async ({ signal }) => (await api.get<Peer[]>(`${ADMIN}/peers`, {}, signal)).data, refetchInterval: 4_000, staleTime: 0 });
}

export function useIdentity() {
  return useQuery({ queryKey: keys.identity, queryFn: async ({ signal }) => (await api.get<Identity>(`${ADMIN}/identity`, {}, signal)).data });
}

export type PeerVerb = PeerAction | 'retry';

export function usePeerAction(serverName: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (verb: PeerVerb) => (verb === 'retry' ? api.post(`${pathOf(serverName)}/retry-now`) : api.patch(pathOf(serverName), { action: verb })),
    onSuccess: (_, verb) => notifyDone(texts.peers.did[verb](serverName)),
    onError: notifyProblem,
    onSettled: () => client.invalidateQueries({ queryKey: keys.peers }),
  });
}

/** Without `accept` the descriptor is fetched and shown; with it the peer is trusted. */
export function useAddPeer() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ serverName, accept }: { serverName: string; accept: boolean }) => (await api.post<Peer>(`${ADMIN}/peers`, { server_name: serverName, ...(accept && { accept }) })).data,
    onSettled: () => client.invalidateQueries({ queryKey: keys.peers }),
  });
}

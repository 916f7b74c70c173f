import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf, listAll } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import type { PeerAction } from '../../api/types.js';
import { notifyDone, notifyProblem } from '../../components/notify.js';
import { adminTexts } from '../../texts/en-admin.js';

/** A peer's trouble is to be seen within 5 s, without a reload. */
export function usePeers() {
  return useQuery({ queryKey: keys.peers, queryFn: ({ signal }) => listAll((offset) => api.GET('/v1/admin/federation/peers', { params: { query: { offset } }, signal })), refetchInterval: 4_000, staleTime: 0 });
}

export function useIdentity() {
  return useQuery({ queryKey: keys.identity, queryFn: ({ signal }) => dataOf(api.GET('/v1/admin/federation/identity', { signal })) });
}

export type PeerVerb = PeerAction | 'retry';

export function usePeerAction(serverName: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (verb: PeerVerb): Promise<unknown> => {
      const params = { path: { server_name: serverName } };
      if (verb === 'retry') return api.POST('/v1/admin/federation/peers/{server_name}/retry-now', { params });
      return api.PATCH('/v1/admin/federation/peers/{server_name}', { params, body: { action: verb } });
    },
    onSuccess: (_, verb) => notifyDone(adminTexts.peers.did[verb](serverName)),
    onError: notifyProblem,
    onSettled: () => client.invalidateQueries({ queryKey: keys.peers }),
  });
}

interface NewPeer {
  serverName: string;
  /** The fingerprint that was shown and compared; without it the descriptor is only fetched. */
  accepted?: string;
}

/** First without, then with the accepted fingerprint: a server that shows another one meanwhile is refused. */
export function useAddPeer() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ serverName, accepted }: NewPeer) =>
      dataOf(api.POST('/v1/admin/federation/peers', { body: { server_name: serverName, accept: accepted !== undefined, ...(accepted !== undefined && { fingerprint: accepted }) } })),
    onSettled: () => client.invalidateQueries({ queryKey: keys.peers }),
  });
}

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.js';
import { keys } from '../../api/keys.js';

const LOOK_AGAIN_MS = 2_000;

/** While a wish is open, it is looked for what came of it. */
export function useSigningKeys() {
  return useQuery({
    queryKey: keys.signingKeys, queryFn: ({ signal }) => dataOf(api.GET('/v1/admin/federation/keys', { signal })), staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.requested_at ? LOOK_AGAIN_MS : false),
  });
}

export function useRotateKeys() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.POST('/v1/admin/federation/keys/rotate'),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.signingKeys }),
  });
}

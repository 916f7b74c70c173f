import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { notifyDone, notifyProblem } from '../../components/notify.js';
import { adminTexts } from '../../texts/en-admin.js';

export function useSigningKeys() {
  return useQuery({ queryKey: keys.signingKeys, queryFn: ({ signal }) => dataOf(api.GET('/v1/admin/federation/keys', { signal })), refetchInterval: 5_000, staleTime: 0 });
}

const ROTATE = '/v1/admin/federation/keys/rotate';

/** Asked of the server's own description: not every installation lets an admin rotate. */
export function useMayRotate() {
  return useQuery({
    queryKey: keys.mayRotate,
    queryFn: async ({ signal }) => {
      const { data } = (await api.GET('/v1/openapi.json' as never, { signal } as never)) as { data?: { paths?: Record<string, { post?: unknown }> } };
      return data?.paths?.[ROTATE]?.post !== undefined;
    },
  });
}

export function useRotate() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.POST(ROTATE as never, {} as never),
    onSuccess: () => notifyDone(adminTexts.keys.rotated),
    onError: notifyProblem,
    onSettled: () => client.invalidateQueries({ queryKey: keys.signingKeys }),
  });
}

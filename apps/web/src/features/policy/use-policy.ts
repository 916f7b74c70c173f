import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { DEFAULT_POLICY } from '../../api/protocol.js';
import type { Policy, PolicyFields } from '../../api/types.js';
import { isServerName } from '../invitations/check-fqid.js';

export function usePolicy() {
  return useQuery({ queryKey: keys.policy, queryFn: ({ signal }) => dataOf(api.GET('/v1/admin/federation/policy', { signal })), staleTime: 0 });
}

export function useSavePolicy() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (changes: PolicyFields) => api.PUT('/v1/admin/federation/policy', { body: changes }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.policy });
      await client.invalidateQueries({ queryKey: keys.peers });
    },
  });
}

/** The form starts from what the administrators set, else from what is in effect. */
export function formOf({ admin, effective }: Policy): Required<PolicyFields> {
  return { ...DEFAULT_POLICY, ...effective, allowed_peers: null, blocked_peers: [], ...admin };
}

/** Only what was changed is sent: the PUT merges. */
export function changesOf(before: Required<PolicyFields>, after: Required<PolicyFields>): PolicyFields {
  const changed = Object.entries(after).filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(before[field as keyof PolicyFields]));
  return Object.fromEntries(changed);
}

/** The first entry of the lists that is neither a server name nor `*.suffix`. */
export function wrongServer(names: string[] | null): string | null {
  return names?.find((name) => !isServerName(name, true)) ?? null;
}

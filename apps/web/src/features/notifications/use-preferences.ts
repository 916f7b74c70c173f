import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import type { Preferences } from '../../api/types.js';

export function usePreferences() {
  return useQuery({ queryKey: keys.preferences, queryFn: ({ signal }) => dataOf(api.GET('/v1/me/preferences', { signal })) });
}

/** Changes what is named. */
export function useSavePreferences() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (changes: Partial<Preferences>) => dataOf(api.PUT('/v1/me/preferences', { body: changes })),
    onSuccess: (saved) => client.setQueryData<Preferences>(keys.preferences, saved),
  });
}

import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import type { Participant } from '../../api/types.js';

export type PeopleScope = 'local' | 'federated';

/** People of this server, or of others as far as they are known here. */
export function usePeople(query: string, scope: PeopleScope, us: string) {
  return useQuery({
    queryKey: keys.people(query, scope),
    queryFn: async ({ signal }) => {
      const params = { q: query, limit: 50, ...(scope === 'federated' && { include_federated: true }) };
      const { data } = await api.get<Participant[]>('/v1/directory/participants', params, signal);
      return data.filter((person) => (person.server_name === us) === (scope === 'local'));
    },
    staleTime: 10_000,
  });
}

import { useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.js';
import { keys } from '../../api/keys.js';

export type PeopleScope = 'local' | 'federated';

/** People of this server, or of others as far as they are known here. */
export function usePeople(query: string, scope: PeopleScope, us: string) {
  return useQuery({
    queryKey: keys.people(query, scope),
    queryFn: async ({ signal }) => {
      const filter = { q: query, limit: 100, include_federated: scope === 'federated' ? ('true' as const) : ('false' as const) };
      const found = await dataOf(api.GET('/v1/directory/participants', { params: { query: filter }, signal }));
      return found.filter((person): person is typeof person & { id: string } => person.id !== null && (person.server_name === us) === (scope === 'local'));
    },
    staleTime: 10_000,
  });
}

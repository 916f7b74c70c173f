import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, dataOf } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import type { PresenceStatus } from '../../api/types.js';

type PresenceMap = Record<string, PresenceStatus>;
const IDS_PER_REQUEST = 100;

/** Presence by participant id: asked once for whom it is not known, then kept by the stream. */
export function usePresence(ids: string[]): PresenceMap {
  const client = useQueryClient();
  const { data } = useQuery<PresenceMap>({ queryKey: keys.presence, enabled: false, initialData: {} });
  const unknown = [...new Set(ids)].filter((id) => !(id in data)).sort().join(',');
  useEffect(() => {
    const missing = unknown.split(',').filter(Boolean);
    for (let i = 0; i < missing.length; i += IDS_PER_REQUEST) {
      void askPresence(missing.slice(i, i + IDS_PER_REQUEST)).then((found) => {
        // What the stream said meanwhile is newer.
        client.setQueryData<PresenceMap>(keys.presence, (now) => ({ ...found, ...now }));
      });
    }
  }, [client, unknown]);
  return data;
}

async function askPresence(ids: string[]): Promise<PresenceMap> {
  try {
    return await dataOf(api.GET('/v1/presence', { params: { query: { ids: ids.join(',') } } }));
  } catch {
    return {}; // A missing dot is no reason to disturb anybody; it is asked again with the next list.
  }
}

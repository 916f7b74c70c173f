import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.js';
import { nowIso } from '../../api/clock.js';
import { keys } from '../../api/keys.js';
import type { NotificationItem } from '../../api/types.js';

export function useNotifications() {
  return useQuery({ queryKey: keys.notifications, queryFn: ({ signal }) => dataOf(api.GET('/v1/notifications', { signal })) });
}

/** Marks the given ones read, or all of them. */
export function useMarkRead() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ids?: string[]) => api.POST('/v1/notifications/read', { body: ids ? { ids } : {} }),
    onSuccess: (_, ids) =>
      client.setQueryData<NotificationItem[]>(keys.notifications, (all) =>
        all?.map((item) => (!item.read_at && (!ids || ids.includes(item.id)) ? { ...item, read_at: nowIso() } : item)),
      ),
  });
}

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.js';
import { keys } from '../../api/keys.js';

export function useSnoozes() {
  return useQuery({ queryKey: keys.snoozes, queryFn: ({ signal }) => dataOf(api.GET('/v1/me/snoozes', { signal })) });
}

export function useSnooze() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ eventId, until }: { eventId: string; until: string }) => dataOf(api.POST('/v1/messages/{event_id}/snooze', { params: { path: { event_id: eventId } }, body: { until } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.snoozes }),
  });
}

export function useCancelSnooze() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (taskId: string) => api.DELETE('/v1/me/snoozes/{task_id}', { params: { path: { task_id: taskId } } }),
    // Also when it was refused: its time may just have come.
    onSettled: () => client.invalidateQueries({ queryKey: keys.snoozes }),
  });
}

import { useMutation, useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.js';
import { nowIso } from '../../api/clock.js';
import { keys } from '../../api/keys.js';
import type { EventContent, RoomEvent } from '../../api/types.js';
import { notifyProblem } from '../../components/notify.js';
import { useSession } from '../session/session.js';

/** Edit, remove and react. What the server accepted is applied as the frame that will also come by the stream. */
export function useMessageActions(event: RoomEvent) {
  const { me, live } = useSession();
  const params = { path: { room_id: event.room_id, event_id: event.id } };
  const frame = { room_id: event.room_id, event_id: event.id };

  const edit = useMutation({
    mutationFn: (content: EventContent) => api.POST('/v1/rooms/{room_id}/events/{event_id}/edit', { params, body: { content } }),
    onSuccess: (_, content) => live.apply([{ ...frame, type: 'swp.room.message.edit', content, edited_at: nowIso() }]),
  });
  const redact = useMutation({
    mutationFn: () => api.POST('/v1/rooms/{room_id}/events/{event_id}/redact', { params, body: {} }),
    onSuccess: () => live.apply([{ ...frame, type: 'swp.room.redaction', ts: nowIso() }]),
  });
  const react = useMutation({
    mutationFn: ({ emoji, add }: { emoji: string; add: boolean }) => {
      const reaction = { params, body: { emoji } };
      return add ? api.POST('/v1/rooms/{room_id}/events/{event_id}/reaction', reaction) : api.DELETE('/v1/rooms/{room_id}/events/{event_id}/reaction', reaction);
    },
    onSuccess: (_, { emoji, add }) => live.apply([{ ...frame, type: add ? 'swp.room.reaction' : 'swp.room.reaction.removed', sender_id: me.participant_id, emoji }]),
    onError: notifyProblem,
  });
  return { edit, redact, react };
}

export function useDeliveries(event: RoomEvent, isOpen: boolean) {
  return useQuery({
    queryKey: keys.deliveries(event.id),
    queryFn: ({ signal }) => dataOf(api.GET('/v1/rooms/{room_id}/events/{event_id}/deliveries', { params: { path: { room_id: event.room_id, event_id: event.id } }, signal })),
    enabled: isOpen,
    staleTime: 0,
    refetchInterval: isOpen ? 3_000 : false,
  });
}

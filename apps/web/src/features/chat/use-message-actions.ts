import { useMutation, useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.js';
import { nowIso } from '../../api/clock.js';
import { keys } from '../../api/keys.js';
import type { Delivery, EventContent, RoomEvent } from '../../api/types.js';
import { notifyProblem } from '../../components/notify.js';
import { useSession } from '../session/session.js';

/** Edit, remove and react. What the server accepted is applied as the frame that will also come by the stream. */
export function useMessageActions(event: RoomEvent) {
  const { me, live } = useSession();
  const path = `/v1/rooms/${event.room_id}/events/${event.id}`;
  const frame = { room_id: event.room_id, event_id: event.id };

  const edit = useMutation({
    mutationFn: (content: EventContent) => api.post(`${path}/edit`, { content }),
    onSuccess: (_, content) => live.apply([{ ...frame, type: 'swp.room.message.edit', content, edited_at: nowIso() }]),
  });
  const redact = useMutation({
    mutationFn: () => api.post(`${path}/redact`),
    onSuccess: () => live.apply([{ ...frame, type: 'swp.room.redaction', ts: nowIso() }]),
  });
  const react = useMutation({
    mutationFn: ({ emoji, add }: { emoji: string; add: boolean }) => (add ? api.post(`${path}/reaction`, { emoji }) : api.delete(`${path}/reaction`, { emoji })),
    onSuccess: (_, { emoji, add }) => live.apply([{ ...frame, type: add ? 'swp.room.reaction' : 'swp.room.reaction.removed', sender_id: me.participant_id, emoji }]),
    onError: notifyProblem,
  });
  return { edit, redact, react };
}

export function useDeliveries(event: RoomEvent, isOpen: boolean) {
  return useQuery({
    queryKey: keys.deliveries(event.id),
    queryFn: async ({ signal }) => (await api.get<Delivery[]>(`/v1/rooms/${event.room_id}/events/${event.id}/deliveries`, {}, signal)).data,
    enabled: isOpen,
    staleTime: 0,
    refetchInterval: isOpen ? 3_000 : false,
  });
}

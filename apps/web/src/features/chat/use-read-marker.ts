import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import type { Timeline } from '../../api/timeline.js';
import type { NotificationItem, Room } from '../../api/types.js';

function useHasFocus(): boolean {
  const [hasFocus, setFocus] = useState(() => document.hasFocus());
  useEffect(() => {
    const update = () => setFocus(document.hasFocus());
    window.addEventListener('focus', update);
    window.addEventListener('blur', update);
    return () => {
      window.removeEventListener('focus', update);
      window.removeEventListener('blur', update);
    };
  }, []);
  return hasFocus;
}

const OF_MESSAGES = new Set<NotificationItem['kind']>(['mention', 'keyword', 'message']);
function isOfRoom(item: NotificationItem, roomId: string): boolean {
  return item.data.room_id === roomId && OF_MESSAGES.has(item.kind);
}

/** Marks the room read up to its last message while a person is looking at it. */
export function useReadMarker(room: Room, { events, newer }: Timeline, isAtBottom: boolean): void {
  const client = useQueryClient();
  const hasFocus = useHasFocus();
  const marked = useRef<string | null>(null);
  const last = newer === null ? events.findLast((event) => event.state !== 'failed') : undefined;
  const isRead = !last || (last.id === room.last_read_event_id && room.unread_count === 0);
  const isMember = room.my.membership === 'join';
  useEffect(() => {
    if (!last || isRead || !hasFocus || !isAtBottom || !isMember || marked.current === last.id) return;
    marked.current = last.id;
    api.POST('/v1/rooms/{room_id}/read', { params: { path: { room_id: room.id } }, body: { event_id: last.id } }).then(
      () => {
        client.setQueryData<Room[]>(keys.rooms, (rooms) => rooms?.map((each) => (each.id === room.id ? { ...each, unread_count: 0, last_read_event_id: last.id } : each)));
        // The server has marked what it told of this room, too.
        client.setQueryData<NotificationItem[]>(keys.notifications, (all) => all?.map((item) => (isOfRoom(item, room.id) && item.created_at <= last.created_at ? { ...item, read_at: item.read_at ?? last.created_at } : item)));
      },
      () => {
        marked.current = null; // The next message or focus tries again.
      },
    );
  }, [client, room.id, last, isRead, hasFocus, isAtBottom, isMember]);
}

import { useDocumentTitle } from '@mantine/hooks';
import { useMatch } from 'react-router';
import { texts } from '../../texts/en.js';
import { isMuted, nameOfRoom, useRooms } from './use-rooms.js';

/** The tab of the browser says how much is unread and which room is open; muted rooms do not count. */
export function useTitle(): void {
  const rooms = useRooms().data ?? [];
  const roomId = useMatch('/rooms/:roomId')?.params.roomId;
  const open = rooms.find(({ id }) => id === roomId);
  const unread = rooms.reduce((sum, room) => sum + (isMuted(room) ? 0 : room.unread_count), 0);
  const title = open ? `${nameOfRoom(open)} · ${texts.app.name}` : texts.app.name;
  useDocumentTitle(unread > 0 ? `(${unread > 99 ? '99+' : unread}) ${title}` : title);
}

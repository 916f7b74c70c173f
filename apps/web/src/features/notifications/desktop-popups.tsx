import { useEffect, useRef } from 'react';
import { useNavigate } from 'react-router';
import { texts } from '../../texts/en.js';
import { nameOfRoom, useRooms } from '../rooms/use-rooms.js';
import { useSession } from '../session/session.js';
import { desktopState, popsUp } from './desktop.js';
import { pathOf, textOfNotification } from './notification-text.js';

/** Shows what comes while somebody looks at something else as a notification of the operating system. */
export function DesktopPopups() {
  const { live } = useSession();
  const navigate = useNavigate();
  const rooms = useRooms().data;
  const known = useRef(rooms);
  known.current = rooms;
  useEffect(() => {
    live.onNotification = (item) => {
      if (!popsUp(item, { state: desktopState(), hasFocus: document.hasFocus() })) return;
      const text = textOfNotification(item, (id) => {
        const room = known.current?.find((each) => each.id === id);
        return room ? nameOfRoom(room) : null;
      });
      const popup = new Notification(text.title, { body: text.detail ?? texts.app.name, tag: item.id });
      popup.onclick = () => {
        window.focus();
        popup.close();
        void navigate(pathOf(text));
      };
    };
    return () => {
      live.onNotification = () => {};
    };
  }, [live, navigate]);
  return null;
}

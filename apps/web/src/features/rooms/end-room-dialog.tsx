import { useNavigate } from 'react-router';
import type { Room } from '../../api/types.js';
import { Confirm } from '../../components/confirm.js';
import { texts } from '../../texts/en.js';
import { searchTexts } from '../../texts/en-search.js';
import { nameOfRoom, useRoomAction } from './use-rooms.js';

export type EndOfRoom = 'leave' | 'archive' | 'close';

interface EndRoomProps {
  room: Room;
  action: EndOfRoom;
  onClose: () => void;
  /** The room is no longer mine. */
  onLeft?: () => void;
}

function wordsOf(action: EndOfRoom, name: string): { title: string; text: string; button: string } {
  const { rooms } = texts;
  switch (action) {
    case 'leave': return { title: rooms.leaveSure(name), text: rooms.leaveText, button: rooms.leave };
    case 'archive': return { title: searchTexts.room.archiveSure(name), text: searchTexts.room.archiveText, button: rooms.archive };
    case 'close': return { title: rooms.closeSure(name), text: rooms.closeText, button: rooms.closeRoom };
  }
}

export function EndRoomDialog({ room, action, onClose, onLeft }: EndRoomProps) {
  const run = useRoomAction(room.id);
  const navigate = useNavigate();
  const { title, text, button } = wordsOf(action, nameOfRoom(room));
  const confirm = () =>
    run.mutate(action, {
      onSuccess: () => {
        onClose();
        if (action !== 'leave') return;
        onLeft?.();
        void navigate('/');
      },
    });
  return <Confirm title={title} text={text} action={button} isBusy={run.isPending} error={run.error} onClose={onClose} onConfirm={confirm} />;
}

import { ActionIcon, Menu, Paper } from '@mantine/core';
import { IconAlarm, IconCopy, IconCornerUpLeft, IconDots, IconLink, IconMessages, IconMoodPlus, IconPencil, IconTrash } from '@tabler/icons-react';
import { lazy, useState } from 'react';
import type { RoomEvent } from '../../api/types.js';
import { Confirm } from '../../components/confirm.js';
import { notifyDone, notifyProblem } from '../../components/notify.js';
import { WhenLoaded } from '../../components/when-loaded.js';
import { chatTexts } from '../../texts/en-chat.js';
import { texts } from '../../texts/en.js';
import { useSession } from '../session/session.js';
import { useChat } from './chat-context.js';
import { EmojiPicker } from './emoji-picker.js';
import { mayEdit } from './may-edit.js';
import { useMessageActions } from './use-message-actions.js';

const RemindDialog = lazy(() => import('../notifications/remind-dialog.js'));

const MODERATOR = 50;

function whatIMay(event: RoomEvent, myId: string, myPower: number) {
  return { edit: mayEdit(event, myId), remove: event.sender_id === myId || myPower >= MODERATOR };
}

/** What can be done with a message; shown on hover, focus and touch. */
export function MessageTools({ event, inThread, onEdit }: { event: RoomEvent; inThread: boolean; onEdit: () => void }) {
  const { me } = useSession();
  const { room, canWrite, reply, openThread } = useChat();
  const { react } = useMessageActions(event);
  const [isOpen, setOpen] = useState(false);
  if (event.local || event.redacted_at || event.unavailable) return null;
  const may = whatIMay(event, me.participant_id, room.my.power_level ?? 0);
  return (
    <Paper withBorder shadow="xs" className="sw-tools" data-open={isOpen || undefined} p={2}>
      {canWrite && (
        <>
          <EmojiPicker onOpenChange={setOpen} onPick={(emoji) => react.mutate({ emoji, add: true })}>
            {(toggle) => <ActionIcon aria-label={texts.chat.react} title={texts.chat.react} onClick={toggle}><IconMoodPlus size={18} /></ActionIcon>}
          </EmojiPicker>
          {!inThread && <ActionIcon aria-label={texts.chat.reply} title={texts.chat.reply} onClick={() => reply(event)}><IconCornerUpLeft size={18} /></ActionIcon>}
        </>
      )}
      {!inThread && <ActionIcon aria-label={texts.chat.openThread} title={texts.chat.openThread} onClick={() => openThread(event.id)}><IconMessages size={18} /></ActionIcon>}
      <MoreTools event={event} may={canWrite ? may : { edit: false, remove: false }} onEdit={onEdit} onOpenChange={setOpen} />
    </Paper>
  );
}

/** Browsers let a page write to the clipboard only at an address with https. */
function CopyItems({ event }: { event: RoomEvent }) {
  const { clipboard } = navigator as Partial<Navigator>;
  if (!clipboard) return null;
  const copy = (text: string) => void clipboard.writeText(text).then(() => notifyDone(chatTexts.copied), notifyProblem);
  return (
    <>
      <Menu.Item leftSection={<IconCopy size={16} />} onClick={() => copy(event.content?.body ?? '')}>{texts.chat.copy}</Menu.Item>
      <Menu.Item leftSection={<IconLink size={16} />} onClick={() => copy(`${window.location.origin}/rooms/${event.room_id}?event=${event.id}`)}>{chatTexts.copyLink}</Menu.Item>
    </>
  );
}

interface MoreToolsProps {
  event: RoomEvent;
  may: { edit: boolean; remove: boolean };
  onEdit: () => void;
  onOpenChange: (isOpen: boolean) => void;
}

function MoreTools({ event, may, onEdit, onOpenChange }: MoreToolsProps) {
  const { redact } = useMessageActions(event);
  const [isAsking, setAsking] = useState(false);
  const [isReminding, setReminding] = useState(false);
  return (
    <>
      {may.edit && <ActionIcon aria-label={texts.chat.edit} title={texts.chat.edit} onClick={onEdit}><IconPencil size={18} /></ActionIcon>}
      <Menu position="bottom-end" onChange={onOpenChange}>
        <Menu.Target>
          <ActionIcon aria-label={texts.app.more} title={texts.app.more}><IconDots size={18} /></ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <CopyItems event={event} />
          <Menu.Item leftSection={<IconAlarm size={16} />} onClick={() => setReminding(true)}>{chatTexts.remind.action}</Menu.Item>
          {may.remove && <Menu.Item c="var(--sw-danger)" leftSection={<IconTrash size={16} />} onClick={() => setAsking(true)}>{texts.chat.remove}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      {isReminding && <WhenLoaded><RemindDialog event={event} onClose={() => setReminding(false)} /></WhenLoaded>}
      {isAsking && (
        <Confirm title={texts.chat.removeSure} text={texts.chat.removeText} action={texts.chat.remove} isBusy={redact.isPending} error={redact.error} onClose={() => setAsking(false)} onConfirm={() => redact.mutate(undefined, { onSuccess: () => setAsking(false) })} />
      )}
    </>
  );
}

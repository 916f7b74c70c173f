import { Box, Group, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { memo, useState } from 'react';
import type { Participant, RoomEvent } from '../../api/types.js';
import { PersonAvatar } from '../../components/person.js';
import { clockText, fullText } from '../../components/times.js';
import { texts } from '../../texts/en.js';
import { useSession } from '../session/session.js';
import { nameOf, useChat } from './chat-context.js';
import { DeliveryMark, hasTrouble } from './delivery-mark.js';
import { EditedMark, EditForm, MessageBody, ReplyQuote } from './message-body.js';
import { MessageTools } from './message-tools.js';
import { Reactions } from './reactions.js';

interface MessageProps {
  event: RoomEvent;
  /** The message to which it replies, where that is loaded. */
  parent?: RoomEvent;
  /** First of several in a row by one person: shows who and when. */
  isFirst: boolean;
  inThread?: boolean;
  /** Somebody jumped to it: marked for a moment. */
  isTarget?: boolean;
  /** Where Tab comes into the list. */
  isTabStop?: boolean;
  onActive?: (eventId: string) => void;
}

const AVATAR = 34;

function senderOf(event: RoomEvent, people: Map<string, Participant>): Pick<Participant, 'display_name' | 'fqid' | 'avatar_url'> {
  return event.sender ?? people.get(event.sender_id ?? '') ?? { display_name: texts.chat.someone, fqid: event.origin, avatar_url: null };
}

function SenderLine({ event }: { event: RoomEvent }) {
  const chat = useChat();
  const sender = senderOf(event, chat.people);
  return (
    <Group gap={8} mb={2} wrap="nowrap">
      <Tooltip label={sender.fqid}><Text size="sm" fw={650} truncate>{sender.display_name}</Text></Tooltip>
      <Tooltip label={fullText(event.created_at)}><Text size="xs" c="dimmed" flex="none">{clockText(event.created_at)}</Text></Tooltip>
    </Group>
  );
}

/** One message, the same for people of this and of other servers. */
export const Message = memo(function Message({ event, parent, isFirst, inThread = false, isTarget, isTabStop = inThread, onActive }: MessageProps) {
  const { me } = useSession();
  const chat = useChat();
  const isEditing = chat.editing?.eventId === event.id && chat.editing.inThread === inThread;
  // A room full of buttons that nobody sees is slow to scroll: they come with the pointer or the focus.
  const [hasTools, setTools] = useState(false);
  const showTools = () => setTools(true);
  const isOwn = event.sender_id === me.participant_id;
  const isLong = isOwn && hasTrouble(event, chat.deliveries);
  return (
    <Box
      component="article"
      className="sw-message"
      tabIndex={isTabStop ? 0 : -1}
      mt={isFirst ? 10 : 0}
      id={inThread ? undefined : `event-${event.id}`}
      data-target={isTarget || undefined}
      aria-label={`${nameOf(chat, event)}, ${clockText(event.created_at)}`}
      onPointerEnter={showTools}
      onFocus={() => {
        showTools();
        onActive?.(event.id);
      }}
    >
      <Group gap={10} align="flex-start" wrap="nowrap">
        <Box w={AVATAR} flex="none" className="sw-gutter" data-time={isFirst ? undefined : clockText(event.created_at)}>{isFirst && <PersonAvatar person={senderOf(event, chat.people)} size={AVATAR} />}</Box>
        <Box flex={1} miw={0}>
          {isFirst && <SenderLine event={event} />}
          {!inThread && <ReplyQuote event={event} parent={parent} />}
          <Group gap={6} align="flex-end" wrap="nowrap">
            <Bubble event={event} isOwn={isOwn} isEditing={isEditing} />
            {!isLong && <DeliveryMark event={event} />}
          </Group>
          {isLong && <DeliveryMark event={event} />}
          <Reactions event={event} />
          {!inThread && <ThreadLink event={event} />}
        </Box>
      </Group>
      {hasTools && !isEditing && <MessageTools event={event} inThread={inThread} onEdit={() => chat.edit({ eventId: event.id, inThread })} />}
    </Box>
  );
});

function Bubble({ event, isOwn, isEditing }: { event: RoomEvent; isOwn: boolean; isEditing: boolean }) {
  const { edit } = useChat();
  const isGone = Boolean(event.redacted_at) || event.unavailable;
  return (
    <div className="sw-bubble" data-own={(isOwn && !isGone) || undefined} data-plain={isGone || undefined} data-edited={event.edited_at !== null || undefined}>
      {isEditing ? <EditForm event={event} onDone={() => edit(null)} /> : <MessageBody event={event} />}
      <EditedMark event={event} />
    </div>
  );
}

function ThreadLink({ event }: { event: RoomEvent }) {
  const { openThread } = useChat();
  if (event.thread_count === 0) return null;
  return (
    <UnstyledButton mt={4} onClick={() => openThread(event.id)}>
      <Text size="xs" fw={600} c="var(--mantine-color-anchor)">{texts.chat.replies(event.thread_count)}</Text>
    </UnstyledButton>
  );
}

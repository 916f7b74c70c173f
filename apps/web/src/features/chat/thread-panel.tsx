import { ActionIcon, Box, Divider, Group, Stack, Title } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { KeyboardEvent } from 'react';
import type { EventContent, RoomEvent } from '../../api/types.js';
import { Loaded } from '../../components/loaded.js';
import { texts } from '../../texts/en.js';
import { useSession } from '../session/session.js';
import { useChat } from './chat-context.js';
import { Composer } from './composer.js';
import { Message } from './message.js';
import { isContinued } from './message-list.js';
import { mayEdit } from './may-edit.js';
import { useUnsent, withUnsent } from './use-send.js';
import { useThread } from './use-timeline.js';

interface ThreadPanelProps {
  rootId: string;
  onSend: (body: string, media?: EventContent) => void;
}

function withReplies(events: RoomEvent[], unsent: RoomEvent[]): RoomEvent[] {
  const ids = new Set(events.map(({ id }) => id));
  return withUnsent(events, unsent.filter((event) => ids.has(event.reply_to_event_id ?? '')));
}

/** One message and everything below it. */
export function ThreadPanel({ rootId, onSend }: ThreadPanelProps) {
  const { me } = useSession();
  const { room, canWrite, openThread, edit } = useChat();
  const thread = useThread(room.id, rootId);
  const unsent = useUnsent(room.id);
  const editLast = () => {
    const last = thread.data?.events.findLast((event) => mayEdit(event, me.participant_id));
    if (last) edit({ eventId: last.id, inThread: true });
  };
  const close = () => {
    openThread(null);
    document.getElementById(`event-${rootId}`)?.focus({ preventScroll: true });
  };
  const onKeyDown = ({ key, target, currentTarget }: KeyboardEvent<HTMLElement>) => {
    // What is open over the thread closes first, and is no part of it in the page.
    const isHere = target instanceof Element && currentTarget.contains(target) && !target.closest('[aria-expanded="true"]');
    if (key === 'Escape' && isHere) close();
  };
  return (
    <Stack gap={0} h="100%" pos="relative" component="aside" aria-label={texts.chat.thread} data-drop-zone={rootId} onKeyDown={onKeyDown}>
      <Group h={60} px="md" justify="space-between" flex="none" style={{ borderBottom: '1px solid var(--mantine-color-default-border)' }}>
        <Title order={2} size="h5">{texts.chat.thread}</Title>
        <ActionIcon size="lg" aria-label={texts.chat.closeThread} onClick={close}><IconX size={18} /></ActionIcon>
      </Group>
      <Box className="sw-thread">
        <Box p="xs" mb="auto">
          <Loaded query={thread}>
            {(timeline) => (
              <ul aria-label={texts.chat.thread}>
                {withReplies(timeline.events, unsent).map((event, index, events) => (
                  <li key={event.id}>
                    <Message event={event} isFirst={index < 2 || !isContinued({ ...event, reply_to_event_id: null }, events[index - 1])} inThread />
                    {index === 0 && <Divider my="xs" label={events.length > 1 && texts.chat.replies(events.length - 1)} labelPosition="left" />}
                  </li>
                ))}
              </ul>
            )}
          </Loaded>
        </Box>
      </Box>
      {canWrite && <Composer place={rootId} label={texts.chat.threadReply} placeholder={texts.chat.threadReply} onSend={onSend} onEditLast={editLast} />}
    </Stack>
  );
}

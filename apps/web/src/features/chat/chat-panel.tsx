import { Box, Drawer, Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { lazy, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useLocation } from 'react-router';
import type { Timeline } from '../../api/timeline.js';
import type { Member, Participant, Room, RoomEvent } from '../../api/types.js';
import { Loaded } from '../../components/loaded.js';
import { WhenLoaded } from '../../components/when-loaded.js';
import { texts } from '../../texts/en.js';
import { joined, useMembers } from '../members/use-members.js';
import { nameOfRoom } from '../rooms/use-rooms.js';
import { useSession } from '../session/session.js';
import { ChatContext, type Chat } from './chat-context.js';
import { Composer } from './composer.js';
import { flash } from './flash.js';
import { MessageList } from './message-list.js';
import { ThreadPanel } from './thread-panel.js';
import { TypingLine } from './typing-line.js';
import { useReadMarker } from './use-read-marker.js';
import { useSend, useTimeline } from './use-timeline.js';

const HistoryWindow = lazy(async () => ({ default: (await import('./history-window.js')).HistoryWindow }));

interface ChatPanelProps {
  room: Room;
  /** The message to go to, from a search or a notification. */
  eventId: string | null;
  /** Back to the newest messages. */
  onLatest: () => void;
  threadId: string | null;
  openThread: (eventId: string | null) => void;
  header: ReactNode;
  /** What stands on the right unless a thread does. */
  side: ReactNode;
}

function peopleOf(members: Member[], events: RoomEvent[]): Map<string, Participant> {
  const people = new Map<string, Participant>();
  for (const { sender } of events) if (sender) people.set(sender.id, sender);
  for (const { participant } of members) people.set(participant.id, participant);
  return people;
}

function useChatValue(props: ChatPanelProps, events: RoomEvent[]) {
  const { room, openThread } = props;
  const members = useMembers(room.id);
  const all = members.data;
  const present = useMemo(() => joined(all), [all]);
  const { send, resend, discard } = useSend(room, present);
  const [replyTo, setReplyTo] = useState<RoomEvent | null>(null);
  const people = useMemo(() => peopleOf(all ?? [], events), [all, events]);
  const reply = useCallback((event: RoomEvent) => {
    setReplyTo(event);
    document.getElementById('composer')?.querySelector('textarea')?.focus();
  }, []);
  const canWrite = room.state === 'open' && room.my.membership === 'join';
  const chat = useMemo<Chat>(
    () => ({ room, members: present, people, canWrite, openThread, reply, jumpTo: flash, resend, discard }),
    [room, present, people, canWrite, openThread, reply, resend, discard],
  );
  return { chat, send, replyTo, setReplyTo };
}

/** A room: header, messages, composer, and on the right its members or a thread. */
export function ChatPanel(props: ChatPanelProps) {
  const { room, eventId, onLatest, threadId, openThread, header, side } = props;
  const timeline = useTimeline(room.id);
  const { chat, send, replyTo, setReplyTo } = useChatValue(props, timeline.data?.events ?? []);
  const isNarrow = useMediaQuery('(max-width: 61.99em)', undefined, { getInitialValueInEffect: false });
  const thread = threadId && <ThreadPanel key={threadId} rootId={threadId} onSend={(body) => void send({ body, replyToId: threadId, threadId })} />;
  return (
    <ChatContext value={chat}>
      <Box display="flex" flex={1} mih={0}>
        <Stack gap={0} flex={1} miw={0}>
          {header}
          <Loaded query={timeline}>
            {(data) =>
              eventId && !data.events.some((event) => event.id === eventId) ? (
                <WhenLoaded><HistoryWindow key={eventId} eventId={eventId} onLeave={onLatest} /></WhenLoaded>
              ) : (
                <Conversation timeline={data} eventId={eventId} room={room} replyTo={replyTo} onReplyTo={setReplyTo} onSend={send} />
              )}
          </Loaded>
        </Stack>
        {!isNarrow && (thread || side) && <Box w={320} flex="none" style={{ borderInlineStart: '1px solid var(--mantine-color-default-border)', overflow: 'auto' }}>{thread || side}</Box>}
        {isNarrow && thread && (
          <Drawer opened onClose={() => openThread(null)} position="right" size="min(420px, 100%)" withCloseButton={false} padding={0} styles={{ body: { height: '100%' } }}>{thread}</Drawer>
        )}
      </Box>
    </ChatContext>
  );
}

interface ConversationProps {
  timeline: Timeline;
  eventId: string | null;
  room: Room;
  replyTo: RoomEvent | null;
  onReplyTo: (event: RoomEvent | null) => void;
  onSend: (draft: { body: string; replyToId?: string }) => unknown;
}

function Conversation({ timeline, eventId, room, replyTo, onReplyTo, onSend }: ConversationProps) {
  const { live } = useSession();
  const scroller = useRef<HTMLDivElement>(null);
  const [isAtBottom, setAtBottom] = useState(true);
  const [lastReadId] = useState(room.unread_count > 0 ? room.last_read_event_id : null);
  useReadMarker(room, timeline.events, isAtBottom);
  const { key: visit } = useLocation();
  useEffect(() => {
    if (eventId) flash(eventId);
  }, [eventId, visit]);
  useEffect(() => {
    live.openRoomId = isAtBottom ? room.id : null;
    return () => {
      live.openRoomId = null;
    };
  }, [live, room.id, isAtBottom]);
  const send = (body: string) => {
    onSend({ body, replyToId: replyTo?.id });
    onReplyTo(null);
    scroller.current?.scrollTo({ top: 0 });
  };
  return (
    <>
      <MessageList timeline={timeline} lastReadId={lastReadId} scroller={scroller} onAtBottom={setAtBottom} />
      <TypingLine />
      <div id="composer"><Writing room={room} replyTo={replyTo} onCancelReply={() => onReplyTo(null)} onSend={send} /></div>
    </>
  );
}

function Writing({ room, ...rest }: { room: Room; replyTo: RoomEvent | null; onCancelReply: () => void; onSend: (body: string) => void }) {
  if (room.state !== 'open') return <Text size="sm" c="dimmed" ta="center" p="md">{texts.rooms[room.state]}</Text>;
  if (room.my.membership !== 'join') return null;
  return <Composer label={texts.chat.message} placeholder={texts.chat.placeholder(nameOfRoom(room))} {...rest} />;
}

import { Box, Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { lazy, useCallback, useEffect, useMemo, useRef, useState, type ReactNode, type RefObject } from 'react';
import { useLocation } from 'react-router';
import type { Timeline } from '../../api/timeline.js';
import type { EventContent, Member, Participant, Room, RoomEvent } from '../../api/types.js';
import { Loaded } from '../../components/loaded.js';
import { WhenLoaded } from '../../components/when-loaded.js';
import { texts } from '../../texts/en.js';
import { joined, useMembers } from '../members/use-members.js';
import { nameOfRoom } from '../rooms/use-rooms.js';
import { useSession } from '../session/session.js';
import { ChatContext, useChat, type Chat, type Edited } from './chat-context.js';
import { Composer } from './composer.js';
import { mayEdit } from './may-edit.js';
import { MessageList } from './message-list.js';
import { ThreadPanel } from './thread-panel.js';
import { isMessage } from './system-line.js';
import { TypingLine } from './typing-line.js';
import { useReadMarker } from './use-read-marker.js';
import { useRoomDeliveries } from './use-room-deliveries.js';
import type { Scroller } from './use-scroller.js';
import { useSend, useUnsent, withUnsent } from './use-send.js';
import { useTimeline } from './use-timeline.js';

const SideDrawer = lazy(() => import('../../components/side-drawer.js'));

interface ChatPanelProps {
  room: Room;
  threadId: string | null;
  /** The message to go to, from a link, a search or a notification. */
  eventId: string | null;
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
  const { me } = useSession();
  const list = useRef<Scroller>(null);
  const members = useMembers(room.id);
  const all = members.data;
  const present = useMemo(() => joined(all), [all]);
  const { send, resend, discard } = useSend(room, present);
  const [replyTo, setReplyTo] = useState<RoomEvent | null>(null);
  const [editing, edit] = useState<Edited | null>(null);
  const people = useMemo(() => peopleOf(all ?? [], events), [all, events]);
  const reply = useCallback((event: RoomEvent) => {
    setReplyTo(event);
    document.getElementById('composer')?.querySelector('textarea')?.focus();
  }, []);
  const myNewest = useMemo(() => events.findLast((event) => event.sender_id === me.participant_id && isMessage(event) && event.state !== 'failed'), [events, me.participant_id]);
  const deliveries = useRoomDeliveries(room, myNewest);
  const canWrite = room.state === 'open' && room.my.membership === 'join';
  const chat = useMemo<Chat>(
    () => ({ room, members: present, people, canWrite, deliveries, openThread, reply, editing, edit, jumpTo: (eventId) => list.current?.jumpTo(eventId), resend, discard }),
    [room, present, people, canWrite, deliveries, openThread, reply, editing, resend, discard],
  );
  return { chat, list, send, replyTo, setReplyTo };
}

/** A room: header, messages, composer, and on the right its members or a thread. */
export function ChatPanel(props: ChatPanelProps) {
  const { room, threadId, eventId, openThread, header, side } = props;
  const timeline = useTimeline(room.id);
  const { chat, list, send, replyTo, setReplyTo } = useChatValue(props, timeline.data?.events ?? []);
  const isNarrow = useMediaQuery('(max-width: 61.99em)', undefined, { getInitialValueInEffect: false });
  const thread = threadId && <ThreadPanel key={threadId} rootId={threadId} onSend={(body, media) => send({ body, media, replyToId: threadId })} />;
  return (
    <ChatContext value={chat}>
      <Box display="flex" flex={1} mih={0}>
        <Stack gap={0} flex={1} miw={0} pos="relative" data-drop-zone={room.id}>
          {header}
          <Loaded query={timeline}>{(data) => <Conversation list={list} eventId={eventId} timeline={data} room={room} replyTo={replyTo} onReplyTo={setReplyTo} onSend={send} />}</Loaded>
        </Stack>
        {!isNarrow && (thread || side) && <Box w={thread ? 'clamp(320px, 28vw, 420px)' : 320} flex="none" data-drop-zone={room.id} style={{ borderInlineStart: '1px solid var(--mantine-color-default-border)', overflow: 'auto' }}>{thread || side}</Box>}
        {isNarrow && thread && (
          <WhenLoaded><SideDrawer label={texts.chat.thread} width={420} onClose={() => openThread(null)}>{thread}</SideDrawer></WhenLoaded>
        )}
      </Box>
    </ChatContext>
  );
}

interface ConversationProps {
  list: RefObject<Scroller | null>;
  eventId: string | null;
  timeline: Timeline;
  room: Room;
  replyTo: RoomEvent | null;
  onReplyTo: (event: RoomEvent | null) => void;
  onSend: (draft: { body: string; media?: EventContent; replyToId?: string }) => void;
}

function unreadOf(room: Room): { lastReadId: string; count: number } | null {
  return room.unread_count > 0 && room.last_read_event_id ? { lastReadId: room.last_read_event_id, count: room.unread_count } : null;
}

function Conversation({ list, eventId, timeline, room, replyTo, onReplyTo, onSend }: ConversationProps) {
  const { live, me } = useSession();
  const { edit } = useChat();
  const unsent = useUnsent(room.id);
  const events = useMemo(() => withUnsent(timeline.events, unsent), [timeline.events, unsent]);
  const [isAtBottom, setAtBottom] = useState(true);
  // As it was when the room was opened: reading it does not move the mark.
  const [unread] = useState(() => unreadOf(room));
  useReadMarker(room, timeline, isAtBottom);
  useEffect(() => {
    live.openRoomId = isAtBottom ? room.id : null;
    return () => {
      live.openRoomId = null;
    };
  }, [live, room.id, isAtBottom]);
  // The same message again is another visit.
  const { key: visit } = useLocation();
  useEffect(() => {
    if (eventId) list.current?.jumpTo(eventId);
  }, [list, eventId, visit]);
  const send = (body: string, media?: EventContent) => {
    onSend({ body, media, replyToId: replyTo?.id });
    onReplyTo(null);
    list.current?.toLatest();
  };
  const editLast = () => {
    const last = events.findLast((event) => mayEdit(event, me.participant_id));
    if (!last) return;
    list.current?.reveal(last.id);
    edit({ eventId: last.id, inThread: false });
  };
  return (
    <>
      <MessageList ref={list} room={room} timeline={timeline} events={events} unread={unread} onAtBottom={setAtBottom} />
      <TypingLine />
      <div id="composer"><Writing room={room} replyTo={replyTo} onCancelReply={() => onReplyTo(null)} onSend={send} onEditLast={editLast} /></div>
    </>
  );
}

type WritingProps = Pick<React.ComponentProps<typeof Composer>, 'replyTo' | 'onCancelReply' | 'onSend' | 'onEditLast'> & { room: Room };

function Writing({ room, ...rest }: WritingProps) {
  if (room.state !== 'open') return <Text size="sm" c="dimmed" ta="center" p="md">{texts.rooms[room.state]}</Text>;
  if (room.my.membership !== 'join') return null;
  return <Composer place={room.id} label={texts.chat.message} placeholder={texts.chat.placeholder(nameOfRoom(room))} {...rest} />;
}

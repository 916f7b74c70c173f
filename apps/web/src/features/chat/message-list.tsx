import { ActionIcon, Box, Divider, Loader, Text } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import type { Timeline } from '../../api/timeline.js';
import type { RoomEvent } from '../../api/types.js';
import { Empty } from '../../components/loaded.js';
import { ErrorProblem } from '../../components/problem.js';
import { dayText, isSameDay } from '../../components/times.js';
import { texts } from '../../texts/en.js';
import { useChat } from './chat-context.js';
import { Message } from './message.js';
import { isMessage, SystemLine } from './system-line.js';
import { useOlder } from './use-timeline.js';

const SAME_BREATH_MS = 5 * 60_000;
const NEAR_BOTTOM_PX = 80;

interface MessageListProps {
  timeline: Timeline;
  /** The last message that was read when the room was opened: what comes after it is new. */
  lastReadId: string | null;
  scroller: RefObject<HTMLDivElement | null>;
  onAtBottom: (isAtBottom: boolean) => void;
}

export function isContinued(event: RoomEvent, previous: RoomEvent | undefined): boolean {
  if (!previous || !isMessage(previous) || previous.sender_id !== event.sender_id || event.reply_to_event_id) return false;
  const gapMs = new Date(event.created_at).getTime() - new Date(previous.created_at).getTime();
  return gapMs < SAME_BREATH_MS && isSameDay(event.created_at, previous.created_at);
}

/** A room's messages: the newest at the bottom, older ones loaded when the top comes near. */
export function MessageList({ timeline, lastReadId, scroller, onAtBottom }: MessageListProps) {
  const [isAway, setAway] = useState(false);
  const onScroll = () => {
    const isNowAway = Math.abs(scroller.current?.scrollTop ?? 0) > NEAR_BOTTOM_PX;
    if (isNowAway === isAway) return;
    setAway(isNowAway);
    onAtBottom(!isNowAway);
  };
  const toBottom = () => scroller.current?.scrollTo({ top: 0, behavior: 'smooth' });
  return (
    <Box pos="relative" flex={1} mih={0} display="flex">
      <div className="sw-messages" ref={scroller} role="region" aria-label={texts.chat.messages} tabIndex={0} onScroll={onScroll}>
        <Box p={{ base: 6, sm: 'sm' }}>
          <Beginning timeline={timeline} scroller={scroller} />
          <Events events={timeline.events} lastReadId={lastReadId} />
        </Box>
      </div>
      {isAway && (
        <ActionIcon variant="filled" color="indigo" radius="xl" size="lg" pos="absolute" bottom={12} right={20} style={{ zIndex: 3 }} aria-label={texts.chat.toLatest} title={texts.chat.toLatest} onClick={toBottom}>
          <IconArrowDown size={20} />
        </ActionIcon>
      )}
    </Box>
  );
}

function Events({ events, lastReadId }: { events: RoomEvent[]; lastReadId: string | null }) {
  const byId = useMemo(() => new Map(events.map((event) => [event.id, event])), [events]);
  if (events.length === 0) return <Empty title={texts.chat.empty} next={texts.chat.emptyNext} />;
  return (
    <ul aria-label={texts.chat.messages}>
      {events.map((event, index) => {
        const previous = events[index - 1];
        const isNewDay = !previous || !isSameDay(previous.created_at, event.created_at);
        const isFirstNew = lastReadId !== null && previous?.id === lastReadId;
        return (
          <li key={event.id}>
            {isNewDay && <Divider my="sm" label={dayText(event.created_at)} labelPosition="center" />}
            {isFirstNew && <Divider my="xs" color="red" label={<Text span size="xs" c="red" fw={600}>{texts.chat.newMessages}</Text>} labelPosition="right" />}
            {isMessage(event) ? (
              <Message event={event} parent={byId.get(event.reply_to_event_id ?? '')} isFirst={isFirstNew || !isContinued(event, previous)} />
            ) : (
              <SystemLine event={event} />
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Beginning({ timeline, scroller }: { timeline: Timeline; scroller: RefObject<HTMLDivElement | null> }) {
  const { room } = useChat();
  const older = useOlder(room.id);
  const sentinel = useRef<HTMLDivElement>(null);
  const { cursor, hasMore } = timeline;
  const { mutate, isPending, error } = older;
  useEffect(() => {
    if (!hasMore || cursor === null || isPending || error || !sentinel.current) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && mutate(cursor), { root: scroller.current, rootMargin: '600px 0px' });
    observer.observe(sentinel.current);
    return () => observer.disconnect();
  }, [hasMore, cursor, isPending, error, mutate, scroller]);
  if (error) return <ErrorProblem error={error} onRetry={() => cursor !== null && mutate(cursor)} />;
  if (hasMore) return <Box ref={sentinel} ta="center" p="sm"><Loader size="xs" role="status" aria-label={texts.chat.older} /></Box>;
  if (timeline.events.length === 0) return null;
  return <Text size="xs" c="dimmed" ta="center" p="sm">{room.is_federated ? texts.chat.beginningHere : texts.chat.beginning}</Text>;
}

import { Box, Divider, Text } from '@mantine/core';
import { useMemo, useState, type Ref } from 'react';
import { Virtualizer } from 'virtua';
import type { Timeline } from '../../api/timeline.js';
import type { Room, RoomEvent } from '../../api/types.js';
import { Empty } from '../../components/loaded.js';
import { dayText, isSameDay } from '../../components/times.js';
import { chatTexts } from '../../texts/en-chat.js';
import { texts } from '../../texts/en.js';
import { Message } from './message.js';
import { EndOfStretch, ListButtons, START_PX } from './message-list-ends.js';
import { isMessage, SystemLine } from './system-line.js';
import { useMessageKeys } from './use-message-keys.js';
import { useOneEndAtATime } from './use-one-end-at-a-time.js';
import { useScroller, type Scroller } from './use-scroller.js';

const SAME_BREATH_MS = 5 * 60_000;

export interface MessageListProps {
  room: Room;
  timeline: Timeline;
  /** What is loaded, and below it what is not sent yet. */
  events: RoomEvent[];
  /** Where reading ended when the room was opened, and how many messages came after it. */
  unread: { lastReadId: string; count: number } | null;
  ref: Ref<Scroller>;
  onAtBottom: (isAtBottom: boolean) => void;
}

export function isContinued(event: RoomEvent, previous: RoomEvent | undefined): boolean {
  if (!previous || !isMessage(previous) || previous.sender_id !== event.sender_id || event.reply_to_event_id) return false;
  const gapMs = new Date(event.created_at).getTime() - new Date(previous.created_at).getTime();
  return gapMs < SAME_BREATH_MS && isSameDay(event.created_at, previous.created_at);
}

function List({ ref, ...rest }: React.ComponentProps<'ul'>) {
  return <ul ref={ref} aria-label={texts.chat.messages} {...rest} />;
}

/** A room's messages, of which only those in view are in the page: the newest at the bottom, others loaded as either end comes near. */
export function MessageList(props: MessageListProps) {
  const { timeline, unread } = props;
  const { events, isShift } = useOneEndAtATime(props.events, timeline.stretch);
  const [activeId, setActiveId] = useState<string | null>(null);
  const scroller = useScroller({ ...props, events });
  const onKeyDown = useMessageKeys({ events, scroller, activeId, setActiveId });
  const byId = useMemo(() => new Map(events.map((event) => [event.id, event])), [events]);
  const activeIndex = events.findIndex(({ id }) => id === activeId);
  // Tab comes to the message on which one was last, else to the newest.
  const tabStop = activeIndex >= 0 ? activeId : events.findLast(isMessage)?.id;
  return (
    <Box pos="relative" flex={1} mih={0} display="flex">
      {/* The arrow keys belong to the list, as in a feed. */}
      <div className="sw-messages" ref={scroller.element} role="region" aria-label={texts.chat.messages} aria-description={chatTexts.keys} tabIndex={0} onScroll={scroller.onScroll} onKeyDown={onKeyDown}>
        <div className="sw-push" />
        <EndOfStretch timeline={timeline} />
        {events.length === 0 && <Empty title={texts.chat.empty} next={texts.chat.emptyNext} />}
        <Virtualizer key={timeline.stretch} ref={scroller.handle} as={List} item="li" data={events} shift={isShift} startMargin={START_PX} keepMounted={activeIndex >= 0 ? [activeIndex] : undefined} onResize={scroller.onResize} onScrollEnd={scroller.onScrollEnd}>
          {(event, index) => (
            <Row
              key={event.id}
              event={event}
              previous={events[index - 1]}
              parent={byId.get(event.reply_to_event_id ?? '')}
              isFirstNew={unread !== null && events[index - 1]?.id === unread.lastReadId}
              isTarget={scroller.targetId === event.id}
              isTabStop={tabStop === event.id}
              onActive={setActiveId}
            />
          )}
        </Virtualizer>
      </div>
      <ListButtons scroller={scroller} unread={unread} newBelow={props.room.unread_count} />
    </Box>
  );
}

interface RowProps {
  event: RoomEvent;
  previous: RoomEvent | undefined;
  parent: RoomEvent | undefined;
  isFirstNew: boolean;
  isTarget: boolean;
  isTabStop: boolean;
  onActive: (id: string) => void;
}

function Row({ event, previous, parent, isFirstNew, isTarget, isTabStop, onActive }: RowProps) {
  const isNewDay = !previous || !isSameDay(previous.created_at, event.created_at);
  return (
    <div className="sw-row">
      {isNewDay && <Divider my="sm" label={dayText(event.created_at)} labelPosition="center" />}
      {isFirstNew && <Divider my="xs" color="red" label={<Text span size="xs" c="red" fw={600}>{texts.chat.newMessages}</Text>} labelPosition="right" />}
      {isMessage(event) ? (
        <Message event={event} parent={parent} isFirst={isFirstNew || !isContinued(event, previous)} isTarget={isTarget} isTabStop={isTabStop} onActive={onActive} />
      ) : (
        <SystemLine event={event} />
      )}
    </div>
  );
}

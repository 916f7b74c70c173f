import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import type { VirtualizerHandle } from 'virtua';
import { notifyProblem } from '../../components/notify.js';
import type { MessageListProps } from './message-list.js';
import { useMore, useStretch } from './use-timeline.js';

const NEAR_BOTTOM_PX = 80;
/** So far from an end of the loaded stretch more is asked for. */
const AHEAD_PX = 1_200;
const FLASH_MS = 1_500;

/** What others may ask of the list. */
export interface Scroller {
  toLatest: () => void;
  jumpTo: (eventId: string) => void;
  /** No further than needed. */
  reveal: (eventId: string) => void;
}

export type ListScroller = ReturnType<typeof useScroller>;

/** Asks for more as either end of what is loaded comes near; each end once, until its page has come. */
function usePaging({ room, timeline }: MessageListProps) {
  const older = useMore(room.id, 'back');
  const newer = useMore(room.id, 'forward');
  const asked = useRef({ older: null as unknown, newer: null as unknown });
  const want = (end: 'older' | 'newer') => {
    const beyond = timeline[end];
    if (!beyond || asked.current[end] === beyond) return;
    asked.current[end] = beyond;
    (end === 'older' ? older : newer).mutate(beyond);
  };
  const retry = () => {
    asked.current = { older: null, newer: null };
    older.reset();
    newer.reset();
  };
  return { want, retry, error: older.error ?? newer.error };
}

/** The message that was jumped to, for as long as it is marked. */
function useFlash(): [string | null, (eventId: string) => void] {
  const [targetId, setTarget] = useState<string | null>(null);
  useEffect(() => {
    if (!targetId) return;
    const timer = setTimeout(() => setTarget(null), FLASH_MS);
    return () => clearTimeout(timer);
  }, [targetId]);
  return [targetId, setTarget];
}

/** Whether the first unread message was in view, and where it is. */
function useUnread({ events, unread }: MessageListProps) {
  const [isSeen, setSeen] = useState(true);
  const wasSeen = useRef(unread === null);
  const lastRead = unread ? events.findIndex(({ id }) => id === unread.lastReadId) : -1;
  const look = (topIndex: number) => {
    wasSeen.current ||= lastRead >= 0 && topIndex <= lastRead + 1;
    setSeen(wasSeen.current);
  };
  return { isSeen, look };
}

interface Place {
  top: number;
  below: number;
}

/** The end of the list stays in view until somebody scrolls away from it. */
function useStickiness({ timeline, onAtBottom }: MessageListProps, element: RefObject<HTMLDivElement | null>) {
  const isStuck = useRef(true);
  const lastTop = useRef(0);
  const [isAway, setAway] = useState(false);
  const stick = (next: boolean) => {
    isStuck.current = next;
    if (isAway === !next) return;
    setAway(!next);
    onAtBottom(next);
  };
  const pin = () => {
    if (isStuck.current && element.current) element.current.scrollTop = element.current.scrollHeight;
  };
  /** Where the list is: while it sticks to its end and is not laid out yet, that is the end. */
  const place = (): Place | null => {
    if (!element.current?.clientHeight) return null;
    const end = element.current.scrollHeight - element.current.clientHeight;
    const top = isStuck.current ? end : element.current.scrollTop;
    return { top, below: end - top };
  };
  const scrolled = () => {
    const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = element.current ?? {};
    const isAtEnd = scrollHeight - scrollTop - clientHeight <= NEAR_BOTTOM_PX && timeline.newer === null;
    // Growth of what is above or below is not somebody's scrolling.
    if (isAtEnd) stick(true);
    else if (scrollTop < lastTop.current || timeline.newer !== null) stick(false);
    lastTop.current = scrollTop;
  };
  return { isStuck, isAway, stick, pin, place, scrolled };
}

/** Ways to a message and to the end: by scrolling where it is loaded, else by loading what is around it. */
function useJumps({ room, timeline, events }: MessageListProps, handle: RefObject<VirtualizerHandle | null>, end: ReturnType<typeof useStickiness>) {
  const stretch = useStretch(room.id);
  const wanted = useRef<string | null>(null);
  const [targetId, flash] = useFlash();
  const show = (eventId: string): boolean => {
    const index = events.findIndex(({ id }) => id === eventId);
    if (index === -1) return false;
    end.stick(false);
    flash(eventId);
    handle.current?.scrollToIndex(index, { align: 'center' });
    return true;
  };
  const jumpTo = (eventId: string) => {
    if (show(eventId)) return;
    wanted.current = eventId;
    stretch.around.mutate(eventId, { onError: notifyProblem });
  };
  const toLatest = () => {
    if (timeline.newer) return stretch.latest.mutate(undefined, { onError: notifyProblem });
    end.stick(true);
    end.pin();
  };
  useLayoutEffect(() => {
    const target = wanted.current;
    wanted.current = null;
    end.stick(timeline.newer === null);
    if (!target || !show(target)) end.pin();
  }, [timeline.stretch]);
  useEffect(() => stretch.leave, [stretch.leave]);
  return { targetId, jumpTo, toLatest, trim: stretch.trim, isJumping: stretch.around.isPending || stretch.latest.isPending };
}

/** Everything about where the list is: it sticks to its end, keeps its place when older messages come, jumps, and asks for more. */
export function useScroller(props: MessageListProps) {
  const { events, unread, ref } = props;
  const element = useRef<HTMLDivElement>(null);
  const handle = useRef<VirtualizerHandle>(null);
  const paging = usePaging(props);
  const end = useStickiness(props, element);
  const firstUnread = useUnread(props);
  const { targetId, jumpTo, toLatest, trim, isJumping } = useJumps(props, handle, end);
  const look = () => {
    const place = end.place();
    if (!place || !handle.current) return;
    if (place.top < AHEAD_PX) paging.want('older');
    if (place.below < AHEAD_PX) paging.want('newer');
    firstUnread.look(handle.current.findItemIndex(place.top));
  };
  useLayoutEffect(() => {
    end.pin();
    look();
  }, [events]);
  const reveal = (index: number) => handle.current?.scrollToIndex(index, { align: 'nearest' });
  useImperativeHandle(ref, () => ({ toLatest, jumpTo, reveal: (eventId) => reveal(events.findIndex(({ id }) => id === eventId)) }));
  return {
    element, handle, targetId, isJumping, toLatest, reveal,
    isAway: end.isAway,
    isUnreadSeen: firstUnread.isSeen,
    error: paging.error,
    retry: () => {
      paging.retry();
      look();
    },
    toUnread: () => unread && jumpTo(unread.lastReadId),
    onScroll: () => {
      end.scrolled();
      look();
    },
    onResize: () => {
      end.pin();
      look();
    },
    onScrollEnd: () => {
      const place = end.place();
      if (place && handle.current) trim(handle.current.findItemIndex(place.top) < events.length / 2 ? 'newest' : 'oldest');
    },
  };
}

import { useEffect, useRef, type KeyboardEvent } from 'react';
import type { RoomEvent } from '../../api/types.js';
import { isMessage } from './system-line.js';
import type { ListScroller } from './use-scroller.js';

interface KeysInput {
  events: RoomEvent[];
  scroller: ListScroller;
  activeId: string | null;
  setActiveId: (id: string) => void;
}

function neighbour(events: RoomEvent[], from: number, step: 1 | -1): number {
  for (let index = from + step; index >= 0 && index < events.length; index += step) if (isMessage(events[index]!)) return index;
  return -1;
}

/** @returns whether it is in the page */
function focusOn(id: string): boolean {
  const article = document.getElementById(`event-${id}`);
  article?.focus({ preventScroll: true });
  return article !== null;
}

/** Up and Down go from message to message; inside one they belong to whatever has the focus there. */
export function useMessageKeys({ events, scroller, activeId, setActiveId }: KeysInput) {
  const isMoving = useRef(false);
  // At the first rendering that has the message in the page.
  useEffect(() => {
    if (isMoving.current && activeId && focusOn(activeId)) isMoving.current = false;
  });
  return (key: KeyboardEvent<HTMLElement>) => {
    const target = key.target as HTMLElement;
    if ((key.key !== 'ArrowUp' && key.key !== 'ArrowDown') || (target !== key.currentTarget && target.tagName !== 'ARTICLE')) return;
    // A key that comes before the focus has followed the last one goes on from where that led.
    const from = isMoving.current ? `event-${activeId}` : target.id;
    const here = target === key.currentTarget && !isMoving.current ? events.length : events.findIndex(({ id }) => from === `event-${id}`);
    const index = neighbour(events, here, key.key === 'ArrowUp' ? -1 : 1);
    key.preventDefault();
    if (index === -1) return;
    const { id } = events[index]!;
    scroller.reveal(index);
    // The one on which one was last is in the page already.
    if (id === activeId && focusOn(id)) return;
    isMoving.current = true;
    setActiveId(id);
  };
}

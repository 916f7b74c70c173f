import { useLayoutEffect, useReducer, useRef } from 'react';
import type { RoomEvent } from '../../api/types.js';

export interface Shown {
  events: RoomEvent[];
  /** True while only the beginning of the list has changed: then the place is kept from the end. */
  isShift: boolean;
}

/** What is shown with the beginning that it is to have, and its end as it was; null where the two are not of one stretch. */
function withBeginningOf(next: RoomEvent[], shown: RoomEvent[]): RoomEvent[] | null {
  const grown = next.findIndex(({ id }) => id === shown[0]?.id);
  if (grown > 0) return [...next.slice(0, grown), ...shown];
  const cut = shown.findIndex(({ id }) => id === next[0]?.id);
  return cut > 0 ? shown.slice(cut) : null;
}

/** The next list to show on the way from what is shown to what there is: a list can keep its place when one of its ends changes, not when both do. */
export function nextShown(next: RoomEvent[], shown: RoomEvent[]): Shown {
  const isOtherBeginning = shown.length > 0 && next[0]?.id !== shown[0]?.id;
  if (!isOtherBeginning) return { events: next, isShift: false };
  if (next.at(-1)?.id === shown.at(-1)?.id) return { events: next, isShift: true };
  const step = withBeginningOf(next, shown);
  return step ? { events: step, isShift: true } : { events: next, isShift: false };
}

/**
 * Shows the events so that never both ends of the list change at once, as when an older and a newer page, or a page and a new message, come in the same moment.
 * Another stretch takes the place of what is shown as it is.
 */
export function useOneEndAtATime(events: RoomEvent[], stretch: number): Shown {
  const last = useRef<{ of: RoomEvent[] | null; stretch: number; shown: Shown }>({ of: null, stretch, shown: { events: [], isShift: false } });
  const [, again] = useReducer((count: number) => count + 1, 0);
  const known = last.current;
  const isSettled = known.of === events && known.shown.events === events;
  const shown = isSettled ? known.shown : nextShown(events, known.stretch === stretch ? known.shown.events : []);
  useLayoutEffect(() => {
    last.current = { of: events, stretch, shown };
    if (shown.events !== events) again();
  });
  return shown;
}

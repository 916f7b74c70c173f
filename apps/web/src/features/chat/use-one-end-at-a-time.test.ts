import { describe, expect, it } from '@jest/globals';
import type { RoomEvent } from '../../api/types.js';
import { nextShown } from './use-one-end-at-a-time.js';

const list = (ids: string) => ids.split('').map((id) => ({ id }) as RoomEvent);
const idsOf = (events: RoomEvent[]) => events.map(({ id }) => id).join('');

/** Every list on the way, those that keep their place from the end in brackets. */
function way(from: string, to: string): string[] {
  const next = list(to);
  const steps: string[] = [];
  let shown = list(from);
  while (shown !== next && steps.length < 5) {
    const step = nextShown(next, shown);
    steps.push(step.isShift ? `(${idsOf(step.events)})` : idsOf(step.events));
    shown = step.events;
  }
  return steps;
}

describe('what a list of messages shows next', () => {
  it.each([
    ['a message at its end', 'cd', 'cde', ['cde']],
    ['older ones at its beginning', 'cd', 'abcd', ['(abcd)']],
    ['both ends grown: the beginning first', 'cd', 'abcdef', ['(abcd)', 'abcdef']],
    ['older ones come and the newest forgotten: the beginning first', 'cdef', 'abcd', ['(abcdef)', 'abcd']],
    ['the oldest forgotten', 'abcd', 'cd', ['(cd)']],
    ['the oldest forgotten as a message comes', 'abcd', 'cde', ['(cd)', 'cde']],
    ['a sent message that takes the place of the unsent one, as older ones come', 'cdx', 'abcdy', ['(abcdx)', 'abcdy']],
    ['another stretch', 'abc', 'xyz', ['xyz']],
    ['the first messages at all', '', 'abc', ['abc']],
    ['nothing any more', 'abc', '', ['']],
  ])('%s', (_what, from, to, steps) => {
    expect(way(from, to)).toEqual(steps);
  });
});

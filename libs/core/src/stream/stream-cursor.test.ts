import { compareCursors, formatCursor, parseCursor } from './stream-cursor.js';

test('a cursor is what it was after its way through a client', () => {
  const cursor = { xid: '18446744073709551', position: 9_007_199_254_740_991 };
  expect(parseCursor(formatCursor(cursor))).toEqual(cursor);
});

test('0 is the beginning', () => {
  expect(parseCursor('0')).toEqual({ xid: '0', position: 0 });
});

test.each(['', '1', '-1', '1-', 'a-b', '1-2-3', ' 1-2', '1-99999999999999999', '99999999999999999999-1'])('%j is no cursor', (text) => {
  expect(parseCursor(text)).toBe(null);
});

test.each<[string, string, number]>([
  ['1-5', '2-1', -1],
  ['10-1', '9-9', 1],
  ['7-1', '7-2', -1],
  ['7-2', '7-2', 0],
  ['9007199254740993-1', '9007199254740992-1', 1],
])('%s before %s: %i', (a, b, sign) => {
  expect(Math.sign(compareCursors(parseCursor(a)!, parseCursor(b)!))).toBe(sign);
});

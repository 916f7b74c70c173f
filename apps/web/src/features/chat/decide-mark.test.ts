import { expect, it } from '@jest/globals';
import type { RoomDeliveries } from '../../api/types.js';
import { decideMark } from './decide-mark.js';

const server = (name: string, upTo: number, more: { is_waiting?: boolean; from?: number; until?: number | null } = {}): RoomDeliveries['servers'][number] => ({
  server_name: name, is_waiting: more.is_waiting ?? false, stored: { from: more.from ?? 1, up_to: upTo, until: more.until ?? null },
});
const placed = { id: 'e', state: 'sequenced', room_seq: 10 } as const;

it.each<[string, RoomDeliveries['servers'], ReturnType<typeof decideMark>]>([
  ['every server has it', [server('a', 10), server('b', 12)], { at: 'stored' }],
  ['one does not have it yet', [server('a', 10), server('b', 9)], { at: 'onItsWay' }],
  ['one that is down does not have it', [server('a', 9), server('b', 9, { is_waiting: true })], { at: 'waitingFor', servers: ['b'] }],
  ['one that is down has it already', [server('a', 10, { is_waiting: true })], { at: 'stored' }],
  ['a server came into the room later', [server('a', 0, { from: 11, is_waiting: true })], { at: 'stored' }],
  ['a server had left the room before', [server('a', 5, { until: 9, is_waiting: true })], { at: 'stored' }],
])('%s', (_, servers, mark) => expect(decideMark(placed, { servers, trouble: [] })).toEqual(mark));

it('what was refused or given up counts before everything else', () => {
  const trouble = [{ event_id: 'e', server_name: 'a', state: 'failed', code: null }, { event_id: 'other', server_name: 'b', state: 'failed', code: null }] as RoomDeliveries['trouble'];
  expect(decideMark(placed, { servers: [server('a', 10), server('b', 9)], trouble })).toEqual({ at: 'notAt', servers: ['a'] });
});

it.each([[true, { at: 'waitingFor', servers: ['host'] }], [false, { at: 'onItsWay' }]])('without a place it is on its way to the host, or waits for it (%s)', (isWaiting, mark) => {
  const servers = [{ server_name: 'host', is_waiting: isWaiting, stored: null }];
  expect(decideMark({ id: 'e', state: 'pending', room_seq: null }, { servers, trouble: [] })).toEqual(mark);
});

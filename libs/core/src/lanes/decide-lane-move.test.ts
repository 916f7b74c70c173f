import type { EventResult } from '@scaiwave/protocol';
import type { BatchEntry } from './build-entry.js';
import { decideLaneMove, hasMoved } from './decide-lane-move.js';

const host = { kind: 'host', acked_seq: 10, prev_seq: 10, start_seq: 3 } as const;
const entry = (seq: number, wire: string | null = '{}'): BatchEntry => ({ eventId: `event-${seq}`, seq, roomSeq: seq, wire, mayBeUnknown: false, isCheckpoint: false });
const result = (status: EventResult['status'], more: Partial<EventResult> = {}): EventResult => ({ id: null, status, ...more });
const rejected = (code: string, expected_seq?: number) => result('rejected', { code, ...(expected_seq !== undefined && { expected_seq }) });

describe('decideLaneMove', () => {
  it('moves over what is stored or known', () => {
    const outcome = decideLaneMove(host, [entry(11), entry(12)], [result('stored'), result('duplicate')]);
    expect([outcome.ackedSeq, outcome.prevSeq, outcome.stored.length]).toEqual([12, 12, 2]);
  });

  it('moves over what is refused for good, which is never named as prev_seq', () => {
    const outcome = decideLaneMove(host, [entry(11), entry(12), entry(13)], [result('stored'), rejected('SW_ROOM_FROZEN'), rejected('SW_OF_A_LATER_VERSION')]);
    expect([outcome.ackedSeq, outcome.prevSeq, outcome.refused.map(({ code }) => code)]).toEqual([13, 11, ['SW_ROOM_FROZEN', 'SW_OF_A_LATER_VERSION']]);
  });

  it.each(['SW_FED_TRY_LATER', 'SW_FED_CLOCK', 'SW_RATE_LIMIT_EXCEEDED', 'SW_INTERNAL', 'SW_FED_GAP'])('stays before an event of class later (%s), whatever is answered after it', (code) => {
    const outcome = decideLaneMove(host, [entry(11), entry(12), entry(13)], [result('stored'), rejected(code), result('stored')]);
    expect([outcome.ackedSeq, outcome.prevSeq, outcome.heldBy]).toEqual([11, 11, code]);
  });

  it('goes back to where the receiver stands', () => {
    const outcome = decideLaneMove(host, [entry(11)], [rejected('SW_FED_GAP', 6)]);
    expect([outcome.ackedSeq, outcome.prevSeq]).toEqual([5, 5]);
  });

  it('goes back to the start of the lane at most, and then names 0', () => {
    const outcome = decideLaneMove(host, [entry(11)], [rejected('SW_FED_GAP', 1)]);
    expect([outcome.ackedSeq, outcome.prevSeq]).toEqual([2, 0]);
  });

  it('takes a gap that refused events made for none', () => {
    const outcome = decideLaneMove(host, [entry(11), entry(12)], [rejected('SW_FED_EVENT_INVALID'), rejected('SW_FED_GAP', 11)]);
    expect([outcome.ackedSeq, outcome.prevSeq, hasMoved(host, outcome)]).toEqual([11, 10, true]);
  });

  it('waits where a gap is claimed that is none', () => {
    const outcome = decideLaneMove(host, [entry(11)], [rejected('SW_FED_GAP', 11)]);
    expect(hasMoved(host, outcome)).toBe(false);
  });

  it('stops at a chain mismatch', () => {
    const outcome = decideLaneMove(host, [entry(11), entry(12)], [rejected('SW_FED_CHAIN_MISMATCH'), rejected('SW_FED_CHAIN_MISMATCH')]);
    expect([outcome.ackedSeq, outcome.stoppedBy]).toEqual([10, 'SW_FED_CHAIN_MISMATCH']);
  });

  it('moves over what was dropped without an answer for it', () => {
    const outcome = decideLaneMove({ ...host, kind: 'member' }, [entry(11, null), entry(12)], [result('stored', { room_seq: 90 })]);
    expect([outcome.ackedSeq, outcome.prevSeq, outcome.dropped.length, outcome.stored.length]).toEqual([12, 10, 1, 1]);
  });

  it('does not move past a missing answer', () => {
    expect(decideLaneMove(host, [entry(11), entry(12)], [result('stored')]).ackedSeq).toBe(11);
  });
});

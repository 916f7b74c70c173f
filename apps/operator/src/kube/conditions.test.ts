import { buildConditions, type Condition } from './conditions.js';

const at = (iso: string, generation: number) => ({ now: new Date(iso), generation });
const ready = (status: Condition['status'], reason: string, message = '') => ({ type: 'Ready', status, reason, message });

describe('conditions', () => {
  const before = buildConditions([ready('True', 'Ready')], [], at('2026-11-23T10:00:00.123Z', 1));

  test('a new one turns at the time it is written, in whole seconds', () => {
    expect(before).toEqual([{ type: 'Ready', status: 'True', reason: 'Ready', message: '', observedGeneration: 1, lastTransitionTime: '2026-11-23T10:00:00Z' }]);
  });

  test('while the status stays its time stays, whatever else changes, also when the clock jumps back', () => {
    const [after] = buildConditions([ready('True', 'StillReady', 'really')], before, at('2020-01-01T00:00:00Z', 2));
    expect(after).toMatchObject({ reason: 'StillReady', message: 'really', observedGeneration: 2, lastTransitionTime: '2026-11-23T10:00:00Z' });
  });

  test('another status is another time', () => {
    expect(buildConditions([ready('False', 'Broken')], before, at('2026-11-23T11:00:00Z', 1))[0]?.lastTransitionTime).toBe('2026-11-23T11:00:00Z');
  });

  test('one that is not found any more is gone, and a message is cut where the apiserver would refuse it', () => {
    const [only, ...others] = buildConditions([{ ...ready('False', 'Long', 'x'.repeat(40_000)), type: 'Other' }], before, at('2026-11-23T11:00:00Z', 1));
    expect([only?.type, only?.message.length, others]).toEqual(['Other', 1_024, []]);
  });
});

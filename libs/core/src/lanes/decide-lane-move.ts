import { isLater, type EventResult } from '@scaiwave/protocol';
import type { BatchEntry } from './build-entry.js';
import type { LaneRow } from './lane.store.js';

/** What the peer's answers mean for one lane. */
export interface LaneOutcome {
  ackedSeq: number;
  prevSeq: number;
  stored: Array<{ entry: BatchEntry; result: EventResult }>;
  refused: Array<{ entry: BatchEntry; code: string }>;
  dropped: BatchEntry[];
  /** the lane waits before this place: a code of class *later* */
  heldBy: string | null;
  /** the two sides do not hold the same history */
  stoppedBy: string | null;
}

type Cursor = Pick<LaneRow, 'kind' | 'acked_seq' | 'prev_seq' | 'start_seq'>;

/** Moves a lane's cursor over the answers, in order, up to the first that holds it. `results` are those of the entries with bytes. */
export function decideLaneMove(lane: Cursor, entries: readonly BatchEntry[], results: readonly EventResult[]): LaneOutcome {
  const outcome: LaneOutcome = { ackedSeq: lane.acked_seq, prevSeq: lane.prev_seq, stored: [], refused: [], dropped: [], heldBy: null, stoppedBy: null };
  let next = 0;
  for (const entry of entries) {
    const result = entry.wire === null ? null : results[next++];
    if (result === undefined || !take(lane, outcome, { entry, result })) break;
    outcome.ackedSeq = entry.seq;
  }
  return outcome;
}

/** Returns false where the lane stops or waits. */
function take(lane: Cursor, outcome: LaneOutcome, { entry, result }: { entry: BatchEntry; result: EventResult | null }): boolean {
  if (result === null) {
    outcome.dropped.push(entry);
    return true;
  }
  if (result.status !== 'rejected') {
    outcome.stored.push({ entry, result });
    if (lane.kind === 'host') outcome.prevSeq = entry.seq;
    return true;
  }
  const code = result.code ?? 'SW_FED_EVENT_INVALID';
  if (code === 'SW_FED_CHAIN_MISMATCH') {
    outcome.stoppedBy = code;
    return false;
  }
  if (!isLater(code)) {
    outcome.refused.push({ entry, code });
    return true;
  }
  outcome.heldBy = code;
  const isBehind = code === 'SW_FED_GAP' && lane.kind === 'host' && result.expected_seq !== undefined;
  Object.assign(outcome, isBehind ? decideRewind({ ...outcome, startSeq: lane.start_seq }, result.expected_seq!) : null);
  return false;
}

/**
 * The receiver lacks what we thought it had stored (a restored backup): from there once more. A gap that only refused entries make
 * is none: the next batch names the last stored one as prev_seq.
 */
export function decideRewind({ ackedSeq, prevSeq, startSeq }: { ackedSeq: number; prevSeq: number; startSeq: number }, expectedSeq: number): { ackedSeq: number; prevSeq: number } | null {
  const position = Math.max(expectedSeq - 1, startSeq - 1);
  if (position >= prevSeq || position >= ackedSeq) return null;
  return { ackedSeq: position, prevSeq: position >= startSeq ? position : 0 };
}

/** Has the lane come on, or gone back to where the receiver stands? If neither, it must wait before it is tried again. */
export function hasMoved(lane: Pick<LaneRow, 'acked_seq' | 'prev_seq'>, outcome: LaneOutcome): boolean {
  return outcome.ackedSeq !== lane.acked_seq || outcome.prevSeq !== lane.prev_seq;
}

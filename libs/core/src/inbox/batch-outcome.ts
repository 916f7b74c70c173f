import { encodeBase64url, type ErrorCode, type EventResult } from '@scaiwave/protocol';
import type { Entry } from './read-entry.js';

/** What the signatures of an entry came to. */
export type Verdict =
  | { kind: 'verified' }
  /** a third server's key cannot be had now: stored, hidden, without effect */
  | { kind: 'unverified' }
  | { kind: 'refused'; code: ErrorCode; reason: string };

export interface JudgedEntry extends Entry {
  verdict: Verdict;
}

/** What became of one entry. */
export type Outcome =
  | { status: 'stored' | 'duplicate'; roomSeq?: number; chain?: Buffer }
  | { status: 'rejected'; code: ErrorCode; reason: string; expectedSeq?: number };

export function rejected(code: ErrorCode, reason: string): Extract<Outcome, { status: 'rejected' }> {
  return { status: 'rejected', code, reason };
}

/** The answer for one entry, as the peer sees it. */
export function presentResult(id: string | null, outcome: Outcome): EventResult {
  if (outcome.status === 'rejected') {
    return { id, status: 'rejected', code: outcome.code, ...(outcome.expectedSeq !== undefined && { expected_seq: outcome.expectedSeq }) };
  }
  const place = outcome.roomSeq !== undefined && outcome.chain ? { room_seq: outcome.roomSeq, chain: encodeBase64url(outcome.chain) } : {};
  return { id, status: outcome.status, ...place };
}

import type { PeerVerdict } from '../peers/index.js';

export interface BackoffFacts {
  verdict: PeerVerdict;
  /** failures in a row, this one included */
  attempts: number;
  /** how long the peer has been failing */
  failingForMs: number;
  /** what the peer asked for */
  retryAfterMs: number | null;
  initialMs: number;
  /** longest wait between two probes of a peer that is down for over half an hour */
  maxDownMs: number;
  /** longest wait for a peer that refuses us */
  maxRefusedMs: number;
  /** from 0 to below 1 */
  random: number;
}

const MINUTE_MS = 60_000;

/** Milliseconds until the next attempt: 1 s × 2ⁿ with jitter; while a peer is down it is looked for more often than that. */
export function decideBackoff(facts: BackoffFacts): number {
  const { verdict, attempts, initialMs, random } = facts;
  const grown = initialMs * 2 ** Math.min(Math.max(0, attempts - 1), 20);
  if (verdict === 'busy') return Math.max(facts.retryAfterMs ?? spread(Math.min(grown, facts.maxDownMs), random), 1);
  if (verdict === 'refuses_us') return spread(Math.min(grown, facts.maxRefusedMs), random);
  return spread(Math.min(grown, longestWhileDown(facts)), random);
}

/** ≤ 3 s apart in the first 5 minutes, ≤ 15 s until 30 minutes, then about a minute. */
function longestWhileDown({ failingForMs, maxDownMs }: BackoffFacts): number {
  if (failingForMs < 5 * MINUTE_MS) return Math.min(3_000, maxDownMs);
  return failingForMs < 30 * MINUTE_MS ? Math.min(15_000, maxDownMs) : maxDownMs;
}

// Only downwards, so that the bounds hold.
function spread(ms: number, random: number): number {
  return Math.max(1, Math.round(ms * (0.8 + 0.2 * random)));
}

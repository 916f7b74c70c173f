import type { PeerVerdict } from '../peers/index.js';

export interface BackoffFacts {
  verdict: PeerVerdict;
  /** failures in a row, this one included */
  attempts: number;
  /** for how long a peer that is down has been looked for */
  probingForMs: number;
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
  const { verdict, attempts, initialMs, maxDownMs, probingForMs, random } = facts;
  const grown = initialMs * 2 ** Math.min(Math.max(0, attempts - 1), 20);
  if (verdict === 'busy') return Math.max(facts.retryAfterMs ?? spread(Math.min(grown, maxDownMs), random), 1);
  if (verdict === 'refuses_us') return spread(Math.min(grown, facts.maxRefusedMs), random);
  // A minute exactly: never more than one probe in it, and never longer until it is seen that the peer is back. The waits before have spread them.
  if (probingForMs >= 30 * MINUTE_MS && grown >= maxDownMs) return maxDownMs;
  return spread(Math.min(Math.max(Math.min(grown, longestWhileDown(probingForMs)), initialMs), maxDownMs), random);
}

/** ≤ 3 s apart in the first 5 minutes, ≤ 15 s until 30 minutes; after that only what is configured bounds them. */
function longestWhileDown(probingForMs: number): number {
  if (probingForMs < 5 * MINUTE_MS) return 3_000;
  return probingForMs < 30 * MINUTE_MS ? 15_000 : Infinity;
}

// Only downwards, so that the bounds hold.
function spread(ms: number, random: number): number {
  return Math.max(1, Math.round(ms * (0.8 + 0.2 * random)));
}

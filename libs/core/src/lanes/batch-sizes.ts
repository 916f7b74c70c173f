import { LIMITS } from '@scaiwave/protocol';
import type { PeerTrouble } from './record-failure.js';
import type { SendAnswer } from './send-batch.js';

/**
 * How many events one request to a peer carries, in the memory of this worker. A peer that fails on a request as a whole may fail on one
 * event in it: half as many next time find that one, and let the others through. What it says it will take now (`credit`) bounds all
 * that is on its way.
 */
export class BatchSizes {
  private readonly sizes = new Map<string, number>();
  private readonly credits = new Map<string, number>();

  /** How many events may leave now, while so many are on their way; 0: none. */
  of(peer: string, inFlight = 0): number {
    const size = this.sizes.get(peer) ?? LIMITS.batchEvents;
    return Math.max(0, Math.min(size, (this.credits.get(peer) ?? Infinity) - inFlight));
  }

  learn(peer: string, sent: number, answer: SendAnswer): void {
    if (answer.kind === 'delivered') this.learnCredit(peer, answer.credit);
    if (sent === 0) return;
    if (answer.kind === 'delivered') this.grow(peer);
    else if (mayBeTheContent(answer)) this.sizes.set(peer, Math.max(1, Math.floor(sent / 2)));
  }

  private grow(peer: string): void {
    const size = (this.sizes.get(peer) ?? LIMITS.batchEvents) * 2;
    if (size >= LIMITS.batchEvents) this.sizes.delete(peer);
    else this.sizes.set(peer, size);
  }

  private learnCredit(peer: string, credit: number | null): void {
    if (credit === null) this.credits.delete(peer);
    else this.credits.set(peer, credit);
  }
}

/** Did the peer fail on the request as a whole, where one event in it may be the reason? */
export function mayBeTheContent(answer: PeerTrouble): boolean {
  if (answer.kind === 'unreachable') return answer.reason === 'server_error' || answer.reason === 'bad_answer';
  return answer.kind === 'refused' && (answer.status === 400 || answer.status === 413 || answer.status === 422);
}

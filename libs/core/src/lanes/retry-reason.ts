import type { RetryReason } from '@scaiwave/telemetry';
import type { UnreachableReason } from '../peers/outbound/peer-client.js';
import type { PeerTrouble } from './record-failure.js';

const REASONS: Record<UnreachableReason, RetryReason> = {
  dns: 'connect', address_refused: 'connect', connect: 'connect', tls: 'connect', timeout: 'timeout',
  too_large: 'bad_answer', bad_answer: 'bad_answer', server_error: 'server_error', descriptor: 'descriptor', no_key: 'no_key',
};

/** Why what waits for a peer is sent again later, as metrics name it: the row of the peer says it in full. */
export function retryReasonOf(trouble: PeerTrouble): RetryReason {
  if (trouble.kind === 'busy') return 'busy';
  return trouble.kind === 'refused' ? 'refuses_us' : REASONS[trouble.reason];
}

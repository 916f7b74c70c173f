import { decideVerifyKey, type DecodedEvent } from '@scaiwave/protocol';
import { verifyJws, type PublishedKey } from '@scaiwave/protocol/node';

export type RelayedVerdict = 'holds' | 'no_keys' | 'unknown_kid' | 'wrong';

/** Does an event hold that came by backfill or through a host? `unknown_kid`: what its origin publishes now may say more. */
export function verifyRelayed(event: DecodedEvent, keys: readonly PublishedKey[] | null): RelayedVerdict {
  if (!keys) return 'no_keys';
  const decision = decideVerifyKey({ keys, kid: event.kid, use: 'relayed', originTs: event.payload.origin_ts });
  if (!decision.usable) return decision.reason === 'unknown_kid' || decision.reason === 'next' ? 'unknown_kid' : 'wrong';
  return verifyJws(event, (decision.key as PublishedKey).imported.key) ? 'holds' : 'wrong';
}

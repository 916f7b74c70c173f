import { isLater, type EventResult } from '@scaiwave/protocol';

/** Not taken yet: it is sent again. */
export function isHeld(result: EventResult): boolean {
  return result.status === 'rejected' && result.code !== undefined && isLater(result.code);
}

/** For good: neither held until later nor a sign that the lane itself is wrong. */
export function isRefused(result: EventResult): boolean {
  return result.status === 'rejected' && !isHeld(result) && result.code !== 'SW_FED_CHAIN_MISMATCH';
}

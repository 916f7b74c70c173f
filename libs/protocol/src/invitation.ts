import type { InviteContent } from './event-content.js';
import type { EventPayload } from './event-payload.js';
import { LIMITS } from './limits.js';
import { ALLOWED, denied, type Verdict } from './sender.js';

const FEDERABLE = new Set(['group', 'public', 'dm']);

/** Incognito, bridge and sidekick rooms, and anything with a scope, never federate; nor does a type that we do not know. */
export function decideRoomFederates(room: { room_type: string; scope_kind?: string | null }): Verdict<'SW_ROOM_TYPE_INVARIANT'> {
  if (!FEDERABLE.has(room.room_type)) return denied('SW_ROOM_TYPE_INVARIANT', `a room of type ${room.room_type} never federates`);
  return room.scope_kind ? denied('SW_ROOM_TYPE_INVARIANT', `a room of scope ${room.scope_kind} never federates`) : ALLOWED;
}

/** The moment at which an invitation ends, in milliseconds; each side judges it by its own clock. */
export function inviteExpiryOf(originTs: number): number {
  return originTs + LIMITS.inviteLifetimeMs;
}

/** Do payload and content of an `.invite` agree on room, host and expiry? Decided before anything is looked up. */
export function decideInviteForm(
  payload: EventPayload,
  content: InviteContent,
): Verdict<'SW_FED_EVENT_INVALID' | 'SW_FED_FORBIDDEN' | 'SW_ROOM_TYPE_INVARIANT'> {
  if (payload.room_id !== content.room.id) return denied('SW_FED_EVENT_INVALID', 'room_id and content.room.id differ');
  if (content.room.host !== payload.origin) return denied('SW_FED_FORBIDDEN', 'only the host of a room invites to it');
  if (content.expires_at !== inviteExpiryOf(payload.origin_ts)) return denied('SW_FED_EVENT_INVALID', 'expires_at is not origin_ts + 7 days');
  return decideRoomFederates(content.room);
}

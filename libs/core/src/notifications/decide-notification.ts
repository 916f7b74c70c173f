import type { NotificationMode } from '../members/member-row.js';
import type { Preferences } from '../participants/preferences.js';
import type { RoomType } from '../rooms/room-row.js';
import { findKeyword } from './find-keyword.js';
import { isQuiet } from './is-quiet.js';

/** One message, and one member of its room who lives on this server. */
export interface Listening {
  roomType: RoomType;
  /** the member's own setting in this room */
  mode: NotificationMode;
  mutedUntil: Date | null;
  preferences: Preferences;
  message: { text: string; isMention: boolean; isOwn: boolean };
  /** milliseconds since the epoch */
  now: number;
}

export type NotificationDecision = { notifies: false } | { notifies: true; kind: 'mention' | 'keyword' | 'message'; keyword: string | null; isSilent: boolean };

const NOTHING: NotificationDecision = { notifies: false };

/**
 * Does this message notify this person? The first line that holds decides.
 *
 *   one's own message                      no
 *   the room is muted, its end has not come no
 *   a keyword of theirs                     yes, in whatever mode
 *   mode none                               no
 *   they are mentioned                      yes
 *   mode all                                yes
 *
 * `inherit` is the person's default; in a direct conversation it is `all`, unless that default is `none`.
 * Quiet hours change nothing of this: they only keep it from making a noise.
 */
export function decideNotification({ roomType, mode, mutedUntil, preferences, message, now }: Listening): NotificationDecision {
  if (message.isOwn || (mutedUntil !== null && mutedUntil.getTime() > now)) return NOTHING;
  const keyword = findKeyword(message.text, preferences.keyword_alerts);
  const effective = mode === 'inherit' ? inherited(roomType, preferences.default_mode) : mode;
  const kind = kindOf({ effective, isMention: message.isMention, isKeyword: keyword !== null });
  return kind === null ? NOTHING : { notifies: true, kind, keyword, isSilent: isQuiet(preferences, now) };
}

function inherited(roomType: RoomType, defaultMode: Preferences['default_mode']): Preferences['default_mode'] {
  return roomType === 'dm' && defaultMode === 'mentions' ? 'all' : defaultMode;
}

/** A mention says more than a keyword, where both would tell. */
function kindOf({ effective, isMention, isKeyword }: { effective: Preferences['default_mode']; isMention: boolean; isKeyword: boolean }): 'mention' | 'keyword' | 'message' | null {
  if (isMention && effective !== 'none') return 'mention';
  if (isKeyword) return 'keyword';
  return effective === 'all' ? 'message' : null;
}

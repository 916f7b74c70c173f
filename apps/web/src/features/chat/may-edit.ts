import { now } from '../../api/clock.js';
import type { RoomEvent } from '../../api/types.js';
import { isMessage } from './system-line.js';

const EDIT_WINDOW_MS = 24 * 3_600_000;

/** My own text that the server has, for a day. */
export function mayEdit(event: RoomEvent, myId: string): boolean {
  const isThere = isMessage(event) && !event.local && !event.redacted_at && !event.unavailable;
  const isFresh = now() - new Date(event.created_at).getTime() < EDIT_WINDOW_MS;
  return isThere && isFresh && event.sender_id === myId && (event.content?.msgtype ?? 'swp.text') === 'swp.text';
}

import { useEffect, useRef } from 'react';
import { api } from '../../api/client.js';
import { now } from '../../api/clock.js';

/** Others forget a notice after 4 s, so it is repeated a little earlier. */
const REPEAT_MS = 3_000;

/** Tells the room that I am typing, and that I stopped. */
export function useTyping(roomId: string): (isTyping: boolean) => void {
  const lastSent = useRef(0);
  const tell = (isTyping: boolean) => {
    if (isTyping ? now() - lastSent.current < REPEAT_MS : lastSent.current === 0) return;
    lastSent.current = isTyping ? now() : 0;
    // Nothing depends on it, and a refusal would only disturb whoever writes.
    api.PUT('/v1/typing', { body: { room_id: roomId, typing: isTyping } }).catch(() => {});
  };
  useEffect(() => () => {
    lastSent.current = 0;
  }, [roomId]);
  return tell;
}

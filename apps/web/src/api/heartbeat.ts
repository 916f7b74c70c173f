import { now } from './clock.js';

type Status = 'online' | 'idle';

const EVERY_MS = 30_000;
/** So long after the last use of this device nobody is at it. */
const IDLE_AFTER_MS = 5 * 60_000;
const USES = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'focus'] as const;

/** Tells the server that this device is there, and whether somebody is at it: every 30 s, when it changes, and at each `beat`. */
export function startHeartbeat(say: (status: Status) => void): { beat: () => void; stop: () => void } {
  let usedAtMs = now();
  let said: Status = 'online';
  const beat = () => {
    said = now() - usedAtMs < IDLE_AFTER_MS ? 'online' : 'idle';
    say(said);
  };
  const use = () => {
    usedAtMs = now();
    if (said === 'idle') beat();
  };
  const timer = setInterval(beat, EVERY_MS);
  for (const name of USES) window.addEventListener(name, use, { capture: true, passive: true });
  return {
    beat,
    stop: () => {
      clearInterval(timer);
      for (const name of USES) window.removeEventListener(name, use, { capture: true });
    },
  };
}

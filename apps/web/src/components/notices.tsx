import { lazy, Suspense, useSyncExternalStore } from 'react';
import { notices } from './notify.js';

const Notifications = lazy(async () => ({ default: (await import('@mantine/notifications')).Notifications }));

/** Where `notifyDone` and `notifyProblem` show what they say. */
export function Notices() {
  const areNeeded = useSyncExternalStore(notices.subscribe, notices.areNeeded);
  return areNeeded && <Suspense fallback={null}><Notifications position="bottom-right" /></Suspense>;
}

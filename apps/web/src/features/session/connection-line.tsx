import { Alert } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { keys } from '../../api/keys.js';
import type { OutboxEntry } from '../../api/outbox.js';
import type { ConnectionStatus } from '../../api/stream.js';
import { chatTexts } from '../../texts/en-chat.js';

const GOOD_NEWS_MS = 5_000;

type Line = keyof Pick<typeof chatTexts.connection, 'offline' | 'lost' | 'catchingUp' | 'caughtUp'>;
const COLORS: Record<Line, string> = { offline: 'yellow', lost: 'yellow', catchingUp: 'blue', caughtUp: 'teal' };

function subscribe(onChange: () => void): () => void {
  window.addEventListener('online', onChange);
  window.addEventListener('offline', onChange);
  return () => {
    window.removeEventListener('online', onChange);
    window.removeEventListener('offline', onChange);
  };
}

function useLine(): Line | null {
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine);
  const { data: status } = useQuery<ConnectionStatus>({ queryKey: keys.connection, enabled: false, initialData: 'connecting' });
  const [wasAway, setAway] = useState(false);
  const isAway = !isOnline || status === 'offline';
  const isBack = wasAway && isOnline && status === 'live';
  useEffect(() => {
    if (isAway) setAway(true);
    if (!isBack) return;
    const timer = setTimeout(() => setAway(false), GOOD_NEWS_MS);
    return () => clearTimeout(timer);
  }, [isAway, isBack]);
  if (!isOnline) return 'offline';
  if (status === 'offline') return 'lost';
  if (!wasAway) return null;
  return isBack ? 'caughtUp' : 'catchingUp';
}

/** One line about the connection while there is something to say; the place for it is always there, so that it is read out. */
export function ConnectionLine() {
  const line = useLine();
  const { data: outbox } = useQuery<readonly OutboxEntry[]>({ queryKey: keys.outbox, enabled: false, initialData: [] });
  const waiting = outbox.filter(({ state }) => state === 'waiting').length;
  return (
    <div role="status" aria-live="polite">
      {line && (
        <Alert color={COLORS[line]} variant="light" radius={0} py={6} ta="center">
          {chatTexts.connection[line]} {waiting > 0 && chatTexts.connection.waiting(waiting)}
        </Alert>
      )}
    </div>
  );
}

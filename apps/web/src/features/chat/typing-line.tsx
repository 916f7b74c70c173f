import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { now } from '../../api/clock.js';
import { keys } from '../../api/keys.js';
import { texts } from '../../texts/en.js';
import { useChat } from './chat-context.js';

/** Who is typing, by the notices of the last seconds. */
export function TypingLine() {
  const { room, people } = useChat();
  const { data } = useQuery<Record<string, number>>({ queryKey: keys.typing(room.id), enabled: false, initialData: {} });
  const [, tick] = useState(0);
  const until = Object.values(data);
  const next = Math.min(...until.filter((time) => time > now()));
  useEffect(() => {
    if (!Number.isFinite(next)) return;
    const timer = setTimeout(() => tick((count) => count + 1), next - now() + 20);
    return () => clearTimeout(timer);
  }, [next]);
  const names = Object.entries(data).filter(([, time]) => time > now()).map(([id]) => people.get(id)?.display_name ?? texts.chat.someone);
  return <Text size="xs" c="dimmed" h={20} px="md" truncate aria-live="polite">{names.length > 0 ? texts.chat.typing(names) : ''}</Text>;
}

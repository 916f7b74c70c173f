import { Button, Group, Tooltip } from '@mantine/core';
import type { RoomEvent } from '../../api/types.js';
import { texts } from '../../texts/en.js';
import { useChat } from './chat-context.js';
import { useMessageActions } from './use-message-actions.js';

/** Who reacted with what; pressing a chip adds or takes back one's own. */
export function Reactions({ event }: { event: RoomEvent }) {
  const { people, canWrite } = useChat();
  const { react } = useMessageActions(event);
  if (event.reactions.length === 0) return null;
  return (
    <Group gap={4} mt={4}>
      {event.reactions.map(({ emoji, count, me, participants }) => (
        <Tooltip key={emoji} label={participants.map((id) => people.get(id)?.display_name ?? texts.chat.someone).join(', ')}>
          <Button size="compact-xs" radius="xl" variant={me ? 'light' : 'default'} aria-pressed={me} aria-label={`${emoji} ${count}`} disabled={!canWrite} onClick={() => react.mutate({ emoji, add: !me })}>
            {emoji} {count}
          </Button>
        </Tooltip>
      ))}
    </Group>
  );
}

import { ActionIcon, Box, Button, Center, Indicator, Loader, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { Timeline } from '../../api/timeline.js';
import { ErrorProblem } from '../../components/problem.js';
import { chatTexts } from '../../texts/en-chat.js';
import { texts } from '../../texts/en.js';
import { useChat } from './chat-context.js';
import type { ListScroller } from './use-scroller.js';

/** The height of what stands above the first message: the list of messages counts from there. */
export const START_PX = 44;

/** Above the oldest loaded message: that more is coming, or that this is the beginning. */
export function EndOfStretch({ timeline }: { timeline: Timeline }) {
  const { room } = useChat();
  const isEmpty = timeline.events.length === 0;
  return (
    <Center h={START_PX} flex="none">
      {timeline.older ? (
        <Loader size="xs" role="status" aria-label={texts.chat.older} />
      ) : (
        !isEmpty && <Text size="xs" c="dimmed">{room.is_federated ? texts.chat.beginningHere : texts.chat.beginning}</Text>
      )}
    </Center>
  );
}

interface ListButtonsProps {
  scroller: ListScroller;
  unread: { count: number } | null;
  newBelow: number;
}

/** Over the messages: the ways to what is new, and why more could not be loaded. */
export function ListButtons({ scroller, unread, newBelow }: ListButtonsProps) {
  return (
    <>
      {unread && !scroller.isUnreadSeen && (
        <Button pos="absolute" top={10} left="50%" size="compact-sm" radius="xl" className="sw-jump" leftSection={<IconArrowUp size={14} />} loading={scroller.isJumping} onClick={scroller.toUnread}>
          {chatTexts.newSince(unread.count)}
        </Button>
      )}
      {scroller.error !== null && <Box pos="absolute" top={10} left={10} right={10} className="sw-over"><ErrorProblem error={scroller.error} onRetry={scroller.retry} /></Box>}
      {scroller.isAway && (
        <Indicator pos="absolute" bottom={12} right={20} className="sw-over" label={newBelow > 99 ? '99+' : newBelow} size={18} disabled={newBelow === 0} color="red">
          <ActionIcon variant="filled" color="indigo" radius="xl" size="lg" loading={scroller.isJumping} aria-label={newBelow > 0 ? chatTexts.newBelow(newBelow) : texts.chat.toLatest} title={texts.chat.toLatest} onClick={scroller.toLatest}>
            <IconArrowDown size={20} />
          </ActionIcon>
        </Indicator>
      )}
    </>
  );
}

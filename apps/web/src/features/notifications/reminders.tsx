import { ActionIcon, Box, Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useNavigate } from 'react-router';
import type { Snooze } from '../../api/types.js';
import { Loaded } from '../../components/loaded.js';
import { notifyProblem } from '../../components/notify.js';
import { plannedText } from '../../components/times.js';
import { chatTexts } from '../../texts/en-chat.js';
import { texts } from '../../texts/en.js';
import { useCancelSnooze, useSnoozes } from './use-snoozes.js';

const { remind } = chatTexts;

/** Of what I will be reminded; nothing is shown where there is nothing. */
export default function Reminders({ onLeave }: { onLeave: () => void }) {
  const snoozes = useSnoozes();
  return (
    <Loaded query={snoozes}>
      {(all) => all.length > 0 && (
        <Stack gap={4}>
          <Title order={3} size="h6">{remind.waiting}</Title>
          <ul className="sw-list" aria-label={remind.waiting}>{all.map((snooze) => <Reminder key={snooze.task_id} snooze={snooze} onLeave={onLeave} />)}</ul>
        </Stack>
      )}
    </Loaded>
  );
}

function Reminder({ snooze, onLeave }: { snooze: Snooze; onLeave: () => void }) {
  const cancel = useCancelSnooze();
  const navigate = useNavigate();
  const body = snooze.event.content?.body;
  const show = () => {
    onLeave();
    void navigate(`/rooms/${snooze.room_id}?event=${snooze.event_id}`);
  };
  return (
    <Group component="li" gap="sm" py="xs" wrap="nowrap" align="flex-start">
      <Box flex={1} miw={0}>
        <Text size="sm" lineClamp={2} className="sw-break">{typeof body === 'string' ? body : ''}</Text>
        <Text size="xs" c="dimmed">{remind.at(plannedText(snooze.until))}</Text>
      </Box>
      <Button size="compact-xs" variant="light" onClick={show}>{texts.notifications.show}</Button>
      <ActionIcon size="sm" aria-label={remind.cancel} title={remind.cancel} loading={cancel.isPending} onClick={() => cancel.mutate(snooze.task_id, { onError: notifyProblem })}><IconX size={16} /></ActionIcon>
    </Group>
  );
}

import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { now } from '../../api/clock.js';
import type { RoomEvent } from '../../api/types.js';
import { Loaded } from '../../components/loaded.js';
import { notifyDone } from '../../components/notify.js';
import { ErrorProblem } from '../../components/problem.js';
import { plannedText } from '../../components/times.js';
import { chatTexts } from '../../texts/en-chat.js';
import { texts } from '../../texts/en.js';
import { useCancelSnooze, useSnooze, useSnoozes } from './use-snoozes.js';

const MINUTE_MS = 60_000;
const MORNING = 9;
const { remind } = chatTexts;

function tomorrow(): Date {
  const day = new Date(now());
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1, MORNING);
}

const CHOICES = [
  { label: remind.in20Minutes, until: () => new Date(now() + 20 * MINUTE_MS) },
  { label: remind.inHour, until: () => new Date(now() + 60 * MINUTE_MS) },
  { label: remind.tomorrow, until: tomorrow },
];

/** When to be reminded of a message; a choice holds at once. */
export default function RemindDialog({ event, onClose }: { event: RoomEvent; onClose: () => void }) {
  const snoozes = useSnoozes();
  const snooze = useSnooze();
  const cancel = useCancelSnooze();
  const [own, setOwn] = useState('');
  const choose = (at: Date) =>
    snooze.mutate({ eventId: event.id, until: at.toISOString() }, {
      onSuccess: ({ until }) => {
        notifyDone(remind.done(plannedText(until)));
        onClose();
      },
    });
  const submit = (form: FormEvent) => {
    form.preventDefault();
    if (own !== '') choose(new Date(own));
  };
  const isBusy = snooze.isPending || cancel.isPending;
  const error = snooze.error ?? cancel.error;
  return (
    <Modal opened onClose={onClose} title={remind.title} closeButtonProps={{ 'aria-label': texts.app.close }}>
      <Stack>
        <Text size="sm" className="sw-quote sw-break" lineClamp={3}>{event.content?.body}</Text>
        <Loaded query={snoozes}>
          {(all) => {
            const known = all.find((one) => one.event_id === event.id && one.room_id === event.room_id);
            return known && (
              <Group gap="sm">
                <Text size="sm" role="status">{remind.isSet(plannedText(known.until))}</Text>
                <Button size="compact-sm" variant="light" color="red" disabled={isBusy} onClick={() => cancel.mutate(known.task_id, { onSuccess: onClose })}>{remind.cancel}</Button>
              </Group>
            );
          }}
        </Loaded>
        <Group gap={6}>{CHOICES.map(({ label, until }) => <Button key={label} variant="default" disabled={isBusy} onClick={() => choose(until())}>{label}</Button>)}</Group>
        <form onSubmit={submit}>
          <Group gap="xs" align="flex-end">
            <TextInput type="datetime-local" flex="1 1 200px" label={remind.ownTime} value={own} onChange={({ currentTarget }) => setOwn(currentTarget.value)} />
            <Button type="submit" variant="light" disabled={own === '' || isBusy}>{remind.set}</Button>
          </Group>
        </form>
        {error && <ErrorProblem error={error} />}
        <Text size="xs" c="dimmed">{remind.hint}</Text>
      </Stack>
    </Modal>
  );
}

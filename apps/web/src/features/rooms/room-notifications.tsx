import { Button, Group, Modal, Radio, Stack, Text } from '@mantine/core';
import { now } from '../../api/clock.js';
import type { NotificationMode, Room } from '../../api/types.js';
import { ErrorProblem } from '../../components/problem.js';
import { plannedText } from '../../components/times.js';
import { texts } from '../../texts/en.js';
import { searchTexts } from '../../texts/en-search.js';
import { usePreferences } from '../notifications/use-preferences.js';
import { isMuted, nameOfRoom, useChangeRoom } from './use-rooms.js';

const HOUR_MS = 3_600_000;
const FOR_EVER = '9999-12-31T00:00:00.000Z';
const MORNING = 8;
const { room: roomTexts, settings } = searchTexts;

function tomorrow(): string {
  const day = new Date(now());
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1, MORNING).toISOString();
}

const MUTES = [
  { label: roomTexts.forHour, until: () => new Date(now() + HOUR_MS).toISOString() },
  { label: roomTexts.for8Hours, until: () => new Date(now() + 8 * HOUR_MS).toISOString() },
  { label: roomTexts.untilTomorrow, until: tomorrow },
  { label: roomTexts.forEver, until: () => FOR_EVER },
];

export function RoomNotificationsDialog({ room, onClose }: { room: Room; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title={roomTexts.notifications(nameOfRoom(room))} closeButtonProps={{ 'aria-label': texts.app.close }}>
      <RoomNotifications room={room} />
    </Modal>
  );
}

/** What of this room notifies me, and whether it is silent for a while; every choice holds at once. */
export function RoomNotifications({ room }: { room: Room }) {
  const change = useChangeRoom(room.id);
  const preferences = usePreferences();
  const byDefault = room.room_type === 'dm' && preferences.data?.default_mode === 'mentions' ? 'all' : (preferences.data?.default_mode ?? 'mentions');
  const modes: [NotificationMode, string][] = [['inherit', roomTexts.inherit(settings.modes[byDefault])], ...(Object.entries(roomTexts.modes) as [NotificationMode, string][])];
  const mute = (until: string | null) => change.mutate({ mutedUntil: until });
  return (
    <Stack>
      <Radio.Group label={settings.mode} value={room.my.notification_mode} onChange={(mode) => change.mutate({ mode: mode as NotificationMode })}>
        <Stack gap={8} mt={8}>{modes.map(([mode, label]) => <Radio key={mode} value={mode} label={label} />)}</Stack>
      </Radio.Group>
      <Stack gap={6} role="group" aria-label={roomTexts.mute}>
        <Text size="sm" fw={600}>{roomTexts.mute}</Text>
        <Text size="xs" c="dimmed">{roomTexts.muteHint}</Text>
        {isMuted(room) ? (
          <Group gap="sm">
            <Text size="sm" role="status">{room.my.muted_until === FOR_EVER ? roomTexts.mutedForEver : roomTexts.mutedUntil(plannedText(room.my.muted_until ?? FOR_EVER))}</Text>
            <Button size="compact-sm" variant="light" loading={change.isPending} onClick={() => mute(null)}>{roomTexts.unmute}</Button>
          </Group>
        ) : (
          <Group gap={6}>{MUTES.map(({ label, until }) => <Button key={label} size="compact-sm" variant="default" disabled={change.isPending} onClick={() => mute(until())}>{label}</Button>)}</Group>
        )}
      </Stack>
      {change.error && <ErrorProblem error={change.error} />}
    </Stack>
  );
}

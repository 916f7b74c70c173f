import { Box, Button, Group, Text, ThemeIcon } from '@mantine/core';
import { IconAlarm, IconAlertTriangle, IconAt, IconKey, IconMail, IconMailCheck, IconMessage, IconUnlink, type Icon } from '@tabler/icons-react';
import { useNavigate } from 'react-router';
import type { NotificationItem } from '../../api/types.js';
import { Ago } from '../../components/times.js';
import { texts } from '../../texts/en.js';
import { nameOfRoom, useRooms } from '../rooms/use-rooms.js';
import { pathOf, textOfNotification } from './notification-text.js';
import { useMarkRead } from './use-notifications.js';

const ICONS: Record<NotificationItem['kind'], { icon: Icon; color: string }> = {
  invitation: { icon: IconMail, color: 'indigo' },
  invitation_outcome: { icon: IconMailCheck, color: 'teal' },
  mention: { icon: IconAt, color: 'orange' },
  keyword: { icon: IconKey, color: 'orange' },
  message: { icon: IconMessage, color: 'indigo' },
  reminder: { icon: IconAlarm, color: 'indigo' },
  severed: { icon: IconUnlink, color: 'red' },
  delivery_failed: { icon: IconAlertTriangle, color: 'red' },
};

export function NotificationRow({ item, onLeave }: { item: NotificationItem; onLeave: () => void }) {
  const markRead = useMarkRead();
  const navigate = useNavigate();
  const rooms = useRooms();
  const text = textOfNotification(item, (id) => {
    const room = rooms.data?.find((each) => each.id === id);
    return room ? nameOfRoom(room) : null;
  });
  const { title, detail, roomId, isFailed } = text;
  const { icon: RowIcon, color } = isFailed ? ICONS.delivery_failed : ICONS[item.kind];
  const show = () => {
    if (!item.read_at) markRead.mutate([item.id]);
    onLeave();
    void navigate(pathOf(text));
  };
  return (
    <Group component="li" gap="sm" py="xs" wrap="nowrap" align="flex-start">
      <ThemeIcon variant="light" color={color} radius="xl" size={32} flex="none"><RowIcon size={17} /></ThemeIcon>
      <Box flex={1} miw={0}>
        <Text size="sm" fw={item.read_at ? 400 : 600} className="sw-break">{title}</Text>
        {detail && <Text size="xs" c="dimmed" lineClamp={3} className="sw-break">{detail}</Text>}
        <Ago at={item.created_at} never="" size="xs" c="dimmed" />
      </Box>
      {roomId && <Button size="compact-xs" variant="light" onClick={show}>{texts.notifications.show}</Button>}
    </Group>
  );
}

import { ActionIcon, Menu } from '@mantine/core';
import { IconBell, IconBellOff, IconDotsVertical, IconDoorExit, IconSettings } from '@tabler/icons-react';
import { lazy, useState } from 'react';
import type { Room } from '../../api/types.js';
import { WhenLoaded } from '../../components/when-loaded.js';
import { texts } from '../../texts/en.js';
import { isMuted } from './use-rooms.js';

const RoomNotificationsDialog = lazy(async () => ({ default: (await import('./room-notifications.js')).RoomNotificationsDialog }));
const RoomSettingsDialog = lazy(async () => ({ default: (await import('./room-settings-dialog.js')).RoomSettingsDialog }));
const EndRoomDialog = lazy(async () => ({ default: (await import('./end-room-dialog.js')).EndRoomDialog }));

export function RoomMenu({ room }: { room: Room }) {
  const [dialog, setDialog] = useState<'notifications' | 'settings' | 'leave' | null>(null);
  const close = () => setDialog(null);
  return (
    <>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <ActionIcon size="lg" aria-label={texts.rooms.menu} title={texts.rooms.menu}><IconDotsVertical size={20} /></ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={isMuted(room) ? <IconBellOff size={16} /> : <IconBell size={16} />} onClick={() => setDialog('notifications')}>{texts.rooms.notify}</Menu.Item>
          <Menu.Item leftSection={<IconSettings size={16} />} onClick={() => setDialog('settings')}>{texts.rooms.settings}</Menu.Item>
          <Menu.Divider />
          <Menu.Item c="var(--sw-danger)" leftSection={<IconDoorExit size={16} />} onClick={() => setDialog('leave')}>{texts.rooms.leave}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <WhenLoaded>
        {dialog === 'notifications' && <RoomNotificationsDialog room={room} onClose={close} />}
        {dialog === 'settings' && <RoomSettingsDialog room={room} onClose={close} />}
        {dialog === 'leave' && <EndRoomDialog room={room} action="leave" onClose={close} />}
      </WhenLoaded>
    </>
  );
}

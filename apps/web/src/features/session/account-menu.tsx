import { ActionIcon, Menu, Text, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { IconBell, IconCheck, IconDeviceDesktop, IconLogout, IconMoon, IconSun } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lazy, useState } from 'react';
import { api } from '../../api/client.js';
import { forgetWritten } from '../../api/kept-text.js';
import type { PresenceStatus } from '../../api/types.js';
import { notifyProblem } from '../../components/notify.js';
import { PersonAvatar } from '../../components/person.js';
import { WhenLoaded } from '../../components/when-loaded.js';
import { texts } from '../../texts/en.js';
import { useSession } from './session.js';

const NotificationSettingsDialog = lazy(async () => ({ default: (await import('../notifications/settings-dialog.js')).NotificationSettingsDialog }));

type Status = Exclude<PresenceStatus, 'offline'>;
const STATUSES: Status[] = ['online', 'idle', 'busy', 'appear_offline'];
const SCHEMES: { value: MantineColorScheme; label: string; icon: typeof IconSun }[] = [
  { value: 'light', label: texts.nav.light, icon: IconSun },
  { value: 'dark', label: texts.nav.dark, icon: IconMoon },
  { value: 'auto', label: texts.nav.system, icon: IconDeviceDesktop },
];

function useSignOut() {
  const { me } = useSession();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.POST('/v1/auth/logout'),
    onSuccess: () => {
      forgetWritten(me.fqid);
      client.clear();
      window.location.assign('/login');
    },
    onError: notifyProblem,
  });
}

export function AccountMenu() {
  const { me } = useSession();
  const [presence, setPresence] = useState<Status>(me.presence === 'offline' ? 'online' : me.presence);
  const change = useMutation({
    mutationFn: (status: Status) => api.PUT('/v1/me/presence', { body: { status: status === 'online' ? null : status } }),
    onSuccess: (_, status) => setPresence(status),
    onError: notifyProblem,
  });
  const signOut = useSignOut();
  const [isSetting, setSettings] = useState(false);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <Menu position="bottom-start" width={250}>
        <Menu.Target>
          <ActionIcon size={40} radius="xl" aria-label={texts.nav.account} style={{ overflow: 'visible' }}>
            <PersonAvatar person={me} presence={presence} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Text size="sm" fw={600} px="sm" pt={6}>{me.display_name}</Text>
          <Text size="xs" c="dimmed" px="sm" pb={6} className="sw-break">{me.fqid}</Text>
          <Menu.Divider />
          <Menu.Label>{texts.nav.presence}</Menu.Label>
          {STATUSES.map((status) => (
            <Menu.Item key={status} rightSection={status === presence && <IconCheck size={16} />} onClick={() => change.mutate(status)}>{texts.presence[status]}</Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Label>{texts.nav.colors}</Menu.Label>
          {SCHEMES.map(({ value, label, icon: Icon }) => (
            <Menu.Item key={value} leftSection={<Icon size={16} />} rightSection={value === colorScheme && <IconCheck size={16} />} onClick={() => setColorScheme(value)}>{label}</Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<IconBell size={16} />} onClick={() => setSettings(true)}>{texts.nav.notificationSettings}</Menu.Item>
          <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => signOut.mutate()}>{texts.login.out}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isSetting && <WhenLoaded><NotificationSettingsDialog onClose={() => setSettings(false)} /></WhenLoaded>}
    </>
  );
}

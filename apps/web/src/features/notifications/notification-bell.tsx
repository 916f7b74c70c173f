import { ActionIcon, Indicator } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { lazy, useState } from 'react';
import { WhenLoaded } from '../../components/when-loaded.js';
import { texts } from '../../texts/en.js';
import { open, useMyInvitations } from '../invitations/use-invitations.js';
import { useNotifications } from './use-notifications.js';

const NotificationDrawer = lazy(async () => ({ default: (await import('./notification-panel.js')).NotificationDrawer }));

/** Invitations count until they are answered, everything else until it is read. */
function useNewCount(): number {
  const waiting = open(useMyInvitations().data).length;
  const unread = useNotifications().data?.filter((item) => !item.read_at && item.kind !== 'invitation').length ?? 0;
  return waiting + unread;
}

export function NotificationBell() {
  const [isOpen, setOpen] = useState<boolean | null>(null);
  const count = useNewCount();
  return (
    <>
      <Indicator label={count > 99 ? '99+' : count} size={17} color="red" disabled={count === 0} offset={5}>
        <ActionIcon size="lg" aria-label={texts.notifications.label(count)} title={texts.notifications.title} onClick={() => setOpen(true)}><IconBell size={20} /></ActionIcon>
      </Indicator>
      {isOpen !== null && <WhenLoaded><NotificationDrawer isOpen={isOpen} onClose={() => setOpen(false)} /></WhenLoaded>}
    </>
  );
}

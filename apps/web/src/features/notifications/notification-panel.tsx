import { Button, Drawer, Group, Stack, Title } from '@mantine/core';
import { IconBellCheck } from '@tabler/icons-react';
import { lazy, useState } from 'react';
import type { Invitation, NotificationItem } from '../../api/types.js';
import { Empty, Loaded } from '../../components/loaded.js';
import { notifyProblem } from '../../components/notify.js';
import { WhenLoaded } from '../../components/when-loaded.js';
import { texts } from '../../texts/en.js';
import { InvitationCard } from '../invitations/invitation-card.js';
import { open, useMyInvitations } from '../invitations/use-invitations.js';
import { NotificationRow } from './notification-row.js';
import { useMarkRead, useNotifications } from './use-notifications.js';

const Reminders = lazy(() => import('./reminders.js'));

interface PanelProps {
  /** Something was opened: the panel is no longer needed. */
  onLeave: () => void;
}

export function NotificationDrawer({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Drawer opened={isOpen} onClose={onClose} position="right" size="min(420px, 100%)" title={texts.notifications.title} closeButtonProps={{ 'aria-label': texts.app.close }}>
      <NotificationPanel onLeave={onClose} />
    </Drawer>
  );
}

/** What waits for me (invitations), then what happened. */
function NotificationPanel({ onLeave }: PanelProps) {
  const invitations = useMyInvitations();
  const notifications = useNotifications();
  return (
    <Stack gap="lg">
      <Loaded query={invitations}>{(all) => <Waiting invitations={all} onLeave={onLeave} />}</Loaded>
      <WhenLoaded><Reminders onLeave={onLeave} /></WhenLoaded>
      <Loaded query={notifications}>
        {(items) => <Happened items={items.filter((item) => !isWaiting(item, invitations.data)).map((item) => withPresentState(item, invitations.data))} isQuiet={open(invitations.data).length > 0} onLeave={onLeave} />}
      </Loaded>
    </Stack>
  );
}

/** An invitation that can still be answered stands on top already. */
function isWaiting(item: NotificationItem, invitations: Invitation[] | undefined): boolean {
  return item.kind === 'invitation' && open(invitations).some((invitation) => invitation.id === item.data.id);
}

/** The notification keeps the invitation as it was; shown is what became of it. Once answered it asks for nothing. */
function withPresentState(item: NotificationItem, invitations: Invitation[] | undefined): NotificationItem {
  const present = item.kind === 'invitation' && invitations?.find((invitation) => invitation.id === item.data.id);
  return present ? { ...item, data: present, read_at: item.read_at ?? item.created_at } : item;
}

function Waiting({ invitations, onLeave }: { invitations: Invitation[] } & PanelProps) {
  // An invitation that was answered here stays until the panel closes, so that its outcome can be read.
  const [answered, setAnswered] = useState<string[]>([]);
  const shown = invitations.filter((invitation) => invitation.state === 'pending' || answered.includes(invitation.id));
  if (shown.length === 0) return null;
  return (
    <Stack gap="xs">
      <Title order={3} size="h6">{texts.notifications.pending}</Title>
      <Stack component="ul" className="sw-list" gap="sm" aria-label={texts.notifications.pending}>
        {shown.map((invitation) => <InvitationCard key={invitation.id} invitation={invitation} onAnswered={() => setAnswered([...answered, invitation.id])} onLeave={onLeave} />)}
      </Stack>
    </Stack>
  );
}

function Happened({ items, isQuiet, onLeave }: { items: NotificationItem[]; isQuiet: boolean } & PanelProps) {
  const markRead = useMarkRead();
  if (items.length === 0) return isQuiet ? null : <Empty icon={<IconBellCheck size={40} stroke={1.2} />} title={texts.notifications.empty} next={texts.notifications.emptyNext} />;
  const hasUnread = items.some((item) => !item.read_at);
  return (
    <Stack gap={4}>
      <Group justify="space-between">
        <Title order={3} size="h6">{isQuiet ? texts.notifications.earlier : texts.notifications.recent}</Title>
        {hasUnread && <Button size="compact-xs" variant="subtle" loading={markRead.isPending} onClick={() => markRead.mutate(undefined, { onError: notifyProblem })}>{texts.notifications.markRead}</Button>}
      </Group>
      <ul className="sw-list" aria-label={texts.notifications.title}>
        {items.map((item) => <NotificationRow key={item.id} item={item} onLeave={onLeave} />)}
      </ul>
    </Stack>
  );
}

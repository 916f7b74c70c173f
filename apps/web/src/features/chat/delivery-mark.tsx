import { ActionIcon, Anchor, Badge, Button, Group, Popover, Stack, Text, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconClock } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Delivery, DeliveryState, RoomEvent } from '../../api/types.js';
import { Loaded } from '../../components/loaded.js';
import { Ago } from '../../components/times.js';
import { errorSentence } from '../../texts/errors.js';
import { texts } from '../../texts/en.js';
import { explainPath } from '../explain/explain-path.js';
import { useSession } from '../session/session.js';
import { useChat } from './chat-context.js';
import { useDeliveries } from './use-message-actions.js';

const COLORS: Record<DeliveryState, string> = { queued: 'gray', sent: 'blue', stored: 'teal', refused: 'red', failed: 'red' };

/** Where my own message is: on its way to the host, in the room, refused. Opens what each server answered. */
export function DeliveryMark({ event }: { event: RoomEvent }) {
  const { me } = useSession();
  const { room, resend, discard } = useChat();
  if (event.sender_id !== me.participant_id) return null;
  if (event.local?.state === 'failed') {
    return (
      <Group gap="xs" mt={4} role="alert">
        <IconAlertTriangle size={16} color="var(--mantine-color-error)" />
        <Text size="xs" c="red" flex="1 1 160px">{texts.chat.notSent} {errorSentence(event.local.problem.code, event.local.problem.message)}</Text>
        <Button size="compact-xs" variant="light" onClick={() => void resend(event)}>{texts.chat.resend}</Button>
        <Button size="compact-xs" variant="subtle" color="gray" onClick={() => discard(event)}>{texts.chat.discard}</Button>
      </Group>
    );
  }
  if (event.local) return <Mark icon={<IconClock size={14} />} label={texts.chat.sending} />;
  if (event.redacted_at || !room.is_federated) return null;
  return <Ledger event={event} />;
}

function Mark({ icon, label }: { icon: React.ReactNode; label: string }) {
  return <Tooltip label={label}><Text span c="dimmed" lh={1} role="img" aria-label={label}>{icon}</Text></Tooltip>;
}

function Ledger({ event }: { event: RoomEvent }) {
  const { room } = useChat();
  const [isOpen, setOpen] = useState(false);
  const label = event.state === 'pending' ? texts.chat.pending(room.host) : texts.chat.delivery;
  const toggle = () => setOpen(!isOpen);
  return (
    <Popover opened={isOpen} onChange={setOpen} position="top" shadow="md" width={300} withArrow>
      <Popover.Target>
        {event.state === 'failed' ? (
          <Group gap="xs" mt={4} wrap="nowrap">
            <IconAlertTriangle size={16} color="var(--mantine-color-error)" style={{ flex: 'none' }} />
            <Text size="xs" c="red">{texts.chat.notPlaced} {event.failure_code && errorSentence(event.failure_code)}</Text>
            <Button size="compact-xs" variant="light" color="red" flex="none" onClick={toggle}>{texts.chat.why}</Button>
          </Group>
        ) : (
          <ActionIcon size="xs" aria-label={label} title={label} onClick={toggle}>{event.state === 'pending' ? <IconClock size={14} /> : <IconCheck size={14} />}</ActionIcon>
        )}
      </Popover.Target>
      <Popover.Dropdown>
        <Text size="sm" fw={600} mb={6}>{texts.chat.deliveryTitle}</Text>
        {isOpen && <LedgerRows event={event} />}
      </Popover.Dropdown>
    </Popover>
  );
}

function LedgerRows({ event }: { event: RoomEvent }) {
  const deliveries = useDeliveries(event, true);
  return (
    <Loaded query={deliveries}>
      {(rows) => (rows.length === 0 ? <Text size="sm" c="dimmed">{texts.chat.deliveryEmpty}</Text> : <Stack component="ul" className="sw-list" gap="xs">{rows.map((row) => <LedgerRow key={row.server_name} row={row} eventId={event.id} />)}</Stack>)}
    </Loaded>
  );
}

function LedgerRow({ row, eventId }: { row: Delivery; eventId: string }) {
  const { me } = useSession();
  return (
    <li>
      <Group gap="xs" justify="space-between" wrap="nowrap">
        <Text size="sm" className="sw-break">{row.server_name}</Text>
        <Badge size="sm" variant="light" color={COLORS[row.state]} flex="none">{texts.chat.deliveryStates[row.state]}</Badge>
      </Group>
      {row.updated_at && <Ago at={row.updated_at} never="" size="xs" c="dimmed" />}
      {row.code && <Text size="xs" c="dimmed">{errorSentence(row.code)} ({row.code})</Text>}
      {me.role === 'admin' && row.state !== 'stored' && <Anchor component={Link} size="xs" to={explainPath(eventId, row.server_name)}>{texts.chat.explain}</Anchor>}
    </li>
  );
}

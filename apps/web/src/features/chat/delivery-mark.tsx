import { ActionIcon, Anchor, Badge, Button, Group, Popover, Stack, Text, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconChecks, IconClock } from '@tabler/icons-react';
import { useCallback, useState, type AriaAttributes, type ReactNode, type RefCallback } from 'react';
import { Link } from 'react-router';
import type { Delivery, DeliveryState, RoomDeliveries, RoomEvent } from '../../api/types.js';
import { Loaded } from '../../components/loaded.js';
import { Ago } from '../../components/times.js';
import { chatTexts } from '../../texts/en-chat.js';
import { errorSentence } from '../../texts/errors.js';
import { texts } from '../../texts/en.js';
import { explainPath } from '../explain/explain-path.js';
import { useSession } from '../session/session.js';
import { useChat } from './chat-context.js';
import { decideMark, type Mark } from './decide-mark.js';
import { useDeliveries } from './use-message-actions.js';

const COLORS: Record<DeliveryState, string> = { queued: 'gray', sent: 'blue', stored: 'teal', refused: 'red', failed: 'red' };

/** Where my own message is: not sent yet, on its way, at every server of the room, or why not. Opens what each server answered. */
export function DeliveryMark({ event }: { event: RoomEvent }) {
  const { me } = useSession();
  const { room } = useChat();
  if (event.sender_id !== me.participant_id) return null;
  if (event.local) return <Unsent event={event} local={event.local} />;
  if (event.redacted_at || !room.is_federated) return null;
  return <Ledger event={event} />;
}

function Unsent({ event, local }: { event: RoomEvent; local: NonNullable<RoomEvent['local']> }) {
  const { resend, discard } = useChat();
  if (local.state === 'sending') {
    return <Tooltip label={texts.chat.sending}><Text span c="dimmed" lh={1} role="img" aria-label={texts.chat.sending}><IconClock size={14} /></Text></Tooltip>;
  }
  const drop = <Button size="compact-xs" variant="subtle" color="gray" flex="none" onClick={() => discard(event)}>{texts.chat.discard}</Button>;
  if (local.state !== 'refused') return <Trouble icon={<IconClock size={14} />} text={chatTexts.waiting}>{drop}</Trouble>;
  return (
    <Trouble isAlert text={`${texts.chat.notSent} ${errorSentence(local.problem.code, local.problem.message)}`}>
      <Button size="compact-xs" variant="light" flex="none" onClick={() => resend(event)}>{texts.chat.resend}</Button>
      {drop}
    </Trouble>
  );
}

/** A line below the message: what is the matter, and what can be done. */
function Trouble({ isAlert, icon, text, children }: { isAlert?: boolean; icon?: ReactNode; text: string; children: ReactNode }) {
  return (
    <Group gap="xs" mt={4} role={isAlert ? 'alert' : undefined}>
      {icon ?? <IconAlertTriangle size={16} color="var(--mantine-color-error)" style={{ flex: 'none' }} />}
      <Text size="xs" c={isAlert ? 'red' : 'dimmed'} flex="1 1 160px" maw="max-content" className="sw-break">{text}</Text>
      {children}
    </Group>
  );
}

function Ledger({ event }: { event: RoomEvent }) {
  const { room, deliveries } = useChat();
  const [isOpen, setOpen] = useState(false);
  const mark = decideMark(event, deliveries);
  const toggle = () => setOpen(!isOpen);
  return (
    <Popover opened={isOpen} onChange={setOpen} position="top-start" shadow="md" width={300} withArrow arrowPosition="side">
      <Popover.Target>
        {hasTrouble(event, deliveries) ? (
          <AtMessage className="sw-fit">
            {(opener) => (
              <Trouble isAlert={mark?.at !== 'waitingFor'} icon={mark?.at === 'waitingFor' ? <IconClock size={14} /> : undefined} text={troubleText(event, mark)}>
                <Button size="compact-xs" variant="light" color={mark?.at === 'waitingFor' ? 'gray' : 'red'} flex="none" {...opener} onClick={toggle}>{texts.chat.why}</Button>
              </Trouble>
            )}
          </AtMessage>
        ) : (
          <AtMessage>
            {(opener) => <Quiet label={quietText(event, mark, room.host)} isStored={event.state !== 'pending' && mark?.at !== 'onItsWay'} {...opener} onClick={toggle} />}
          </AtMessage>
        )}
      </Popover.Target>
      <Popover.Dropdown>
        <Text size="sm" fw={600} mb={6}>{texts.chat.deliveryTitle}</Text>
        {isOpen && <LedgerRows event={event} />}
      </Popover.Dropdown>
    </Popover>
  );
}

interface AtMessageProps {
  ref?: RefCallback<HTMLElement>;
  className?: string;
  /** The button that opens, with what says so to those who do not see it. */
  children: (opener: AriaAttributes) => ReactNode;
}

/** What opens from here stands beside the whole message, so that it does not hide what it is about. */
function AtMessage({ ref, className, children, ...opener }: AtMessageProps) {
  const anchor = useCallback((node: HTMLElement | null) => ref?.(node && (node.closest('article') ?? node)), [ref]);
  return <div ref={anchor} className={className}>{children(opener)}</div>;
}

function Quiet({ label, isStored, ...rest }: { label: string; isStored: boolean } & React.ComponentProps<'button'>) {
  return <ActionIcon size="xs" aria-label={label} title={label} {...rest}>{isStored ? <IconChecks size={15} /> : <IconClock size={14} />}</ActionIcon>;
}

function quietText(event: RoomEvent, mark: Mark | null, host: string): string {
  if (event.state === 'pending') return texts.chat.pending(host);
  return mark ? chatTexts.marks[mark.at === 'onItsWay' ? 'onItsWay' : 'stored'] : texts.chat.delivery;
}

function troubleText(event: RoomEvent, mark: Mark | null): string {
  if (event.state === 'failed') return `${texts.chat.notPlaced} ${event.failure_code ? errorSentence(event.failure_code) : ''}`;
  if (mark?.at === 'waitingFor') return chatTexts.marks.waitingFor(mark.servers);
  return mark?.at === 'notAt' ? chatTexts.marks.notAt(mark.servers) : '';
}

/** Whether the mark of one of my messages says more than fits beside it. */
export function hasTrouble(event: RoomEvent, deliveries: RoomDeliveries | undefined): boolean {
  if (event.local) return event.local.state !== 'sending';
  const at = decideMark(event, deliveries)?.at;
  return event.state === 'failed' || at === 'waitingFor' || at === 'notAt';
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
  const { deliveries } = useChat();
  const isWaiting = (row.state === 'queued' || row.state === 'sent') && deliveries?.servers.some((server) => server.server_name === row.server_name && server.is_waiting);
  return (
    <li>
      <Group gap="xs" justify="space-between" wrap="nowrap">
        <Text size="sm" className="sw-break">{row.server_name}</Text>
        <Badge size="sm" variant="light" color={COLORS[row.state]} flex="none">{texts.chat.deliveryStates[row.state]}</Badge>
      </Group>
      {row.updated_at && <Ago at={row.updated_at} never="" size="xs" c="dimmed" />}
      {isWaiting && <Text size="xs" c="dimmed">{chatTexts.marks.isTriedAgain}</Text>}
      {row.code && <Text size="xs" c="dimmed">{errorSentence(row.code)} ({row.code})</Text>}
      {me.role === 'admin' && row.state !== 'stored' && <Anchor component={Link} size="xs" to={explainPath(eventId, row.server_name)}>{texts.chat.explain}</Anchor>}
    </li>
  );
}

import { Alert, Box, Button, Divider, Group, Text } from '@mantine/core';
import { useEffect } from 'react';
import type { RoomEvent } from '../../api/types.js';
import { Loaded } from '../../components/loaded.js';
import { notifyProblem } from '../../components/notify.js';
import { dayText, isSameDay } from '../../components/times.js';
import { texts } from '../../texts/en.js';
import { searchTexts } from '../../texts/en-search.js';
import { useChat } from './chat-context.js';
import { flash } from './flash.js';
import { Message } from './message.js';
import { isContinued } from './message-list.js';
import { isMessage, SystemLine } from './system-line.js';
import { useWindow, type HistoryWindow as Window } from './use-window.js';

interface HistoryWindowProps {
  eventId: string;
  /** Back to the newest messages. */
  onLeave: () => void;
}

/** The part of a room's past in which a message lies that is not among the newest. */
export function HistoryWindow({ eventId, onLeave }: HistoryWindowProps) {
  const { room } = useChat();
  const { window, older, newer } = useWindow(room.id, eventId);
  return (
    <>
      <Alert radius={0} py={6} color="blue" role="status">
        <Group justify="space-between" gap="xs">
          <Text size="sm">{searchTexts.history.title}</Text>
          <Button size="compact-sm" variant="light" onClick={onLeave}>{searchTexts.history.latest}</Button>
        </Group>
      </Alert>
      <Box flex={1} mih={0} p={{ base: 6, sm: 'sm' }} style={{ overflowY: 'auto' }} role="region" aria-label={texts.chat.messages} tabIndex={0}>
        <Loaded query={window}>
          {(data) => (
            <>
              {data.cursor !== null && <Button fullWidth variant="subtle" size="xs" loading={older.isPending} onClick={() => older.mutate(data.cursor!, { onError: notifyProblem })}>{searchTexts.history.older}</Button>}
              <WindowEvents window={data} eventId={eventId} />
              {data.hasNewer && <Button fullWidth mt="xs" variant="subtle" size="xs" loading={newer.isPending} onClick={() => newer.mutate(data.newestSeq, { onError: notifyProblem })}>{searchTexts.history.newer}</Button>}
            </>
          )}
        </Loaded>
      </Box>
    </>
  );
}

function WindowEvents({ window, eventId }: { window: Window; eventId: string }) {
  useEffect(() => flash(eventId), [eventId]);
  // A new reply to something in here comes live, but is not the next message.
  const events = window.events.filter((event) => event.room_seq !== null && event.room_seq <= window.newestSeq);
  const byId = new Map(events.map((event) => [event.id, event]));
  return (
    <ul className="sw-list" aria-label={texts.chat.messages}>
      {events.map((event, index) => <WindowEvent key={event.id} event={event} previous={events[index - 1]} parent={byId.get(event.reply_to_event_id ?? '')} />)}
    </ul>
  );
}

function WindowEvent({ event, previous, parent }: { event: RoomEvent; previous: RoomEvent | undefined; parent: RoomEvent | undefined }) {
  const isNewDay = !previous || !isSameDay(previous.created_at, event.created_at);
  return (
    <li>
      {isNewDay && <Divider my="sm" label={dayText(event.created_at)} labelPosition="center" />}
      {isMessage(event) ? <Message event={event} parent={parent} isFirst={!isContinued(event, previous)} /> : <SystemLine event={event} />}
    </li>
  );
}

import { ActionIcon, Alert, Button, Group, Text } from '@mantine/core';
import { useLocalStorage, useMediaQuery } from '@mantine/hooks';
import { IconX } from '@tabler/icons-react';
import { lazy, useCallback, useState } from 'react';
import { useParams, useSearchParams } from 'react-router';
import type { Room } from '../api/types.js';
import { Loaded } from '../components/loaded.js';
import { notifyProblem } from '../components/notify.js';
import { PageHeader } from '../components/page-header.js';
import { WhenLoaded } from '../components/when-loaded.js';
import { leftText } from '../components/times.js';
import { ChatPanel } from '../features/chat/chat-panel.js';
import { open, useRoomInvitations } from '../features/invitations/use-invitations.js';
import { MembersPanel } from '../features/members/members-panel.js';
import { RoomHeader } from '../features/rooms/room-header.js';
import { useRoom, useRoomAction } from '../features/rooms/use-rooms.js';
import { texts } from '../texts/en.js';

const SideDrawer = lazy(() => import('../components/side-drawer.js'));

export function RoomPage() {
  const { roomId = '' } = useParams();
  const room = useRoom(roomId);
  if (!room.data) {
    return (
      <>
        <PageHeader><span /></PageHeader>
        <Loaded query={room}>{() => null}</Loaded>
      </>
    );
  }
  return <OpenRoom key={roomId} room={room.data} />;
}

/** Beside the messages on a wide screen, over them on a narrow one; the choice for wide screens is kept. */
function useMembersShown() {
  const isNarrow = useMediaQuery('(max-width: 61.99em)', undefined, { getInitialValueInEffect: false });
  const [isBeside, setBeside] = useLocalStorage({ key: 'sw-members-shown', defaultValue: true, getInitialValueInEffect: false });
  const [isOver, setOver] = useState<boolean | null>(null);
  return isNarrow ? { isNarrow, isShown: isOver === true, hasDrawer: isOver !== null, setShown: setOver } : { isNarrow, isShown: isBeside, hasDrawer: false, setShown: setBeside };
}

function OpenRoom({ room }: { room: Room }) {
  const [params, setParams] = useSearchParams();
  const { isNarrow, isShown, hasDrawer, setShown } = useMembersShown();
  const openThread = useCallback((eventId: string | null) => setParams(eventId ? { thread: eventId } : {}, { replace: true }), [setParams]);
  const panel = <MembersPanel room={room} />;
  return (
    <>
      <ChatPanel
        room={room}
        threadId={params.get('thread')}
        eventId={params.get('event')}
        openThread={openThread}
        side={isShown && !isNarrow ? panel : null}
        header={
          <>
            <RoomHeader room={room} isMembersShown={isShown} onToggleMembers={() => setShown(!isShown)} />
            <RoomBanners room={room} />
          </>
        }
      />
      {hasDrawer && (
        <WhenLoaded>
          <SideDrawer label={texts.members.title} isOpen={isShown} width={360} onClose={() => setShown(false)}>
            <ActionIcon pos="absolute" right={12} top={16} aria-label={texts.members.hide} onClick={() => setShown(false)}><IconX size={18} /></ActionIcon>
            {panel}
          </SideDrawer>
        </WhenLoaded>
      )}
    </>
  );
}

function RoomBanners({ room }: { room: Room }) {
  const join = useRoomAction(room.id);
  if (room.my.membership === 'joining') return <Alert radius={0} color="blue" py="xs" role="status">{texts.rooms.joining(room.host)}</Alert>;
  if (room.my.membership !== 'join') {
    return (
      <Alert radius={0} color="blue" py="xs">
        <Group justify="space-between" gap="xs">
          <Text size="sm">{texts.rooms.notMember}</Text>
          {room.is_public && <Button size="compact-sm" loading={join.isPending} onClick={() => join.mutate('join', { onError: notifyProblem })}>{texts.rooms.joinThis}</Button>}
        </Group>
      </Alert>
    );
  }
  return (
    <>
      {room.lane_state === 'stopped' && <Alert radius={0} color="red" py="xs" role="alert">{texts.rooms.stopped}</Alert>}
      {room.missing_events > 0 && <Alert radius={0} color="yellow" py="xs">{texts.rooms.missing(room.missing_events)}</Alert>}
      {room.room_type === 'dm' && <WaitingForAnswer room={room} />}
    </>
  );
}

/** A direct conversation with somebody who has not accepted yet. */
function WaitingForAnswer({ room }: { room: Room }) {
  const invitations = useRoomInvitations(room.id);
  const [waiting] = open(invitations.data);
  if (!waiting) return null;
  return (
    <Alert radius={0} color="blue" py="xs" role="status">
      {waiting.invitee}: {texts.invitations.states[waiting.state]} · {leftText(waiting.expires_at)}
    </Alert>
  );
}

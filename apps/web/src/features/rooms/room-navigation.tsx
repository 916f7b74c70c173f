import { Badge, Box, Button, Group, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { IconBellOff, IconHash, IconPlus, IconRobot, IconSearch, IconSpy, IconTransfer, IconWorld, IconWorldSearch, type Icon } from '@tabler/icons-react';
import { lazy, useState } from 'react';
import { Link, NavLink } from 'react-router';
import type { Room, RoomType } from '../../api/types.js';
import { Empty, Loaded } from '../../components/loaded.js';
import { PersonAvatar } from '../../components/person.js';
import { WhenLoaded } from '../../components/when-loaded.js';
import { chatTexts } from '../../texts/en-chat.js';
import { texts } from '../../texts/en.js';
import { usePrefetchTimeline } from '../chat/use-timeline.js';
import { usePresence } from '../people/use-presence.js';
import { isMuted, nameOfRoom, useRooms } from './use-rooms.js';

const NewRoomDialog = lazy(async () => ({ default: (await import('./new-room-dialog.js')).NewRoomDialog }));
const PublicRoomsDialog = lazy(async () => ({ default: (await import('./public-rooms-dialog.js')).PublicRoomsDialog }));
const ICONS: Record<Exclude<RoomType, 'dm'>, Icon> = { group: IconHash, public: IconHash, incognito: IconSpy, bridge: IconTransfer, sidekick: IconRobot };

/** The left column: my rooms and direct conversations, newest first. */
export function RoomNavigation() {
  const rooms = useRooms();
  const [search, setSearch] = useState('');
  const [dialog, setDialog] = useState<'new' | 'public' | null>(null);
  return (
    <Stack gap={0} flex={1} mih={0}>
      <Group p="sm" pb={4} gap={8} wrap="nowrap">
        <TextInput flex={1} size="sm" aria-label={texts.rooms.filter} placeholder={texts.rooms.filter} leftSection={<IconSearch size={16} />} value={search} onChange={(event) => setSearch(event.currentTarget.value)} />
        <Button size="sm" px="sm" leftSection={<IconPlus size={16} />} aria-label={texts.rooms.new} onClick={() => setDialog('new')}>{texts.rooms.newShort}</Button>
      </Group>
      <Box flex={1} mih={0} style={{ overflowY: 'auto', scrollbarWidth: 'thin' }}>
        <Box component="nav" aria-label={texts.nav.rooms} p={6}>
          <Loaded query={rooms}>{(all) => <RoomLists rooms={all} search={search} />}</Loaded>
        </Box>
      </Box>
      <Button variant="subtle" color="gray" size="xs" m={6} justify="flex-start" leftSection={<IconWorldSearch size={16} />} onClick={() => setDialog('public')}>{texts.rooms.browse}</Button>
      <WhenLoaded>
        {dialog === 'new' && <NewRoomDialog onClose={() => setDialog(null)} />}
        {dialog === 'public' && <PublicRoomsDialog onClose={() => setDialog(null)} />}
      </WhenLoaded>
    </Stack>
  );
}

function newestFirst(a: Room, b: Room): number {
  return (b.last_event_at ?? b.created_at).localeCompare(a.last_event_at ?? a.created_at);
}

function RoomLists({ rooms, search }: { rooms: Room[]; search: string }) {
  const mine = rooms.filter((room) => room.my.membership === 'join' || room.my.membership === 'joining');
  const found = mine.filter((room) => nameOfRoom(room).toLowerCase().includes(search.trim().toLowerCase())).sort(newestFirst);
  const direct = found.filter((room) => room.room_type === 'dm');
  const presence = usePresence(mine.flatMap((room) => (room.dm_with ? [room.dm_with.id] : [])));
  if (mine.length === 0) return <Empty title={texts.rooms.empty} next={texts.rooms.emptyNext}><Button mt="sm" variant="light" component={Link} to="/people">{chatTexts.beginning.findPeople}</Button></Empty>;
  if (found.length === 0) return <Empty title={texts.rooms.noMatch} />;
  return (
    <>
      <RoomList rooms={found.filter((room) => room.room_type !== 'dm')} presence={presence} />
      {direct.length > 0 && <Text size="xs" fw={600} c="dimmed" px={10} pt="md" pb={4}>{texts.rooms.direct}</Text>}
      <RoomList rooms={direct} presence={presence} />
    </>
  );
}

function RoomList({ rooms, presence }: { rooms: Room[]; presence: ReturnType<typeof usePresence> }) {
  const prefetch = usePrefetchTimeline();
  if (rooms.length === 0) return null;
  return (
    <ul className="sw-list">
      {rooms.map((room) => (
        <li key={room.id}>
          <NavLink to={`/rooms/${room.id}`} className="sw-room" onPointerDown={() => prefetch(room.id)}>
            <RoomPicture room={room} presence={presence} />
            <Text span size="sm" truncate flex={1} fw={room.unread_count > 0 ? 650 : 450}>{nameOfRoom(room)}</Text>
            <RoomMarks room={room} />
          </NavLink>
        </li>
      ))}
    </ul>
  );
}

function RoomPicture({ room, presence }: { room: Room; presence: ReturnType<typeof usePresence> }) {
  if (room.dm_with) return <PersonAvatar person={room.dm_with} presence={presence[room.dm_with.id]} size={24} />;
  const RoomIcon = ICONS[room.room_type === 'dm' ? 'group' : room.room_type];
  return <RoomIcon size={20} stroke={1.6} style={{ flex: 'none', marginInline: 2, opacity: 0.75 }} />;
}

function RoomMarks({ room }: { room: Room }) {
  return (
    <Group gap={6} wrap="nowrap">
      {isMuted(room) && <IconBellOff size={15} role="img" aria-label={texts.rooms.muted} />}
      {room.is_federated && <Tooltip label={texts.rooms.federated}><span role="img" aria-label={texts.rooms.federated} style={{ display: 'inline-flex' }}><IconWorld size={16} aria-hidden /></span></Tooltip>}
      {room.unread_count > 0 && <Badge role="img" size="sm" circle={room.unread_count < 10} variant={isMuted(room) ? 'light' : 'filled'} aria-label={texts.rooms.unread(room.unread_count)}>{room.unread_count > 99 ? '99+' : room.unread_count}</Badge>}
    </Group>
  );
}

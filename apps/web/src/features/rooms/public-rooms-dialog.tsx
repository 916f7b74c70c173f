import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { PublicRoom } from '../../api/types.js';
import { Empty, Loaded } from '../../components/loaded.js';
import { notifyProblem } from '../../components/notify.js';
import { texts } from '../../texts/en.js';
import { usePublicRooms, useRoomAction, useRooms } from './use-rooms.js';

/** Public rooms of this server that I am not in. */
export function PublicRoomsDialog({ onClose }: { onClose: () => void }) {
  const [search, setSearch] = useState('');
  const [query] = useDebouncedValue(search.trim(), 250);
  const rooms = usePublicRooms(query);
  const mine = new Set(useRooms().data?.map((room) => room.id));
  return (
    <Modal opened onClose={onClose} title={texts.rooms.browse} closeButtonProps={{ 'aria-label': texts.app.close }}>
      <Stack>
        <TextInput data-autofocus aria-label={texts.rooms.filter} placeholder={texts.rooms.filter} leftSection={<IconSearch size={16} />} value={search} onChange={(event) => setSearch(event.currentTarget.value)} />
        <Loaded query={rooms}>
          {(found) => {
            const others = found.filter((room) => !mine.has(room.id));
            if (others.length === 0) return <Empty title={texts.rooms.browseEmpty} />;
            return <Stack component="ul" className="sw-list" gap="xs">{others.map((room) => <PublicRoomRow key={room.id} room={room} onJoined={onClose} />)}</Stack>;
          }}
        </Loaded>
      </Stack>
    </Modal>
  );
}

function PublicRoomRow({ room, onJoined }: { room: PublicRoom; onJoined: () => void }) {
  const action = useRoomAction(room.id);
  const navigate = useNavigate();
  const join = () =>
    action.mutate('join', {
      onSuccess: () => {
        onJoined();
        void navigate(`/rooms/${room.id}`);
      },
      onError: notifyProblem,
    });
  return (
    <Group component="li" wrap="nowrap" justify="space-between">
      <div style={{ minWidth: 0 }}>
        <Text size="sm" fw={600} truncate>{room.name ?? texts.rooms.unnamed}</Text>
        {typeof room.topic === 'string' && <Text size="xs" c="dimmed" lineClamp={2}>{room.topic}</Text>}
      </div>
      <Button size="compact-sm" variant="light" loading={action.isPending} onClick={join}>{texts.rooms.join}</Button>
    </Group>
  );
}

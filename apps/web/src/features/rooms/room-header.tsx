import { ActionIcon, Badge, Box, Button, Group, Popover, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { IconUserPlus, IconUsers, IconWorld } from '@tabler/icons-react';
import { lazy, useState } from 'react';
import type { Room } from '../../api/types.js';
import { Loaded } from '../../components/loaded.js';
import { PageHeader } from '../../components/page-header.js';
import { addressOf } from '../../components/person.js';
import { WhenLoaded } from '../../components/when-loaded.js';
import { texts } from '../../texts/en.js';
import { groupByServer, joined, useMembers } from '../members/use-members.js';
import { useSession } from '../session/session.js';
import { RoomMenu } from './room-menu.js';
import { nameOfRoom } from './use-rooms.js';

const InviteDialog = lazy(async () => ({ default: (await import('../invitations/invite-dialog.js')).InviteDialog }));

interface RoomHeaderProps {
  room: Room;
  isMembersShown: boolean;
  onToggleMembers: () => void;
}

export function RoomHeader({ room, isMembersShown, onToggleMembers }: RoomHeaderProps) {
  const [isInviting, setInviting] = useState(false);
  const membersLabel = isMembersShown ? texts.members.hide : texts.members.show;
  const isMember = room.my.membership === 'join';
  return (
    <PageHeader>
      <Box flex={1} miw={0}>
        <Group gap={6} wrap="nowrap">
          <Title order={1} size="h4" textWrap="nowrap" style={{ overflow: 'hidden', textOverflow: 'ellipsis' }} title={nameOfRoom(room)}>{nameOfRoom(room)}</Title>
          {room.is_federated && <FederatedBadge room={room} />}
          {room.room_type === 'incognito' && <Badge size="sm" variant="light" color="grape" tt="none" flex="none">{texts.rooms.modes.incognito}</Badge>}
          {room.room_type === 'bridge' && <Badge size="sm" variant="light" color="orange" tt="none" flex="none">{texts.rooms.modes.bridge}</Badge>}
        </Group>
        {(room.topic ?? room.dm_fqid) && <Text size="xs" c="dimmed" truncate title={room.topic ?? ''}>{room.topic ?? room.dm_fqid}</Text>}
      </Box>
      {isMember && room.room_type !== 'dm' && (
        <Button size="sm" px={{ base: 8, sm: 'sm' }} variant="light" flex="none" aria-label={texts.invite.open} onClick={() => setInviting(true)}>
          <Text span inherit visibleFrom="sm">{texts.invite.open}</Text>
          <Text span hiddenFrom="sm" lh={0}><IconUserPlus size={18} /></Text>
        </Button>
      )}
      <ActionIcon size="lg" variant={isMembersShown ? 'light' : 'subtle'} aria-label={membersLabel} title={membersLabel} aria-pressed={isMembersShown} onClick={onToggleMembers}><IconUsers size={20} /></ActionIcon>
      {isMember && <RoomMenu room={room} />}
      {isInviting && <WhenLoaded><InviteDialog room={room} onClose={() => setInviting(false)} /></WhenLoaded>}
    </PageHeader>
  );
}

/** The globe: this room is federated; who is in it, by server. */
function FederatedBadge({ room }: { room: Room }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-start" shadow="md" width={300} withArrow>
      <Popover.Target>
        <UnstyledButton aria-label={texts.rooms.federated} title={texts.rooms.federated} lh={1} p={4} onClick={() => setOpen(!isOpen)}><IconWorld size={20} aria-hidden /></UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={texts.rooms.serversTitle} mah="60vh" style={{ overflow: 'auto' }}>
        {isOpen && <Servers room={room} />}
      </Popover.Dropdown>
    </Popover>
  );
}

function Servers({ room }: { room: Room }) {
  const { us } = useSession();
  const members = useMembers(room.id);
  return (
    <Stack gap="xs">
      <div>
        <Text size="sm" fw={650}>{texts.rooms.serversTitle}</Text>
        <Text size="xs" c="dimmed">{texts.rooms.serversText}</Text>
      </div>
      <Loaded query={members}>
        {(all) => (
          <Stack component="ul" className="sw-list" gap="xs">
            {groupByServer(joined(all), us).map((group) => (
              <li key={group.server}>
                <Group gap={6}>
                  <Text size="sm" fw={600} className="sw-break">{group.server}</Text>
                  {group.server === us && <Badge size="xs" variant="light" tt="none">{texts.rooms.thisServer}</Badge>}
                  {group.server === room.host && <Badge size="xs" variant="light" color="gray" tt="none">{texts.rooms.hostMark}</Badge>}
                </Group>
                <Text size="xs" c="dimmed">{texts.rooms.peopleCount(group.members.length)}</Text>
                {group.members.map(({ participant }) => <Text key={participant.id} size="xs" className="sw-break">{participant.display_name} <Text span c="dimmed" inherit>{addressOf(participant, us)}</Text></Text>)}
              </li>
            ))}
          </Stack>
        )}
      </Loaded>
    </Stack>
  );
}

import { Badge, Box, Button, Group, Stack, Text, Title } from '@mantine/core';
import type { Invitation, Member, Room } from '../../api/types.js';
import { Empty, Loaded } from '../../components/loaded.js';
import { notifyProblem } from '../../components/notify.js';
import { Address, PersonAvatar } from '../../components/person.js';
import { leftText } from '../../components/times.js';
import { errorSentence } from '../../texts/errors.js';
import { texts } from '../../texts/en.js';
import { levelName } from '../chat/system-line.js';
import { open, useRevoke, useRoomInvitations } from '../invitations/use-invitations.js';
import { usePresence } from '../people/use-presence.js';
import { useSession } from '../session/session.js';
import { MemberMenu } from './member-menu.js';
import { groupByServer, joined, useMembers } from './use-members.js';

/** Who is in the room, by server, and who is invited. */
export function MembersPanel({ room }: { room: Room }) {
  const members = useMembers(room.id);
  return (
    <Box p="md" pt={0}>
      <Title order={2} size="h5" h={60} lh="60px">{texts.members.title}</Title>
      <Loaded query={members}>{(all) => <MemberList room={room} members={joined(all)} />}</Loaded>
      <OpenInvitations room={room} />
    </Box>
  );
}

export function MemberList({ room, members }: { room: Room; members: Member[] }) {
  const { us } = useSession();
  const presence = usePresence(members.map((member) => member.participant_id));
  if (members.length === 0) return <Empty title={texts.members.empty} />;
  const groups = groupByServer(members, us);
  return (
    <ul className="sw-list" aria-label={texts.members.title}>
      {groups.map((group) => (
        <li key={group.server}>
          {groups.length > 1 && (
            <Group gap={6} pt="sm" pb={4} wrap="nowrap">
              <Text size="xs" fw={600} c="dimmed" className="sw-break">{group.server}</Text>
              {group.server === room.host && <Badge size="xs" variant="light" color="gray" tt="none" flex="none">{texts.rooms.hostMark}</Badge>}
            </Group>
          )}
          <ul className="sw-list" aria-label={group.server}>
            {group.members.map((member) => <MemberRow key={member.participant_id} room={room} member={member} presence={presence[member.participant_id]} />)}
          </ul>
        </li>
      ))}
    </ul>
  );
}

function MemberRow({ room, member, presence }: { room: Room; member: Member; presence: ReturnType<typeof usePresence>[string] | undefined }) {
  const { me, us } = useSession();
  const { participant } = member;
  const isMe = participant.id === me.participant_id;
  return (
    <Group component="li" gap="sm" py={6} wrap="nowrap">
      <PersonAvatar person={participant} presence={presence} size={32} />
      <Box flex={1} miw={0}>
        <Group gap={6} wrap="nowrap">
          <Text size="sm" fw={550} truncate>{participant.display_name}{isMe ? ` (${texts.members.you})` : ''}</Text>
          {member.power_level >= 50 && room.room_type !== 'dm' && <Badge size="xs" variant="light" tt="none" flex="none">{levelName(member.power_level)}</Badge>}
        </Group>
        <Address person={participant} us={us} />
      </Box>
      {!isMe && <MemberMenu room={room} member={member} />}
    </Group>
  );
}

function OpenInvitations({ room }: { room: Room }) {
  const invitations = useRoomInvitations(room.id);
  const waiting = open(invitations.data);
  if (invitations.error) return null;
  if (waiting.length === 0) return null;
  return (
    <Stack gap={4} mt="lg">
      <Title order={3} size="h6">{texts.members.pending}</Title>
      <ul className="sw-list" aria-label={texts.members.pending}>
        {waiting.map((invitation) => <OpenInvitation key={invitation.id} room={room} invitation={invitation} />)}
      </ul>
    </Stack>
  );
}

function OpenInvitation({ room, invitation }: { room: Room; invitation: Invitation }) {
  const revoke = useRevoke(room.id);
  return (
    <Group component="li" gap="sm" py={6} wrap="nowrap">
      <Box flex={1} miw={0}>
        <Text size="sm" className="sw-break">{invitation.invitee}</Text>
        <Text size="xs" c="dimmed">{texts.invitations.states[invitation.state]} · {leftText(invitation.expires_at)}</Text>
        {invitation.error && <Text size="xs" c="red">{errorSentence(invitation.error.code)}</Text>}
      </Box>
      {room.can.invite && (
        <Button size="compact-xs" variant="default" loading={revoke.isPending} aria-label={texts.members.revokeLabel(invitation.invitee)} onClick={() => revoke.mutate(invitation.id, { onError: notifyProblem })}>{texts.members.revoke}</Button>
      )}
    </Group>
  );
}

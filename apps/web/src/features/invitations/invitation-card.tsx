import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useNavigate } from 'react-router';
import type { Invitation } from '../../api/types.js';
import { PersonAvatar } from '../../components/person.js';
import { ErrorProblem } from '../../components/problem.js';
import { leftText } from '../../components/times.js';
import { texts } from '../../texts/en.js';
import { useRooms } from '../rooms/use-rooms.js';
import { useAnswer } from './use-invitations.js';

interface InvitationCardProps {
  invitation: Invitation;
  onAnswered: () => void;
  onLeave: () => void;
}

/** Who invites, from where, into what, how long it can be answered; Accept and Decline. */
export function InvitationCard({ invitation, onAnswered, onLeave }: InvitationCardProps) {
  const { inviter, room } = invitation;
  const isDm = room.room_type === 'dm';
  const title = room.name ?? texts.invitations.federatedDm;
  return (
    <Paper component="li" withBorder p="sm" aria-label={`${inviter.fqid}: ${title}`}>
      <Stack gap="xs">
        <Group gap="sm" wrap="nowrap" align="flex-start">
          <PersonAvatar person={inviter} size={36} />
          <div style={{ minWidth: 0 }}>
            <Text size="sm" fw={650}>{inviter.display_name}</Text>
            <Text size="xs" c="dimmed" className="sw-break">{inviter.fqid}</Text>
          </div>
        </Group>
        <Text size="sm">
          {isDm ? texts.invitations.toDm : <>{texts.invitations.intoRoom} <b>{title}</b></>}
          <Text span size="xs" c="dimmed"> · {texts.invitations.hostedAt(room.host)} · {leftText(invitation.expires_at)}</Text>
        </Text>
        {room.topic && <Text size="xs" c="dimmed" lineClamp={3}>{room.topic}</Text>}
        <Text size="xs" c="dimmed">{texts.invitations.readable(room.host)}</Text>
        <Answer invitation={invitation} onAnswered={onAnswered} onLeave={onLeave} />
      </Stack>
    </Paper>
  );
}

function Answer({ invitation, onAnswered, onLeave }: InvitationCardProps) {
  const answer = useAnswer();
  const send = (choice: 'accept' | 'decline') => {
    onAnswered();
    answer.mutate({ id: invitation.id, answer: choice });
  };
  if (invitation.state === 'accepted') return <Joining roomId={invitation.room.id} onLeave={onLeave} />;
  if (invitation.state !== 'pending') return <Text size="sm" c="dimmed" role="status">{texts.invitations.states[invitation.state]}</Text>;
  const isBusy = (choice: 'accept' | 'decline') => answer.isPending && answer.variables.answer === choice;
  return (
    <>
      {answer.error && <ErrorProblem error={answer.error} />}
      <Group gap="xs">
        <Button size="xs" loading={isBusy('accept')} disabled={answer.isPending} onClick={() => send('accept')}>{texts.invitations.accept}</Button>
        <Button size="xs" variant="default" loading={isBusy('decline')} disabled={answer.isPending} onClick={() => send('decline')}>{texts.invitations.decline}</Button>
      </Group>
    </>
  );
}

/** Accepted: the room appears as soon as its host has let us in. */
function Joining({ roomId, onLeave }: { roomId: string; onLeave: () => void }) {
  const rooms = useRooms();
  const navigate = useNavigate();
  const isIn = rooms.data?.some((room) => room.id === roomId && room.my?.membership === 'join');
  if (!isIn) return <Text size="sm" c="dimmed" role="status">{texts.invitations.joining}</Text>;
  const show = () => {
    onLeave();
    void navigate(`/rooms/${roomId}`);
  };
  return <Group><Button size="xs" variant="light" onClick={show}>{texts.invitations.openRoom}</Button></Group>;
}

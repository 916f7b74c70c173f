import { ActionIcon, Menu, TextInput } from '@mantine/core';
import { IconBan, IconDots, IconMessage, IconShield, IconUserMinus } from '@tabler/icons-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { Member, Room } from '../../api/types.js';
import { Confirm } from '../../components/confirm.js';
import { notifyProblem } from '../../components/notify.js';
import { texts } from '../../texts/en.js';
import { useFederatedDm } from '../invitations/use-invitations.js';
import { useOpenDm } from '../rooms/use-rooms.js';
import { useSession } from '../session/session.js';
import { useMemberAction } from './use-members.js';

const LEVELS = [
  { level: 0, name: texts.members.levels.member },
  { level: 50, name: texts.members.levels.moderator },
  { level: 100, name: texts.members.levels.owner },
];

/** Opens the conversation with a person of this server or of another one. */
function useWriteTo(member: Member) {
  const { us } = useSession();
  const dm = useOpenDm();
  const federated = useFederatedDm();
  const navigate = useNavigate();
  const { participant } = member;
  return () => {
    const done = { onError: notifyProblem };
    if (participant.server_name === us) dm.mutate(participant.id, { ...done, onSuccess: (room) => void navigate(`/rooms/${room.id}`) });
    else federated.mutate(participant.fqid, { ...done, onSuccess: ({ room }) => void navigate(`/rooms/${room.id}`) });
  };
}

/** Power over others: at least 50, and more than theirs. */
function mayModerate(room: Room, member: Member): boolean {
  return room.can.kick && (room.my.power_level ?? 0) > member.power_level;
}

export function MemberMenu({ room, member }: { room: Room; member: Member }) {
  const action = useMemberAction(room.id, member.participant_id);
  const write = useWriteTo(member);
  const [asking, setAsking] = useState<'kick' | 'ban' | null>(null);
  const [reason, setReason] = useState('');
  const name = member.participant.display_name;
  const myPower = room.my.power_level ?? 0;
  const isModerating = mayModerate(room, member);
  // The room's host decides about power; here only what it would not refuse anyway is offered.
  const levels = isModerating ? LEVELS.filter(({ level }) => level !== member.power_level && level <= myPower) : [];
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label={texts.members.actions(name)}><IconDots size={18} /></ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {room.room_type !== 'dm' && <Menu.Item leftSection={<IconMessage size={16} />} onClick={write}>{texts.members.message}</Menu.Item>}
          {levels.map(({ level, name: label }) => (
            <Menu.Item key={level} leftSection={<IconShield size={16} />} onClick={() => action.mutate({ action: 'power', level }, { onError: notifyProblem })}>{texts.members.makeLevel(label)}</Menu.Item>
          ))}
          {isModerating && <Menu.Item c="var(--sw-danger)" leftSection={<IconUserMinus size={16} />} onClick={() => setAsking('kick')}>{texts.members.kick}</Menu.Item>}
          {isModerating && <Menu.Item c="var(--sw-danger)" leftSection={<IconBan size={16} />} onClick={() => setAsking('ban')}>{texts.members.ban}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      {asking && (
        <Confirm
          title={asking === 'kick' ? texts.members.kickSure(name) : texts.members.banSure(name)}
          text={asking === 'kick' ? texts.members.kickText : texts.members.banText}
          action={asking === 'kick' ? texts.members.kick : texts.members.ban}
          isBusy={action.isPending}
          error={action.error}
          onClose={() => setAsking(null)}
          onConfirm={() => action.mutate({ action: asking, ...(reason.trim() && { reason: reason.trim() }) }, { onSuccess: () => setAsking(null) })}
        >
          <TextInput label={texts.members.reason} description={texts.members.reasonHint} maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        </Confirm>
      )}
    </>
  );
}

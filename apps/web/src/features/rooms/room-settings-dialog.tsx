import { Button, Divider, Group, Modal, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import type { Member, Room } from '../../api/types.js';
import { Loaded } from '../../components/loaded.js';
import { notifyDone, notifyProblem } from '../../components/notify.js';
import { Address } from '../../components/person.js';
import { ErrorProblem } from '../../components/problem.js';
import { texts } from '../../texts/en.js';
import { searchTexts } from '../../texts/en-search.js';
import { MemberList } from '../members/members-panel.js';
import { joined, useMemberAction, useMembers } from '../members/use-members.js';
import { useSession } from '../session/session.js';
import { EndRoomDialog, type EndOfRoom } from './end-room-dialog.js';
import { RoomNotifications } from './room-notifications.js';
import { nameOfRoom, useChangeRoom } from './use-rooms.js';

const { room: roomTexts } = searchTexts;

/** Everything about one room: its name, what notifies me, who is in it, and its end. */
export function RoomSettingsDialog({ room, onClose }: { room: Room; onClose: () => void }) {
  const isNamed = room.room_type !== 'dm';
  return (
    <Modal opened onClose={onClose} size="lg" title={roomTexts.settings(nameOfRoom(room))} closeButtonProps={{ 'aria-label': texts.app.close }}>
      <Stack gap="lg">
        {isNamed && <Section title={roomTexts.about}><About room={room} /></Section>}
        <Section title={texts.notifications.title}><RoomNotifications room={room} /></Section>
        <Section title={roomTexts.people}><People room={room} /></Section>
        <Section title={roomTexts.end}><Ends room={room} onLeave={onClose} /></Section>
      </Stack>
    </Modal>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack gap="xs" component="section" aria-label={title}>
      <Divider label={<Title order={3} size="h6">{title}</Title>} labelPosition="left" />
      {children}
    </Stack>
  );
}

function About({ room }: { room: Room }) {
  const change = useChangeRoom(room.id);
  const [name, setName] = useState(room.name ?? '');
  const [topic, setTopic] = useState(room.topic ?? '');
  const isNewName = name.trim() !== '' && name.trim() !== room.name;
  const isNewTopic = topic.trim() !== (room.topic ?? '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ ...(isNewName && { name: name.trim() }), ...(isNewTopic && { topic: topic.trim() }) }, { onSuccess: () => notifyDone(roomTexts.saved) });
  };
  if (!room.can.rename) {
    return (
      <>
        <Text size="sm" fw={600} className="sw-break">{nameOfRoom(room)}</Text>
        {room.topic && <Text size="sm" className="sw-break">{room.topic}</Text>}
        <Text size="xs" c="dimmed">{roomTexts.onlyModerators}</Text>
      </>
    );
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput label={texts.rooms.name} maxLength={200} value={name} error={!name.trim() && texts.rooms.nameNeeded} onChange={(event) => setName(event.currentTarget.value)} />
        <Textarea label={texts.rooms.topic} autosize maxRows={5} maxLength={1000} value={topic} onChange={(event) => setTopic(event.currentTarget.value)} />
        {change.error && <ErrorProblem error={change.error} />}
        <Group justify="flex-end"><Button type="submit" loading={change.isPending} disabled={!name.trim() || !(isNewName || isNewTopic)}>{texts.app.save}</Button></Group>
      </Stack>
    </form>
  );
}

function People({ room }: { room: Room }) {
  const members = useMembers(room.id);
  return (
    <Loaded query={members}>
      {(all) => {
        const banned = all.filter((member) => member.membership === 'ban');
        return (
          <>
            <MemberList room={room} members={joined(all)} />
            {banned.length > 0 && (
              <>
                <Text size="sm" fw={600}>{roomTexts.banned}</Text>
                <ul className="sw-list" aria-label={roomTexts.banned}>{banned.map((member) => <BannedRow key={member.participant_id} room={room} member={member} />)}</ul>
              </>
            )}
          </>
        );
      }}
    </Loaded>
  );
}

function BannedRow({ room, member: { participant_id: id, participant } }: { room: Room; member: Member }) {
  const { us } = useSession();
  const action = useMemberAction(room.id, id);
  return (
    <Group component="li" gap="sm" py={4} justify="space-between">
      <div>
        <Text size="sm">{participant.display_name}</Text>
        <Address person={participant} us={us} />
      </div>
      {room.can.kick && <Button size="compact-xs" variant="default" loading={action.isPending} aria-label={roomTexts.unbanLabel(participant.display_name)} onClick={() => action.mutate({ action: 'unban' }, { onError: notifyProblem })}>{roomTexts.unban}</Button>}
    </Group>
  );
}

function Ends({ room, onLeave }: { room: Room; onLeave: () => void }) {
  const [asking, setAsking] = useState<EndOfRoom | null>(null);
  const mayEnd = room.can.close && room.room_type !== 'dm';
  return (
    <Group gap="sm">
      <Button variant="light" color="red" onClick={() => setAsking('leave')}>{texts.rooms.leave}</Button>
      {mayEnd && room.state === 'open' && <Button variant="light" onClick={() => setAsking('archive')}>{texts.rooms.archive}</Button>}
      {mayEnd && room.state !== 'closed' && <Button variant="light" color="red" onClick={() => setAsking('close')}>{texts.rooms.closeRoom}</Button>}
      {asking && <EndRoomDialog room={room} action={asking} onClose={() => setAsking(null)} onLeft={onLeave} />}
    </Group>
  );
}

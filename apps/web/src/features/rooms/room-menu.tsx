import { ActionIcon, Button, Group, Menu, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { IconArchive, IconBell, IconBellOff, IconCheck, IconDotsVertical, IconDoorExit, IconLock, IconPencil } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useNavigate } from 'react-router';
import { now } from '../../api/clock.js';
import type { NotificationMode, Room } from '../../api/types.js';
import { Confirm } from '../../components/confirm.js';
import { notifyProblem } from '../../components/notify.js';
import { ErrorProblem } from '../../components/problem.js';
import { texts } from '../../texts/en.js';
import { isMuted } from './room-navigation.js';
import { nameOfRoom, useChangeRoom, useRoomAction } from './use-rooms.js';

const MUTE_MS = 8 * 3_600_000;
const MODES = Object.keys(texts.rooms.notifyModes) as NotificationMode[];

export function RoomMenu({ room }: { room: Room }) {
  const [dialog, setDialog] = useState<'rename' | 'leave' | 'close' | null>(null);
  const change = useChangeRoom(room.id);
  const archive = useRoomAction(room.id);
  const muted = isMuted(room);
  const mute = () => change.mutate({ mutedUntil: muted ? null : new Date(now() + MUTE_MS).toISOString() }, { onError: notifyProblem });
  const isNamed = room.room_type !== 'dm';
  return (
    <>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <ActionIcon size="lg" aria-label={texts.rooms.settings} title={texts.rooms.settings}><IconDotsVertical size={20} /></ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {isNamed && room.can.rename && <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => setDialog('rename')}>{texts.rooms.rename}</Menu.Item>}
          <Menu.Item leftSection={muted ? <IconBell size={16} /> : <IconBellOff size={16} />} onClick={mute}>{muted ? texts.rooms.unmute : texts.rooms.mute}</Menu.Item>
          <Menu.Divider />
          <Menu.Label>{texts.rooms.notify}</Menu.Label>
          {MODES.map((mode) => (
            <Menu.Item key={mode} rightSection={room.my.notification_mode === mode && <IconCheck size={16} />} onClick={() => change.mutate({ mode }, { onError: notifyProblem })}>{texts.rooms.notifyModes[mode]}</Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item c="var(--sw-danger)" leftSection={<IconDoorExit size={16} />} onClick={() => setDialog('leave')}>{texts.rooms.leave}</Menu.Item>
          {room.can.close && isNamed && room.state === 'open' && <Menu.Item leftSection={<IconArchive size={16} />} onClick={() => archive.mutate('archive', { onError: notifyProblem })}>{texts.rooms.archive}</Menu.Item>}
          {room.can.close && isNamed && room.state !== 'closed' && <Menu.Item c="var(--sw-danger)" leftSection={<IconLock size={16} />} onClick={() => setDialog('close')}>{texts.rooms.closeRoom}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      {dialog === 'rename' && <RenameDialog room={room} onClose={() => setDialog(null)} />}
      {(dialog === 'leave' || dialog === 'close') && <EndDialog room={room} action={dialog} onClose={() => setDialog(null)} />}
    </>
  );
}

function EndDialog({ room, action, onClose }: { room: Room; action: 'leave' | 'close'; onClose: () => void }) {
  const run = useRoomAction(room.id);
  const navigate = useNavigate();
  const isLeave = action === 'leave';
  const name = nameOfRoom(room);
  const confirm = () =>
    run.mutate(action, {
      onSuccess: () => {
        onClose();
        if (isLeave) void navigate('/');
      },
    });
  return (
    <Confirm
      title={isLeave ? texts.rooms.leaveSure(name) : texts.rooms.closeSure(name)}
      text={isLeave ? texts.rooms.leaveText : texts.rooms.closeText}
      action={isLeave ? texts.rooms.leave : texts.rooms.closeRoom}
      isBusy={run.isPending}
      error={run.error}
      onClose={onClose}
      onConfirm={confirm}
    />
  );
}

function RenameDialog({ room, onClose }: { room: Room; onClose: () => void }) {
  const change = useChangeRoom(room.id);
  const [name, setName] = useState(room.name ?? '');
  const [topic, setTopic] = useState(room.topic ?? '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isNewName = name.trim() !== '' && name.trim() !== room.name;
    const isNewTopic = topic.trim() !== (room.topic ?? '');
    change.mutate({ ...(isNewName && { name: name.trim() }), ...(isNewTopic && { topic: topic.trim() }) }, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={texts.rooms.rename} closeButtonProps={{ 'aria-label': texts.app.close }}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput label={texts.rooms.name} data-autofocus maxLength={200} value={name} error={!name.trim() && texts.rooms.nameNeeded} onChange={(event) => setName(event.currentTarget.value)} />
          <Textarea label={texts.rooms.topic} autosize maxRows={5} maxLength={1000} value={topic} onChange={(event) => setTopic(event.currentTarget.value)} />
          {change.error && <ErrorProblem error={change.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>{texts.app.cancel}</Button>
            <Button type="submit" loading={change.isPending} disabled={!name.trim()}>{texts.app.save}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

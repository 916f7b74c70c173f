import { Button, Checkbox, Group, Modal, Radio, Stack, Textarea, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useNavigate } from 'react-router';
import { ErrorProblem } from '../../components/problem.js';
import { texts } from '../../texts/en.js';
import { useSession } from '../session/session.js';
import { useCreateRoom, type NewRoom } from './use-rooms.js';

type Mode = keyof typeof texts.rooms.modes;

function buildRoom(form: { name: string; topic: string; mode: Mode; hidesHistory: boolean }): NewRoom {
  return {
    name: form.name.trim(),
    room_type: form.mode,
    ...(form.topic.trim() && { topic: form.topic.trim() }),
    ...(form.mode === 'public' && { is_public: true }),
    ...(form.mode === 'incognito' && { scope_kind: 'incognito' as const }),
    ...(form.hidesHistory && { hides_history: true }),
  };
}

function ModeChoice({ mode, onChange }: { mode: Mode; onChange: (mode: Mode) => void }) {
  const { me } = useSession();
  const modes = (Object.keys(texts.rooms.modes) as Mode[]).filter((each) => each !== 'bridge' || me.role === 'admin');
  return (
    <Radio.Group label={texts.rooms.mode} value={mode} onChange={(value) => onChange(value as Mode)}>
      <Stack gap="xs" mt={6}>
        {modes.map((each) => <Radio key={each} value={each} label={texts.rooms.modes[each]} description={texts.rooms.modeHints[each]} />)}
      </Stack>
    </Radio.Group>
  );
}

export function NewRoomDialog({ onClose }: { onClose: () => void }) {
  const create = useCreateRoom();
  const navigate = useNavigate();
  const [form, setForm] = useState({ name: '', topic: '', mode: 'group' as Mode, hidesHistory: false });
  const [isNameMissing, setNameMissing] = useState(false);
  const federates = form.mode === 'group' || form.mode === 'public';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!form.name.trim()) {
      setNameMissing(true);
      return;
    }
    create.mutate(buildRoom({ ...form, hidesHistory: form.hidesHistory && federates }), {
      onSuccess: (room) => {
        onClose();
        void navigate(`/rooms/${room.id}`);
      },
    });
  };
  return (
    <Modal opened onClose={onClose} title={texts.rooms.createTitle} closeButtonProps={{ 'aria-label': texts.app.close }}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextInput label={texts.rooms.name} data-autofocus maxLength={200} value={form.name} error={isNameMissing && !form.name.trim() && texts.rooms.nameNeeded} onChange={(event) => setForm({ ...form, name: event.currentTarget.value })} />
          <Textarea label={texts.rooms.topic} placeholder={texts.rooms.topicHint} autosize maxRows={4} maxLength={1000} value={form.topic} onChange={(event) => setForm({ ...form, topic: event.currentTarget.value })} />
          <ModeChoice mode={form.mode} onChange={(mode) => setForm({ ...form, mode })} />
          {federates && <Checkbox label={texts.rooms.hidesHistory} checked={form.hidesHistory} onChange={(event) => setForm({ ...form, hidesHistory: event.currentTarget.checked })} />}
          {create.error && <ErrorProblem error={create.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>{texts.app.cancel}</Button>
            <Button type="submit" loading={create.isPending}>{texts.rooms.create}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

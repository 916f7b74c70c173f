import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { Severance } from '../../api/types.js';
import { Loaded } from '../../components/loaded.js';
import { notifyDone } from '../../components/notify.js';
import { ErrorProblem } from '../../components/problem.js';
import { texts } from '../../texts/en.js';
import { adminTexts } from '../../texts/en-admin.js';
import { useRemovePeer, useSeverancePreview } from './use-peer.js';

const t = adminTexts.peers;
const MOST_ROOMS = 8;

/** Says first what would be cut, then wants the name typed. */
export function RemovePeerDialog({ serverName, onClose }: { serverName: string; onClose: () => void }) {
  const preview = useSeverancePreview(serverName);
  return (
    <Modal opened onClose={onClose} title={t.removeTitle(serverName)} closeButtonProps={{ 'aria-label': texts.app.close }}>
      <Stack>
        <Text size="sm">{t.removeText}</Text>
        <Loaded query={preview}>
          {(severance) => (
            <>
              <WhatIsCut severance={severance} />
              <ConfirmRemoval serverName={serverName} onClose={onClose} />
            </>
          )}
        </Loaded>
      </Stack>
    </Modal>
  );
}

function WhatIsCut({ severance }: { severance: Severance }) {
  const counts = { rooms: severance.room_count, theirs: severance.people.theirs, ours: severance.people.ours, undelivered: severance.undelivered_events, invitations: severance.open_invitations };
  const rooms = severance.rooms.slice(0, MOST_ROOMS);
  const names = Object.keys(t.removeCounts) as (keyof typeof counts)[];
  return (
    <>
      <ul className="sw-list" aria-label={t.removeTitle(severance.server_name)}>
        {names.map((name) => <li key={name}><Text size="sm"><Text span inherit fw={650} miw={36} display="inline-block">{counts[name]}</Text> {t.removeCounts[name](counts[name])}</Text></li>)}
      </ul>
      {rooms.length > 0 && (
        <Text size="xs" c="dimmed" className="sw-break">
          {t.removeRooms}: {rooms.map((room) => room.name ?? room.room_id).join(', ')} {severance.room_count > rooms.length && t.moreRooms(severance.room_count - rooms.length)}
        </Text>
      )}
    </>
  );
}

function ConfirmRemoval({ serverName, onClose }: { serverName: string; onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const remove = useRemovePeer(serverName);
  const isConfirmed = typed.trim() === serverName;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isConfirmed) return;
    remove.mutate(reason.trim(), {
      onSuccess: () => {
        notifyDone(t.removed(serverName));
        onClose();
      },
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput label={t.removeReason} description={t.removeReasonHint} maxLength={200} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        <TextInput label={t.removeConfirm(serverName)} autoCapitalize="none" autoComplete="off" spellCheck={false} data-autofocus value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
        {remove.error && <ErrorProblem error={remove.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{texts.app.cancel}</Button>
          <Button type="submit" color="red" disabled={!isConfirmed} loading={remove.isPending}>{t.removeNow}</Button>
        </Group>
      </Stack>
    </form>
  );
}

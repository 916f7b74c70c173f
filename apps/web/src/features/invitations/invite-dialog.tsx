import { Alert, Button, Group, Modal, Stack, Switch, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useState } from 'react';
import type { Room } from '../../api/types.js';
import { Problem } from '../../components/problem.js';
import { texts } from '../../texts/en.js';
import { nameOfRoom } from '../rooms/use-rooms.js';
import { FederatedInvite } from './federated-invite.js';
import { LocalInvite } from './local-invite.js';

/** Why this room cannot have people of other servers, or null if it can. */
export function whyNotFederated(room: Room): { title: string; text: string; code: string } | null {
  const title = texts.invite.cannot;
  const code = room.can.invite_federated_reason ?? 'SW_ROOM_TYPE_INVARIANT';
  if (room.room_type === 'incognito' || room.scope_kind === 'incognito') return { title, text: texts.invite.incognito, code };
  if (room.room_type === 'bridge') return { title, text: texts.invite.bridge, code };
  if (room.room_type === 'dm') return { title, text: texts.invite.dm, code };
  return null;
}

export function InviteDialog({ room, onClose }: { room: Room; onClose: () => void }) {
  const [isFederated, setFederated] = useState(false);
  return (
    <Modal opened onClose={onClose} size="md" title={texts.invite.title(nameOfRoom(room))} closeButtonProps={{ 'aria-label': texts.app.close }}>
      <Stack>
        <Switch label={texts.invite.federated} description={texts.invite.federatedHint} checked={isFederated} onChange={(event) => setFederated(event.currentTarget.checked)} />
        {isFederated ? <FederatedPart room={room} onClose={onClose} /> : <LocalPart room={room} onClose={onClose} />}
      </Stack>
    </Modal>
  );
}

function LocalPart({ room, onClose }: { room: Room; onClose: () => void }) {
  if (!room.can.invite) return <CannotInvite code={room.state === 'open' ? 'SW_ROOM_FORBIDDEN' : 'SW_ROOM_FROZEN'} onClose={onClose} />;
  return <LocalInvite room={room} onClose={onClose} />;
}

function FederatedPart({ room, onClose }: { room: Room; onClose: () => void }) {
  const reason = whyNotFederated(room);
  if (reason) {
    return (
      <>
        <Alert role="alert" color="yellow" icon={<IconLock size={20} />} title={reason.title}>
          <Text size="sm">{reason.text}</Text>
          <Text size="xs" c="dimmed" mt={6} ff="monospace">{reason.code}</Text>
        </Alert>
        <CloseOnly onClose={onClose} />
      </>
    );
  }
  if (!room.can.invite_federated) return <CannotInvite code={room.can.invite_federated_reason ?? 'SW_ROOM_FORBIDDEN'} onClose={onClose} />;
  return <FederatedInvite room={room} onClose={onClose} />;
}

function CannotInvite({ code, onClose }: { code: string; onClose: () => void }) {
  return (
    <>
      <Problem problem={{ code }} />
      <CloseOnly onClose={onClose} />
    </>
  );
}

function CloseOnly({ onClose }: { onClose: () => void }) {
  return <Group justify="flex-end"><Button variant="default" onClick={onClose}>{texts.app.close}</Button></Group>;
}

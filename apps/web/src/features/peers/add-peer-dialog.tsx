import { Alert, Badge, Button, Code, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { Peer } from '../../api/types.js';
import { notifyDone } from '../../components/notify.js';
import { ErrorProblem } from '../../components/problem.js';
import { texts } from '../../texts/en.js';
import { adminTexts } from '../../texts/en-admin.js';
import { isServerName } from '../invitations/check-fqid.js';
import { useSession } from '../session/session.js';
import { useAddPeer } from './use-peers.js';

/** Name → descriptor fetched → fingerprint shown → accept. */
export function AddPeerDialog({ serverName: given = '', onClose }: { serverName?: string; onClose: () => void }) {
  const { us } = useSession();
  const [name, setName] = useState(given);
  const lookUp = useAddPeer();
  const serverName = name.trim();
  const isValid = isServerName(serverName) && serverName !== us;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isValid) lookUp.mutate({ serverName });
  };
  const change = (next: string) => {
    setName(next);
    lookUp.reset();
  };
  return (
    <Modal opened onClose={onClose} title={adminTexts.peers.addTitle} closeButtonProps={{ 'aria-label': texts.app.close }}>
      <Stack>
        <form onSubmit={submit} noValidate>
          <Group align="flex-start" gap="xs" wrap="nowrap">
            <TextInput flex={1} label={adminTexts.peers.serverName} placeholder={adminTexts.peers.serverNameHint} data-autofocus autoCapitalize="none" spellCheck={false} value={name} error={serverName !== '' && !isValid && adminTexts.peers.serverNameBad} onChange={(event) => change(event.currentTarget.value)} />
            <Button type="submit" variant={lookUp.data ? 'default' : 'filled'} mt={25} loading={lookUp.isPending} disabled={!isValid}>{adminTexts.peers.fetch}</Button>
          </Group>
        </form>
        {lookUp.isPending && <Text size="sm" c="dimmed" role="status">{adminTexts.peers.fetching(serverName)}</Text>}
        {lookUp.error && <ErrorProblem error={lookUp.error} us={us} />}
        {lookUp.data && <Accept peer={lookUp.data} onClose={onClose} />}
      </Stack>
    </Modal>
  );
}

function Accept({ peer, onClose }: { peer: Peer; onClose: () => void }) {
  const accept = useAddPeer();
  const fingerprint = peer.trust.fingerprint;
  const run = () =>
    accept.mutate({ serverName: peer.server_name, accepted: fingerprint ?? '' }, {
      onSuccess: () => {
        notifyDone(adminTexts.peers.added(peer.server_name));
        onClose();
      },
    });
  if (!fingerprint) return <Alert color="yellow">{adminTexts.peers.noFingerprint}</Alert>;
  return (
    <Stack gap="sm">
      <Text size="sm">{adminTexts.peers.compare}</Text>
      <Code block fz="sm" style={{ whiteSpace: 'pre-wrap' }} className="sw-break" aria-label={adminTexts.admin.fingerprint}>{fingerprint}</Code>
      <Group gap="xs">{peer.trust.kids.map((key) => <Badge key={key.kid} variant="light" tt="none" ff="monospace">{key.kid}</Badge>)}</Group>
      {accept.error && <ErrorProblem error={accept.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>{texts.app.cancel}</Button>
        <Button loading={accept.isPending} onClick={run}>{adminTexts.peers.accept}</Button>
      </Group>
    </Stack>
  );
}

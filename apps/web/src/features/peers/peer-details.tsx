import { Alert, Badge, Code, Drawer, Group, Stack, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Peer, PeerTrust } from '../../api/types.js';
import { Ago, fullText } from '../../components/times.js';
import { texts } from '../../texts/en.js';
import { PeerButtons } from './peer-actions.js';
import { LastError, PeerStateBadge } from './peer-state.js';

/** Everything known of one peer, and what can be done about it. */
export function PeerDetails({ peer, onClose }: { peer: Peer; onClose: () => void }) {
  return (
    <Drawer opened onClose={onClose} position="right" size="min(480px, 100%)" title={<span className="sw-break">{peer.server_name}</span>} closeButtonProps={{ 'aria-label': texts.app.close }}>
      <Stack>
        <Group gap="xs">
          <PeerStateBadge state={peer.state} />
          <AcceptedBadge peer={peer} />
        </Group>
        <Text size="sm">{texts.peers.stateHints[peer.state]}</Text>
        <PeerButtons peer={peer} />
        <Facts peer={peer} />
        {peer.trust && <Trust trust={peer.trust} />}
      </Stack>
    </Drawer>
  );
}

function AcceptedBadge({ peer }: { peer: Peer }) {
  return <Badge variant="light" color={peer.policy.accepted ? 'teal' : 'red'} tt="none">{peer.policy.accepted ? texts.peers.accepted : texts.peers.notAccepted}</Badge>;
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th fw={500} c="dimmed" w={140} style={{ verticalAlign: 'top' }}>{label}</Table.Th>
      <Table.Td>{children}</Table.Td>
    </Table.Tr>
  );
}

function Facts({ peer }: { peer: Peer }) {
  const { peers } = texts;
  return (
    <Table horizontalSpacing={0}>
      <Table.Tbody>
        <Fact label={peers.lastSeen}><Ago at={peer.last_seen} never={peers.never} /></Fact>
        <Fact label={peers.lastError}><LastError peer={peer} /></Fact>
        {peer.failing_since && <Fact label={peers.failingSince}><Ago at={peer.failing_since} never="" /></Fact>}
        {peer.next_attempt_at && <Fact label={peers.nextAttempt}><Ago at={peer.next_attempt_at} never="" /></Fact>}
        <Fact label={peers.backlog}>{peer.backlog}</Fact>
        {peer.oldest_pending_at && <Fact label={peers.oldestPending}><Ago at={peer.oldest_pending_at} never="" /></Fact>}
        <Fact label={peers.sharedRooms}>{peer.shared_rooms}</Fact>
        <Fact label={peers.declaredBy}>{peers.declared[peer.declared_by ?? 'none']}{peer.declared_in !== null && ` (Peer ${peer.declared_in})`}</Fact>
        {peer.policy.rule && <Fact label={peers.policy}>{peers.rule(peer.policy.rule)}</Fact>}
      </Table.Tbody>
    </Table>
  );
}

function Trust({ trust }: { trust: PeerTrust }) {
  return (
    <Stack gap="xs">
      <Title order={3} size="h6">{texts.peers.keys}</Title>
      <Text size="sm">{texts.peers.trustModes[trust.mode] ?? trust.mode}</Text>
      {trust.fingerprint ? <Code block fz="xs" style={{ whiteSpace: 'pre-wrap' }} className="sw-break">{trust.fingerprint}</Code> : <Alert color="yellow" py="xs">{texts.invite.noFingerprint}</Alert>}
      {trust.kids.map((key) => (
        <Group key={key.kid} gap="xs">
          <Code>{key.kid}</Code>
          <Badge size="sm" variant="light" tt="none">{key.state}</Badge>
          {key.valid_until && <Text size="xs" c="dimmed">{texts.peers.keyValid(fullText(key.valid_until))}</Text>}
        </Group>
      ))}
    </Stack>
  );
}

import { Anchor, Group, Paper, Stack, Table, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { Peer } from '../../api/types.js';
import { Ago } from '../../components/times.js';
import { texts } from '../../texts/en.js';
import { adminTexts } from '../../texts/en-admin.js';
import { peerPath } from './peer-path.js';
import { PeerMenu } from './peer-actions.js';
import { LastError, NewKeyBadge, PeerStateBadge, TrustText } from './peer-state.js';

interface PeersProps {
  peers: Peer[];
}

function ServerLink({ peer }: { peer: Peer }) {
  return <Anchor component={Link} to={peerPath(peer.server_name)} size="sm" fw={600} style={{ overflowWrap: 'break-word' }} maw={240} aria-label={adminTexts.peers.details(peer.server_name)}>{peer.server_name}</Anchor>;
}

function Backlog({ peer }: { peer: Peer }) {
  return (
    <>
      <Text size="sm">{peer.backlog}</Text>
      {peer.oldest_pending_at && <Text size="xs" c="dimmed">{adminTexts.peers.oldest} <Ago at={peer.oldest_pending_at} never="" /></Text>}
    </>
  );
}

export function PeersTable({ peers }: PeersProps) {
  const { peers: t } = adminTexts;
  return (
    <Table.ScrollContainer minWidth={960} visibleFrom="md">
      <Table verticalSpacing="sm" aria-label={adminTexts.admin.peers} highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            {[t.server, t.state, t.lastSeen, t.lastError, t.backlog, t.sharedRooms, t.trust].map((label) => <Table.Th key={label} style={{ whiteSpace: 'nowrap' }}>{label}</Table.Th>)}
            <Table.Th aria-label={texts.app.more} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{peers.map((peer) => <PeerRow key={peer.server_name} peer={peer} />)}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function PeerRow({ peer }: { peer: Peer }) {
  return (
    <Table.Tr>
      <Table.Td maw={220} miw={140}><ServerLink peer={peer} /></Table.Td>
      <Table.Td><PeerStateBadge state={peer.state} /> <NewKeyBadge peer={peer} /></Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}><Ago at={peer.last_seen} never={adminTexts.peers.never} /></Table.Td>
      <Table.Td maw={280} miw={180}><LastError peer={peer} /></Table.Td>
      <Table.Td><Backlog peer={peer} /></Table.Td>
      <Table.Td>{peer.shared_rooms}</Table.Td>
      <Table.Td><TrustText peer={peer} /></Table.Td>
      <Table.Td><PeerMenu peer={peer} /></Table.Td>
    </Table.Tr>
  );
}

/** The same on a narrow screen: one card for each peer. */
export function PeerCards({ peers }: PeersProps) {
  return (
    <Stack component="ul" className="sw-list" gap="sm" hiddenFrom="md" aria-label={adminTexts.admin.peers}>
      {peers.map((peer) => (
        <Paper component="li" key={peer.server_name} withBorder p="sm">
          <Group justify="space-between" wrap="nowrap" gap="xs">
            <ServerLink peer={peer} />
            <PeerMenu peer={peer} />
          </Group>
          <Group gap="xs" mt={4}>
            <PeerStateBadge state={peer.state} />
            <NewKeyBadge peer={peer} />
            <Text size="xs" c="dimmed">{adminTexts.peers.lastSeen}: <Ago at={peer.last_seen} never={adminTexts.peers.never} /></Text>
          </Group>
          <Text size="xs" c="dimmed" mt={4}>{adminTexts.peers.backlog}: {peer.backlog} · {adminTexts.peers.sharedRooms}: {peer.shared_rooms}</Text>
          {peer.last_error && (
            <>
              <Text size="xs" c="dimmed" mt={4}>{adminTexts.peers.lastError}:</Text>
              <LastError peer={peer} />
            </>
          )}
        </Paper>
      ))}
    </Stack>
  );
}

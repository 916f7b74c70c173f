import { Anchor, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { Link, useParams } from 'react-router';
import type { Peer } from '../api/types.js';
import { Loaded } from '../components/loaded.js';
import { PeerButtons } from '../features/peers/peer-actions.js';
import { PeerCharts } from '../features/peers/peer-charts.js';
import { AcceptedBadge, OurView, Section, TheirSide } from '../features/peers/peer-facts.js';
import { PeerRooms } from '../features/peers/peer-rooms.js';
import { NewKeyBadge, PeerStateBadge } from '../features/peers/peer-state.js';
import { KeyChangedAlert, PeerTrustSection } from '../features/peers/peer-trust.js';
import { usePeer } from '../features/peers/use-peer.js';
import { adminTexts } from '../texts/en-admin.js';

const t = adminTexts.peers;

export function AdminPeerPage() {
  const { serverName = '' } = useParams();
  const peer = usePeer(serverName);
  return (
    <Stack>
      <Anchor component={Link} to="/admin/federation/peers" size="sm"><Group gap={4} component="span" display="inline-flex"><IconArrowLeft size={16} /> {t.back}</Group></Anchor>
      <Loaded query={peer}>{(data) => <OnePeer peer={data} />}</Loaded>
    </Stack>
  );
}

/** Everything known of one peer from both sides, and what can be done about it. */
function OnePeer({ peer }: { peer: Peer }) {
  return (
    <Stack>
      <Group gap="sm">
        <Title order={2} size="h4" className="sw-break">{peer.server_name}</Title>
        <PeerStateBadge state={peer.state} />
        <NewKeyBadge peer={peer} />
        <AcceptedBadge peer={peer} />
      </Group>
      {!peer.trust.key_changed_at && <Text size="sm">{t.stateHints[peer.state]}</Text>}
      <PeerButtons peer={peer} />
      <KeyChangedAlert peer={peer} />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <OurView peer={peer} />
        <TheirSide serverName={peer.server_name} />
      </SimpleGrid>
      <Section title={t.chartsTitle}><PeerCharts serverName={peer.server_name} /></Section>
      <PeerRooms peer={peer} />
      <PeerTrustSection peer={peer} />
    </Stack>
  );
}

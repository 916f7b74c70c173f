import { Button, Group, TextInput } from '@mantine/core';
import { IconPlugConnected, IconPlus, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { Peer } from '../api/types.js';
import { Empty, Loaded } from '../components/loaded.js';
import { AddPeerDialog } from '../features/peers/add-peer-dialog.js';
import { PeerCards, PeersTable } from '../features/peers/peers-table.js';
import { usePeers } from '../features/peers/use-peers.js';
import { adminTexts } from '../texts/en-admin.js';

export function AdminPeersPage() {
  const peers = usePeers();
  const [search, setSearch] = useState('');
  const [isAdding, setAdding] = useState(false);
  return (
    <>
      <Group mb="md" gap="xs" wrap="nowrap">
        <TextInput flex={1} maw={320} aria-label={adminTexts.peers.search} placeholder={adminTexts.peers.search} leftSection={<IconSearch size={16} />} value={search} onChange={(event) => setSearch(event.currentTarget.value)} />
        <Button ml="auto" leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>{adminTexts.peers.add}</Button>
      </Group>
      <Loaded query={peers}>{(all) => <Peers all={all} search={search.trim().toLowerCase()} />}</Loaded>
      {isAdding && <AddPeerDialog onClose={() => setAdding(false)} />}
    </>
  );
}

function Peers({ all, search }: { all: Peer[]; search: string }) {
  const found = all.filter((peer) => peer.server_name.includes(search));
  if (all.length === 0) return <Empty icon={<IconPlugConnected size={40} stroke={1.2} />} title={adminTexts.peers.empty} next={adminTexts.peers.emptyNext} />;
  if (found.length === 0) return <Empty title={adminTexts.peers.noMatch} />;
  return (
    <>
      <PeersTable peers={found} />
      <PeerCards peers={found} />
    </>
  );
}

import { Button, Group, TextInput } from '@mantine/core';
import { IconPlugConnected, IconPlus, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { Peer } from '../api/types.js';
import { Empty, Loaded } from '../components/loaded.js';
import { AddPeerDialog } from '../features/peers/add-peer-dialog.js';
import { PeerDetails } from '../features/peers/peer-details.js';
import { PeerCards, PeersTable } from '../features/peers/peers-table.js';
import { usePeers } from '../features/peers/use-peers.js';
import { texts } from '../texts/en.js';

export function AdminPeersPage() {
  const peers = usePeers();
  const [search, setSearch] = useState('');
  const [isAdding, setAdding] = useState(false);
  const [openName, setOpenName] = useState<string | null>(null);
  const opened = peers.data?.find((peer) => peer.server_name === openName);
  return (
    <>
      <Group mb="md" gap="xs" wrap="nowrap">
        <TextInput flex={1} maw={320} aria-label={texts.peers.search} placeholder={texts.peers.search} leftSection={<IconSearch size={16} />} value={search} onChange={(event) => setSearch(event.currentTarget.value)} />
        <Button ml="auto" leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>{texts.peers.add}</Button>
      </Group>
      <Loaded query={peers}>{(all) => <Peers all={all} search={search.trim().toLowerCase()} onOpen={setOpenName} />}</Loaded>
      {opened && <PeerDetails peer={opened} onClose={() => setOpenName(null)} />}
      {isAdding && <AddPeerDialog onClose={() => setAdding(false)} />}
    </>
  );
}

function Peers({ all, search, onOpen }: { all: Peer[]; search: string; onOpen: (serverName: string) => void }) {
  const found = all.filter((peer) => peer.server_name.includes(search));
  if (all.length === 0) return <Empty icon={<IconPlugConnected size={40} stroke={1.2} />} title={texts.peers.empty} next={texts.peers.emptyNext} />;
  if (found.length === 0) return <Empty title={texts.peers.noMatch} />;
  return (
    <>
      <PeersTable peers={found} onOpen={onOpen} />
      <PeerCards peers={found} onOpen={onOpen} />
    </>
  );
}

import { Button, Group, Select } from '@mantine/core';
import type { OpenDelivery } from '../../api/types.js';
import { TimeRange } from '../../components/time-range.js';
import { adminTexts } from '../../texts/en-admin.js';
import { usePeers } from '../peers/use-peers.js';
import type { DeliveryFilter } from './use-deliveries.js';

interface FiltersProps {
  filter: DeliveryFilter;
  set: (changes: Partial<DeliveryFilter>) => void;
  clear: () => void;
  isFiltered: boolean;
  /** rooms of what is shown, to choose from */
  rows: readonly OpenDelivery[];
}

export function DeliveryFilters({ filter, set, clear, isFiltered, rows }: FiltersProps) {
  const { deliveries, admin } = adminTexts;
  const peers = usePeers();
  const names = [...new Set([...(peers.data ?? []).map((peer) => peer.server_name), ...(filter.peer ? [filter.peer] : [])])];
  const rooms = new Map(rows.flatMap((row) => (row.room_id === null ? [] : [[row.room_id, row.room_name ?? row.room_id]])));
  if (filter.room && !rooms.has(filter.room)) rooms.set(filter.room, filter.room);
  return (
    <Group align="flex-end" gap="sm" mb="md" role="search" aria-label={admin.deliveries}>
      <Select flex="1 1 120px" maw={{ xs: 160 }} label={deliveries.state} placeholder={deliveries.anyState} clearable data={Object.entries(deliveries.states).map(([value, label]) => ({ value, label }))} value={filter.state || null} onChange={(state) => set({ state: state ?? '' })} />
      <Select flex="1 1 190px" maw={{ xs: 240 }} label={deliveries.peer} placeholder={deliveries.anyPeer} clearable searchable data={names} value={filter.peer || null} onChange={(peer) => set({ peer: peer ?? '' })} />
      <Select flex="1 1 160px" maw={{ xs: 240 }} label={deliveries.room} placeholder={deliveries.anyRoom} clearable searchable data={[...rooms].map(([value, label]) => ({ value, label }))} value={filter.room || null} onChange={(room) => set({ room: room ?? '' })} />
      <TimeRange from={filter.from} to={filter.to} onChange={set} />
      {isFiltered && <Button variant="subtle" color="gray" onClick={clear}>{admin.clear}</Button>}
    </Group>
  );
}

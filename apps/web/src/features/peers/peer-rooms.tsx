import { Badge, Text } from '@mantine/core';
import type { Peer, PeerRoom, TheirView } from '../../api/types.js';
import { Rows, type Column } from '../../components/rows.js';
import { Ago } from '../../components/times.js';
import { errorSentence } from '../../texts/errors.js';
import { adminTexts } from '../../texts/en-admin.js';
import { Section } from './peer-facts.js';
import { useTheirView } from './use-peer.js';

const t = adminTexts.peers;
const COLORS = { ok: 'teal', paused: 'blue', stopped: 'red' } as const;

/** Room by room: how far each side is. */
export function PeerRooms({ peer }: { peer: Peer }) {
  const { data: theirs } = useTheirView(peer.server_name);
  return (
    <Section title={t.roomsTitle}>
      {peer.rooms.length === 0 ? <Text size="sm" c="dimmed">{t.roomsEmpty}</Text> : <Rows label={t.roomsTitle} columns={columnsOf(theirs ?? null)} rows={peer.rooms} keyOf={(room) => `${room.room_id} ${room.direction}`} />}
    </Section>
  );
}

function columnsOf(theirs: TheirView | null): Column<PeerRoom>[] {
  return [
    { label: t.room, minWidth: 150, cell: (room) => <span className="sw-break">{room.name ?? room.room_id}</span> },
    { label: t.direction, cell: (room) => t.directions[room.direction] },
    { label: t.state, cell: (room) => <RoomState room={room} /> },
    { label: t.position, cell: (room) => room.position },
    { label: t.behind, cell: (room) => room.behind ?? t.chartNone },
    { label: t.theirPosition, cell: (room) => theirPosition(room, theirs) ?? t.chartNone },
    { label: t.inSync, minWidth: 110, cell: (room) => <Ago at={room.in_sync_at} never={t.notProven} /> },
  ];
}

function theirPosition(room: PeerRoom, theirs: TheirView | null): number | null {
  if (!theirs?.is_answered) return null;
  return theirs.rooms.find((one) => one.room_id === room.room_id)?.position ?? null;
}

function RoomState({ room: { state, error } }: { room: PeerRoom }) {
  return (
    <>
      <Badge size="sm" variant="light" color={COLORS[state]} tt="none" miw="max-content">{t.roomStates[state]}</Badge>
      {error && <Text size="xs" c="red" className="sw-break">{errorSentence(error.code, error.reason)} {error.first_differing_seq !== null && t.stoppedFrom(error.first_differing_seq)}</Text>}
    </>
  );
}

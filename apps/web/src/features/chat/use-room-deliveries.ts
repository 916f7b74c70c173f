import { useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import type { Room, RoomDeliveries, RoomEvent } from '../../api/types.js';

const ASK_AGAIN_MS = 2_000;

/** Where one of my messages is, as one word and the servers that it is about. */
export type Mark = { at: 'stored' | 'onItsWay' } | { at: 'waitingFor' | 'notAt'; servers: string[] };

function namesOf(servers: { server_name: string }[]): string[] {
  return servers.map((server) => server.server_name);
}

/** What the room's cursors say of one message; null while they are not known. */
export function decideMark(event: Pick<RoomEvent, 'id' | 'state' | 'room_seq'>, deliveries: RoomDeliveries | undefined): Mark | null {
  if (!deliveries) return null;
  const trouble = deliveries.trouble.filter((row) => row.event_id === event.id);
  if (trouble.length > 0) return { at: 'notAt', servers: namesOf(trouble) };
  const seq = event.room_seq;
  // Without a place the message is on its way to the host; with one, to every server that has the room from there on.
  const open = deliveries.servers.filter(({ stored }) => (seq === null ? stored === null : stored !== null && stored.up_to < seq && stored.from <= seq && (stored.until === null || seq <= stored.until)));
  if (open.length === 0 && seq !== null) return { at: 'stored' };
  const waiting = open.filter((server) => server.is_waiting);
  return waiting.length > 0 ? { at: 'waitingFor', servers: namesOf(waiting) } : { at: 'onItsWay' };
}

function isOpen(event: RoomEvent, deliveries: RoomDeliveries): boolean {
  const at = decideMark(event, deliveries)?.at;
  return at === 'onItsWay' || at === 'waitingFor';
}

/** How far a federated room is at its other servers: asked again while the newest of my messages is not everywhere. */
export function useRoomDeliveries(room: Room, myNewest: RoomEvent | undefined): RoomDeliveries | undefined {
  return useQuery({
    queryKey: keys.roomDeliveries(room.id),
    queryFn: ({ signal }) => dataOf(api.GET('/v1/rooms/{room_id}/deliveries', { params: { path: { room_id: room.id } }, signal })),
    enabled: room.is_federated && room.my.membership === 'join' && myNewest !== undefined,
    staleTime: 0,
    refetchInterval: ({ state }) => (myNewest && state.data && isOpen(myNewest, state.data) ? ASK_AGAIN_MS : false),
  }).data;
}

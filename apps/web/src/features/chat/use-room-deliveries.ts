import { useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import type { Room, RoomDeliveries, RoomEvent } from '../../api/types.js';
import { decideMark } from './decide-mark.js';

const ASK_AGAIN_MS = 2_000;

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

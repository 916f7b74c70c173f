import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ApiError, type Envelope } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import type { NotificationMode, Room, RoomType } from '../../api/types.js';
import { texts } from '../../texts/en.js';

/** All pages of a list that counts by `offset`. */
async function listRooms(signal: AbortSignal): Promise<Room[]> {
  const rooms: Room[] = [];
  for (;;) {
    const page: Envelope<Room[], { total?: number }> = await api.get('/v1/rooms', rooms.length > 0 ? { offset: rooms.length } : {}, signal);
    rooms.push(...page.data);
    if (page.data.length === 0 || rooms.length >= (page.meta?.total ?? 0)) return rooms;
  }
}

export function useRooms() {
  return useQuery({ queryKey: keys.rooms, queryFn: ({ signal }) => listRooms(signal) });
}

/** A room of mine from the list; any other that I may see (a public one) is asked for. */
export function useRoom(roomId: string) {
  const rooms = useRooms();
  const mine = rooms.data?.find((room) => room.id === roomId);
  const other = useQuery({
    queryKey: keys.room(roomId),
    queryFn: async ({ signal }) => (await api.get<Room>(`/v1/rooms/${roomId}`, {}, signal)).data,
    enabled: rooms.data !== undefined && !mine,
  });
  if (mine) return { data: mine, error: null, refetch: rooms.refetch };
  const isGone = other.error instanceof ApiError && other.error.status < 500 && other.error.status > 0;
  return { data: isGone ? undefined : other.data, error: rooms.error ?? other.error, refetch: () => (rooms.error ? rooms.refetch() : other.refetch()) };
}

/** What people call the room; a direct conversation is called like the other one. */
export function nameOfRoom(room: Pick<Room, 'name' | 'dm_with'>): string {
  return room.name ?? room.dm_with?.display_name ?? texts.rooms.unnamed;
}

export interface NewRoom {
  room_type: RoomType;
  name: string;
  topic?: string;
  is_public?: boolean;
  scope_kind?: 'incognito';
  hides_history?: boolean;
}

function useRoomsChanged() {
  const client = useQueryClient();
  return async (room?: Room) => {
    if (room) client.setQueryData<Room[]>(keys.rooms, (rooms) => (rooms && !rooms.some(({ id }) => id === room.id) ? [room, ...rooms] : rooms));
    await client.invalidateQueries({ queryKey: keys.rooms });
  };
}

export function useCreateRoom() {
  const changed = useRoomsChanged();
  return useMutation({
    mutationFn: async (room: NewRoom) => (await api.post<Room>('/v1/rooms', room)).data,
    onSuccess: (room) => void changed(room),
  });
}

type RoomAction = 'join' | 'leave' | 'close' | 'archive';

export function useRoomAction(roomId: string) {
  const client = useQueryClient();
  const changed = useRoomsChanged();
  return useMutation({
    mutationFn: (action: RoomAction) => api.post(`/v1/rooms/${roomId}/${action}`),
    onSuccess: async () => {
      await changed();
      await client.invalidateQueries({ queryKey: keys.room(roomId) });
    },
  });
}

/** What `PUT /v1/rooms/{id}/…` changes, by its path. */
export type RoomChange =
  | { path: 'name'; body: { name: string } }
  | { path: 'topic'; body: { topic: string } }
  | { path: 'notification-mode'; body: { mode: NotificationMode } }
  | { path: 'mute'; body: { until: string | null } };

export function useChangeRoom(roomId: string) {
  const changed = useRoomsChanged();
  return useMutation({
    mutationFn: async (changes: RoomChange[]) => {
      for (const { path, body } of changes) await api.put(`/v1/rooms/${roomId}/${path}`, body);
    },
    onSuccess: () => changed(),
  });
}

export function useOpenDm() {
  const changed = useRoomsChanged();
  return useMutation({
    mutationFn: async (participantId: string) => (await api.post<Room>('/v1/rooms/dm', { participant_id: participantId })).data,
    onSuccess: (room) => void changed(room),
  });
}

export function usePublicRooms(query: string) {
  return useQuery({
    queryKey: keys.publicRooms(query),
    queryFn: async ({ signal }) => (await api.get<Room[]>('/v1/directory/rooms', { q: query }, signal)).data,
    staleTime: 10_000,
  });
}

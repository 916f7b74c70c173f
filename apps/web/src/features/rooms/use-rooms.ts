import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, ApiError, dataOf, listAll } from '../../api/client.js';
import { now } from '../../api/clock.js';
import { keys } from '../../api/keys.js';
import type { NotificationMode, Room, RoomType } from '../../api/types.js';
import { texts } from '../../texts/en.js';

export function useRooms() {
  return useQuery({ queryKey: keys.rooms, queryFn: ({ signal }) => listAll((offset) => api.GET('/v1/rooms', { params: { query: { offset } }, signal })) });
}

/** A room of mine from the list; any other that I may see (a public one) is asked for. */
export function useRoom(roomId: string) {
  const rooms = useRooms();
  const mine = rooms.data?.find((room) => room.id === roomId);
  const other = useQuery({
    queryKey: keys.room(roomId),
    queryFn: ({ signal }) => dataOf(api.GET('/v1/rooms/{room_id}', { params: { path: { room_id: roomId } }, signal })),
    enabled: rooms.data !== undefined && !mine,
  });
  const { isFetching, errorUpdateCount, refetch } = rooms.data ? other : rooms;
  if (mine) return { data: mine, error: null, isFetching, errorUpdateCount, refetch };
  const isGone = other.error instanceof ApiError && other.error.status < 500 && other.error.status > 0;
  return { data: isGone ? undefined : other.data, error: rooms.error ?? other.error, isFetching, errorUpdateCount, refetch };
}

/** What people call the room; a direct conversation is called like the other one. */
export function nameOfRoom(room: Pick<Room, 'name' | 'dm_with' | 'dm_fqid'>): string {
  return room.name ?? room.dm_with?.display_name ?? room.dm_fqid ?? texts.rooms.unnamed;
}

export function isMuted(room: Room): boolean {
  const until = room.my.muted_until;
  return Boolean(until && new Date(until).getTime() > now());
}

export interface NewRoom {
  room_type: Exclude<RoomType, 'dm' | 'sidekick'>;
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
    mutationFn: (room: NewRoom) => dataOf(api.POST('/v1/rooms', { body: room })),
    onSuccess: (room) => void changed(room),
  });
}

export type RoomAction = 'join' | 'leave' | 'close' | 'archive';

function act(roomId: string, action: RoomAction): Promise<unknown> {
  const room = { params: { path: { room_id: roomId } } };
  switch (action) {
    case 'join': return api.POST('/v1/rooms/{room_id}/join', room);
    case 'leave': return api.POST('/v1/rooms/{room_id}/leave', room);
    case 'close': return api.POST('/v1/rooms/{room_id}/close', room);
    case 'archive': return api.POST('/v1/rooms/{room_id}/archive', room);
  }
}

export function useRoomAction(roomId: string) {
  const client = useQueryClient();
  const changed = useRoomsChanged();
  return useMutation({
    mutationFn: (action: RoomAction) => act(roomId, action),
    onSuccess: async () => {
      await changed();
      await client.invalidateQueries({ queryKey: keys.room(roomId) });
    },
  });
}

/** What I may change of a room, and of how I follow it. */
export interface RoomChanges {
  name?: string;
  topic?: string;
  mode?: NotificationMode;
  /** null: no longer muted */
  mutedUntil?: string | null;
}

async function change(roomId: string, { name, topic, mode, mutedUntil }: RoomChanges): Promise<void> {
  const params = { path: { room_id: roomId } };
  if (name !== undefined) await api.PUT('/v1/rooms/{room_id}/name', { params, body: { name } });
  if (topic !== undefined) await api.PUT('/v1/rooms/{room_id}/topic', { params, body: { topic } });
  if (mode !== undefined) await api.PUT('/v1/rooms/{room_id}/notification-mode', { params, body: { mode } });
  if (mutedUntil !== undefined) await api.PUT('/v1/rooms/{room_id}/mute', { params, body: { until: mutedUntil } });
}

export function useChangeRoom(roomId: string) {
  const changed = useRoomsChanged();
  return useMutation({ mutationFn: (changes: RoomChanges) => change(roomId, changes), onSuccess: () => changed() });
}

export function useOpenDm() {
  const changed = useRoomsChanged();
  return useMutation({
    mutationFn: (participantId: string) => dataOf(api.POST('/v1/rooms/dm', { body: { participant_id: participantId } })),
    onSuccess: (room) => void changed(room),
  });
}

export function usePublicRooms(query: string) {
  return useQuery({
    queryKey: keys.publicRooms(query),
    queryFn: ({ signal }) => dataOf(api.GET('/v1/directory/rooms', { params: { query: { q: query } }, signal })),
    staleTime: 10_000,
  });
}

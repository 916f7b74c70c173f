import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import type { Invitation, Room } from '../../api/types.js';

export function useMyInvitations() {
  return useQuery({ queryKey: keys.myInvitations, queryFn: ({ signal }) => dataOf(api.GET('/v1/me/invitations', { params: { query: { limit: 200 } }, signal })) });
}

export function useRoomInvitations(roomId: string, isEnabled = true) {
  return useQuery({
    queryKey: keys.roomInvitations(roomId),
    queryFn: ({ signal }) => dataOf(api.GET('/v1/rooms/{room_id}/invitations', { params: { path: { room_id: roomId }, query: { limit: 200 } }, signal })),
    enabled: isEnabled,
  });
}

/** Invitations that still wait for something. */
export function open(invitations: Invitation[] | undefined): Invitation[] {
  return invitations?.filter(({ state }) => state === 'pending' || state === 'sending') ?? [];
}

export function useInviteFederated(roomId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (fqid: string) => dataOf(api.POST('/v1/rooms/{room_id}/invitations', { params: { path: { room_id: roomId } }, body: { fqid } })),
    onSettled: () => client.invalidateQueries({ queryKey: keys.roomInvitations(roomId) }),
  });
}

export function useRevoke(roomId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (invitationId: string) => api.DELETE('/v1/rooms/{room_id}/invitations/{invite_id}', { params: { path: { room_id: roomId, invite_id: invitationId } } }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.roomInvitations(roomId) }),
  });
}

export function useAnswer() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, answer }: { id: string; answer: 'accept' | 'decline' }) => {
      const params = { path: { invite_id: id } };
      return dataOf(answer === 'accept' ? api.POST('/v1/me/invitations/{invite_id}/accept', { params }) : api.POST('/v1/me/invitations/{invite_id}/decline', { params }));
    },
    onSuccess: (invitation) => client.setQueryData<Invitation[]>(keys.myInvitations, (all) => all?.map((each) => (each.id === invitation.id ? invitation : each))),
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: keys.myInvitations });
      await client.invalidateQueries({ queryKey: keys.rooms });
    },
  });
}

/** The other server as ours sees it now; asks only for a well-formed name. */
export function useServerCheck(serverName: string | null) {
  return useQuery({
    queryKey: keys.serverCheck(serverName ?? ''),
    queryFn: ({ signal }) => dataOf(api.GET('/v1/federation/servers/{server_name}', { params: { path: { server_name: serverName ?? '' } }, signal })),
    enabled: serverName !== null,
    staleTime: 15_000,
    gcTime: 60_000,
    retry: false,
  });
}

export function useFederatedDm() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (fqid: string) => dataOf(api.POST('/v1/me/federated-dms', { body: { fqid } })),
    onSuccess: ({ room }) => {
      client.setQueryData<Room[]>(keys.rooms, (rooms) => (rooms && !rooms.some(({ id }) => id === room.id) ? [room, ...rooms] : rooms));
      return client.invalidateQueries({ queryKey: keys.rooms });
    },
  });
}

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import type { Invitation, Room, ServerCheck } from '../../api/types.js';

export function useMyInvitations() {
  return useQuery({ queryKey: keys.myInvitations, queryFn: async ({ signal }) => (await api.get<Invitation[]>('/v1/me/invitations', {}, signal)).data });
}

export function useRoomInvitations(roomId: string, isEnabled = true) {
  return useQuery({
    queryKey: keys.roomInvitations(roomId),
    queryFn: async ({ signal }) => (await api.get<Invitation[]>(`/v1/rooms/${roomId}/invitations`, {}, signal)).data,
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
    mutationFn: async (fqid: string) => (await api.post<Invitation>(`/v1/rooms/${roomId}/invitations`, { fqid })).data,
    onSettled: () => client.invalidateQueries({ queryKey: keys.roomInvitations(roomId) }),
  });
}

export function useRevoke(roomId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (invitationId: string) => api.delete(`/v1/rooms/${roomId}/invitations/${invitationId}`),
    onSettled: () => client.invalidateQueries({ queryKey: keys.roomInvitations(roomId) }),
  });
}

export function useAnswer() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, answer }: { id: string; answer: 'accept' | 'decline' }) => (await api.post<Invitation>(`/v1/me/invitations/${id}/${answer}`)).data,
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
    queryFn: async ({ signal }) => (await api.get<ServerCheck>(`/v1/federation/servers/${encodeURIComponent(serverName ?? '')}`, {}, signal)).data,
    enabled: serverName !== null,
    staleTime: 15_000,
    gcTime: 60_000,
    retry: false,
  });
}

export function useFederatedDm() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (fqid: string) => (await api.post<{ room: Room; invitation: Invitation | null }>('/v1/me/federated-dms', { fqid })).data,
    onSuccess: ({ room }) => {
      client.setQueryData<Room[]>(keys.rooms, (rooms) => (rooms && !rooms.some(({ id }) => id === room.id) ? [room, ...rooms] : rooms));
      return client.invalidateQueries({ queryKey: keys.rooms });
    },
  });
}

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, listAll } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import type { Member } from '../../api/types.js';

/** Everybody with a relation to the room; {@link joined} are its members. */
export function useMembers(roomId: string) {
  return useQuery({ queryKey: keys.members(roomId), queryFn: ({ signal }) => listAll((offset) => api.GET('/v1/rooms/{room_id}/members', { params: { path: { room_id: roomId }, query: { offset } }, signal })) });
}

export function joined(members: Member[] | undefined): Member[] {
  return members?.filter((member) => member.membership === 'join') ?? [];
}

/** Who shares the room, by server: this server first, then by name; people by their names. */
export function groupByServer(members: Member[], us: string): { server: string; members: Member[] }[] {
  const servers = [...new Set(members.map((member) => member.participant.server_name))];
  servers.sort((a, b) => Number(b === us) - Number(a === us) || a.localeCompare(b));
  return servers.map((server) => ({
    server,
    members: members
      .filter((member) => member.participant.server_name === server)
      .sort((a, b) => a.participant.display_name.localeCompare(b.participant.display_name)),
  }));
}

export type MemberAction = { action: 'kick' | 'ban'; reason?: string } | { action: 'unban' } | { action: 'power'; level: number };

export function useMemberAction(roomId: string, participantId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (what: MemberAction): Promise<unknown> => {
      const room = { path: { room_id: roomId } };
      const body = { participant_id: participantId };
      switch (what.action) {
        case 'kick': return api.POST('/v1/rooms/{room_id}/kick', { params: room, body: { ...body, reason: what.reason } });
        case 'ban': return api.POST('/v1/rooms/{room_id}/ban', { params: room, body: { ...body, reason: what.reason } });
        case 'unban': return api.POST('/v1/rooms/{room_id}/unban', { params: room, body });
        case 'power': return api.PUT('/v1/rooms/{room_id}/members/{participant_id}/power', { params: { path: { room_id: roomId, participant_id: participantId } }, body: { power_level: what.level } });
      }
    },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.members(roomId) }),
  });
}

export function useInviteLocal(roomId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (participantId: string) => api.POST('/v1/rooms/{room_id}/invite', { params: { path: { room_id: roomId } }, body: { participant_id: participantId } }),
    // In a room of another server it is an invitation.
    onSuccess: () => Promise.all([keys.members(roomId), keys.roomInvitations(roomId)].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}

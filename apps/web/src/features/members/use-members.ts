import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Envelope } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import type { Member } from '../../api/types.js';

async function listMembers(roomId: string, signal: AbortSignal): Promise<Member[]> {
  const members: Member[] = [];
  for (;;) {
    const page: Envelope<Member[], { total?: number }> = await api.get(`/v1/rooms/${roomId}/members`, members.length > 0 ? { offset: members.length } : {}, signal);
    members.push(...page.data);
    if (page.data.length === 0 || members.length >= (page.meta?.total ?? 0)) return members;
  }
}

/** Everybody with a relation to the room; {@link joined} are its members. */
export function useMembers(roomId: string) {
  return useQuery({ queryKey: keys.members(roomId), queryFn: ({ signal }) => listMembers(roomId, signal) });
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

export type MemberAction = { action: 'kick' | 'ban' } | { action: 'power'; level: number };

export function useMemberAction(roomId: string, participantId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (what: MemberAction) =>
      what.action === 'power'
        ? api.put(`/v1/rooms/${roomId}/members/${participantId}/power`, { power_level: what.level })
        : api.post(`/v1/rooms/${roomId}/${what.action}`, { participant_id: participantId }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.members(roomId) }),
  });
}

export function useInviteLocal(roomId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (participantId: string) => api.post(`/v1/rooms/${roomId}/invite`, { participant_id: participantId }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.members(roomId) }),
  });
}

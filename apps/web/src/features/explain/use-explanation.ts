import { useQuery } from '@tanstack/react-query';
import { api, ApiError, dataOf } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import type { Explanation } from '../../api/types.js';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function isId(id: string): boolean {
  return ID.test(id);
}

/** An answer; or the servers between which to choose; or null where the id is not known here. */
export type Answered = { explanation: Explanation } | { choose: string[] } | null;

function hasCode(error: unknown, code: string): error is ApiError {
  return error instanceof ApiError && error.problem.code === code;
}

async function explainEvent(id: string, peer: string, signal: AbortSignal): Promise<Answered> {
  const explained = dataOf(api.GET('/v1/admin/federation/explain', { params: { query: { event_id: id, ...(peer && { peer }) } }, signal }));
  try {
    return { explanation: await explained };
  } catch (error) {
    if (hasCode(error, 'SW_EVENT_NOT_FOUND')) return null;
    // Of several servers one has to be named; the refusal names them.
    if (hasCode(error, 'SW_REQUEST_INVALID') && error.problem.field === 'peer' && error.problem.choices) return { choose: error.problem.choices };
    throw error;
  }
}

async function explainInvitation(id: string, signal: AbortSignal): Promise<Answered> {
  try {
    return { explanation: await dataOf(api.GET('/v1/admin/federation/explain', { params: { query: { invite_id: id } }, signal })) };
  } catch (error) {
    if (hasCode(error, 'SW_FED_INVITE_INVALID')) return null;
    throw error;
  }
}

/** One id may be of an event or of an invitation: whoever asks need not know which. */
export function useExplanation(id: string, peer: string) {
  return useQuery({
    queryKey: keys.explanation(id, peer),
    queryFn: async ({ signal }) => (await explainEvent(id, peer, signal)) ?? explainInvitation(id, signal),
    enabled: isId(id),
    refetchInterval: 5_000,
    staleTime: 0,
  });
}

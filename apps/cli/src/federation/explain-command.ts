import { StartProblem } from '../start-problem.js';
import { askServer, type ServerFlags } from './admin-api.js';
import { buildTable } from './table.js';

interface Explanation {
  verdict: string;
  peer: string | null;
  because: string;
  next: string | null;
  facts: Array<{ what: string; value: string | number | boolean | null; at: string | null }>;
}

/** `scaiwave explain`: why an event did not reach a peer, or what became of an invitation. */
export function explain({ event, peer, invitation, ...flags }: ServerFlags & { event?: string; peer?: string; invitation?: string }): Promise<void> {
  if ((event === undefined) === (invitation === undefined)) throw new StartProblem('name an event (--event, with --peer where it goes to several servers) or an invitation (--invitation), one of them');
  const named = { event_id: event, peer, invite_id: invitation };
  const query = new URLSearchParams(Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== undefined));
  return askServer(flags, (api) => api.get<Explanation>(`/v1/admin/federation/explain?${query.toString()}`), ({ verdict, peer: to, because, next, facts }) =>
    `${verdict}${to === null ? '' : ` (${to})`}: ${because}\n${next === null ? '' : `${next}\n`}\n${buildTable(['FACT', 'VALUE', 'AT'], facts.map((fact) => [fact.what, fact.value === true ? 'yes' : fact.value === false ? 'no' : fact.value, fact.at]))}`);
}

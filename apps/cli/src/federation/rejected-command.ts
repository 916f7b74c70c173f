import { askServer, type ServerFlags } from './admin-api.js';
import { buildTable } from './table.js';

interface Rejected {
  origin: string;
  code: string;
  reason: string;
  at: string;
}

/** `scaiwave rejected`: what other servers sent and this one refused, newest first. */
export function listRejected({ origin, code, ...flags }: ServerFlags & { origin?: string; code?: string }): Promise<void> {
  const query = new URLSearchParams(Object.entries({ origin, code, limit: '500' }).filter((entry): entry is [string, string] => entry[1] !== undefined));
  return askServer(flags, (api) => api.get<Rejected[]>(`/v1/admin/federation/rejected?${query.toString()}`), (rows) => (rows.length === 0 ? 'Nothing was refused.\n' : buildTable(
    ['AT', 'FROM', 'CODE', 'REASON'], rows.map((row) => [row.at, row.origin, row.code, row.reason]),
  )));
}

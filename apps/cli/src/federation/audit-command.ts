import { askServer, type ServerFlags } from './admin-api.js';
import { buildTable } from './table.js';

interface AuditLine {
  at: string;
  actor: string;
  action: string;
  subject: string;
  details: Record<string, unknown>;
}

export interface AuditFilter {
  actor?: string;
  action?: string;
  from?: string;
  to?: string;
}

/** `scaiwave audit`: who did what, newest first. `export` gives all of it as JSON lines. */
export function listAudit({ actor, action, from, to, export: isExport, ...flags }: ServerFlags & AuditFilter & { export?: boolean }): Promise<void> {
  const query = new URLSearchParams(Object.entries({ actor, action, from, to }).filter((entry): entry is [string, string] => entry[1] !== undefined));
  if (isExport === true) return askServer({ ...flags, json: false }, (api) => api.text(`/v1/admin/audit/export?${query.toString()}`), (lines) => lines);
  query.set('limit', '500');
  return askServer(flags, (api) => api.get<AuditLine[]>(`/v1/admin/audit?${query.toString()}`), (rows) => (rows.length === 0 ? 'Nothing matches.\n' : buildTable(
    ['AT', 'WHO', 'WHAT', 'SUBJECT', 'DETAILS'], rows.map((row) => [row.at, row.actor, row.action, row.subject, JSON.stringify(row.details)]),
  )));
}

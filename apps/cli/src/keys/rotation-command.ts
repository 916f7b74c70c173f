import { askServer, type ServerFlags } from '../federation/admin-api.js';
import { buildCard, buildTable } from '../federation/table.js';

interface Keys {
  keys: { kid: string; state: string; fingerprint: string; valid_from: string; valid_until: string | null }[];
  next_rotation_at: string | null;
  waits_for: keyof typeof WAITS | null;
  requested_at: string | null;
}

const BASE = '/v1/admin/federation/keys';
const WAITS = { publication: 'a worker that publishes the next key', workers: 'every worker to load the next key', resume: 'the tenant to be resumed' };

/** `scaiwave keys status` */
export function showKeys(flags: ServerFlags): Promise<void> {
  return askServer(flags, (api) => api.get<Keys>(BASE), presentKeys);
}

/** `scaiwave keys rotate` */
export function rotateKeys(flags: ServerFlags): Promise<void> {
  return askServer(flags, (api) => api.post<Keys>(`${BASE}/rotate`), presentKeys);
}

function presentKeys({ keys, next_rotation_at: next, waits_for: waits, requested_at: requested }: Keys): string {
  const card = buildCard([['next rotation', next ?? 'when somebody asks'], ['waits for', waits && WAITS[waits]], ['another key is wanted since', requested]]);
  return `${card}\n${buildTable(['KID', 'STATE', 'SIGNS FROM', 'VALID UNTIL', 'FINGERPRINT'], keys.map((key) => [key.kid, key.state, key.valid_from, key.valid_until, key.fingerprint]))}`;
}

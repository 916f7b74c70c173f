import { askServer, type ServerFlags } from './admin-api.js';
import { buildCard, buildTable } from './table.js';

interface Peer {
  server_name: string;
  state: string;
  backlog: number;
  oldest_pending_at: string | null;
  last_seen: string | null;
  last_success: string | null;
  last_error: { code: string; message: string; at: string } | null;
  failing_since: string | null;
  next_attempt_at: string | null;
  shared_rooms: number;
  in_sync_at: string | null;
  trust: { mode: string; fingerprint: string | null };
  policy: { accepted: boolean; rule: string | null };
  theirs: TheirView | null;
  rooms: Array<{ room_id: string; name: string | null; direction: string; state: string; position: number; behind: number | null; in_sync_at: string | null; error: { reason: string; first_differing_seq: number | null } | null }>;
}

type TheirView =
  | { is_answered: true; last_seen: string | null; last_error: { code: string; message: string; at: string | null } | null; clock_ahead_ms: number; rooms: Array<{ room_id: string | null; state: string }> }
  | { is_answered: false; code: string; by: string };

interface Severance {
  server_name: string;
  dry_run: boolean;
  room_count: number;
  rooms: Array<{ room_id: string; name: string | null; host: string; people: { ours: number; theirs: number } }>;
  people: { ours: number; theirs: number };
  undelivered_events: number;
  open_invitations: number;
}

const BASE = '/v1/admin/federation/peers';

/** `scaiwave peers list` */
export function listPeers(flags: ServerFlags): Promise<void> {
  return askServer(flags, (api) => api.get<Peer[]>(`${BASE}?limit=500`), (peers) => buildTable(
    ['SERVER', 'STATE', 'BACKLOG', 'OLDEST PENDING', 'LAST SEEN', 'IN SYNC AT', 'LAST ERROR'],
    peers.map((peer) => [peer.server_name, peer.state, peer.backlog, peer.oldest_pending_at, peer.last_seen, peer.in_sync_at, peer.last_error && `${peer.last_error.code} at ${peer.last_error.at}`]),
  ));
}

/** `scaiwave peers show <server>` */
export function showPeer(server: string, flags: ServerFlags & { withStatus?: boolean }): Promise<void> {
  return askServer(flags, (api) => api.get<Peer>(`${pathOf(server)}?with_status=${String(flags.withStatus ?? false)}`), presentPeer);
}

/** `scaiwave peers pause|resume|block|unblock|pin|retry <server>` */
export function changePeer(server: string, action: string, flags: ServerFlags): Promise<void> {
  const ask = action === 'retry' ? `${pathOf(server)}/retry-now` : null;
  return askServer(flags, (api) => (ask === null ? api.patch<Peer>(pathOf(server), { action }) : api.post<Peer>(ask)), presentPeer);
}

/** `scaiwave peers remove <server>` */
export function removePeer(server: string, flags: ServerFlags & { dryRun?: boolean; reason?: string }): Promise<void> {
  const query = new URLSearchParams({ dry_run: String(flags.dryRun ?? false), ...(flags.reason !== undefined && { reason: flags.reason }) });
  return askServer(flags, (api) => api.delete<Severance>(`${pathOf(server)}?${query.toString()}`), presentSeverance);
}

function presentTheirView(theirs: TheirView): Array<[string, string | number | null]> {
  if (!theirs.is_answered) return [['it does not say how it sees us', `${theirs.code} (${theirs.by})`]];
  const countOf = (rooms: typeof theirs.rooms): number => new Set(rooms.map((room) => room.room_id)).size;
  return [
    ['it last heard from us', theirs.last_seen], ['its last error with us', theirs.last_error && `${theirs.last_error.code} at ${theirs.last_error.at ?? '?'}: ${theirs.last_error.message}`],
    ['its rooms with us', `${countOf(theirs.rooms)}, ${countOf(theirs.rooms.filter((room) => room.state !== 'ok'))} not ok`], ['its clock is ahead by', `${theirs.clock_ahead_ms} ms`],
  ];
}

function presentSeverance({ server_name: name, dry_run: isDryRun, room_count: count, rooms, people, undelivered_events: undelivered, open_invitations: invitations }: Severance): string {
  const card = buildCard([
    [isDryRun ? 'would remove' : 'removed', name], ['rooms', count], ['our people in them', people.ours], ['their people in them', people.theirs],
    ['events not delivered', undelivered], ['open invitations', invitations],
  ]);
  if (rooms.length === 0) return card;
  return `${card}\n${buildTable(['ROOM', 'NAME', 'HOST', 'OURS', 'THEIRS'], rooms.map((room) => [room.room_id, room.name, room.host, room.people.ours, room.people.theirs]))}`;
}

function pathOf(server: string): string {
  return `${BASE}/${encodeURIComponent(server)}`;
}

function presentPeer(peer: Peer): string {
  const error = peer.last_error && `${peer.last_error.code} at ${peer.last_error.at}: ${peer.last_error.message}`;
  const card = buildCard([
    ['server', peer.server_name], ['state', peer.state], ['our policy', peer.policy.accepted ? 'accepts it' : `refuses it (${peer.policy.rule})`],
    ['trust', `${peer.trust.mode} ${peer.trust.fingerprint ?? ''}`.trim()], ['last seen', peer.last_seen], ['last took something', peer.last_success], ['last error', error],
    ['failing since', peer.failing_since], ['next attempt', peer.next_attempt_at], ['backlog', peer.backlog], ['oldest pending', peer.oldest_pending_at],
    ['shared rooms', peer.shared_rooms], ['in sync at', peer.in_sync_at], ...(peer.theirs ? presentTheirView(peer.theirs) : []),
  ]);
  if (peer.rooms.length === 0) return card;
  const rooms = peer.rooms.map((room) => [room.room_id, room.name, room.direction, room.state, room.position, room.behind, room.in_sync_at, room.error && `${room.error.reason}; differs from ${room.error.first_differing_seq ?? '?'} on`]);
  return `${card}\n${buildTable(['ROOM', 'NAME', 'WAY', 'STATE', 'POSITION', 'BEHIND', 'IN SYNC AT', 'STOPPED BY'], rooms)}`;
}

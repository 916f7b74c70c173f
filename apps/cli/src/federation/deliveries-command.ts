import { askServer, type ServerFlags } from './admin-api.js';
import { buildTable } from './table.js';

interface OpenDelivery {
  event_id: string;
  room_id: string | null;
  room_name: string | null;
  server_name: string;
  type: string;
  sender: string | null;
  state: string;
  code: string | null;
  at: string;
}

export interface Selection {
  state?: string;
  event?: string;
  peer?: string;
  room?: string;
  from?: string;
  to?: string;
}

/** `scaiwave deliveries list`: what has not ended as stored, newest first. */
export function listDeliveries({ state, peer, room, from, to, ...flags }: ServerFlags & Selection): Promise<void> {
  const query = new URLSearchParams(Object.entries({ state, peer, room, from, to, limit: '500' }).filter((entry): entry is [string, string] => entry[1] !== undefined));
  return askServer(flags, (api) => api.get<OpenDelivery[]>(`/v1/admin/federation/deliveries?${query.toString()}`), (rows) => (rows.length === 0 ? 'Everything has been stored.\n' : buildTable(
    ['EVENT', 'TO', 'STATE', 'CODE', 'SINCE', 'ROOM', 'TYPE', 'SENDER'],
    rows.map((row) => [row.event_id, row.server_name, row.state, row.code, row.at, row.room_name ?? row.room_id, row.type, row.sender]),
  )));
}

interface EventDelivery {
  server_name: string;
  state: string;
  code: string | null;
  updated_at: string | null;
}

/** `scaiwave deliveries of <event>`: what became of one event at each server; its room is one of whoever asks. */
export function listDeliveriesOf(event: string, { room, ...flags }: ServerFlags & { room: string }): Promise<void> {
  const path = `/v1/rooms/${encodeURIComponent(room)}/events/${encodeURIComponent(event)}/deliveries`;
  return askServer(flags, (api) => api.get<EventDelivery[]>(path), (rows) => (rows.length === 0 ? 'It goes to no other server.\n' : buildTable(
    ['TO', 'STATE', 'CODE', 'SINCE'], rows.map((row) => [row.server_name, row.state, row.code, row.updated_at]),
  )));
}

/** `scaiwave deliveries redeliver`: sends again what was given up. */
export function redeliver({ event, peer, room, from, to, ...flags }: ServerFlags & Selection): Promise<void> {
  const selection = Object.fromEntries(Object.entries({ event_id: event, room_id: room, peer, from, to }).filter(([, value]) => value !== undefined));
  return askServer(flags, (api) => api.post<{ events: number; control_events: number }>('/v1/admin/federation/deliveries/redeliver', selection), (taken) => {
    const count = taken.events + taken.control_events;
    return count === 0 ? 'Nothing that was given up is named by that.\n' : `${count} ${count === 1 ? 'delivery is' : 'deliveries are'} sent again.\n`;
  });
}

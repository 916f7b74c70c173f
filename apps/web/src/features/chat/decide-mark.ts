import type { RoomDeliveries, RoomEvent } from '../../api/types.js';

/** Where one of my messages is, as one word and the servers that it is about. */
export type Mark = { at: 'stored' | 'onItsWay' } | { at: 'waitingFor' | 'notAt'; servers: string[] };

function namesOf(servers: { server_name: string }[]): string[] {
  return servers.map((server) => server.server_name);
}

/** What the room's cursors say of one message; null while they are not known. */
export function decideMark(event: Pick<RoomEvent, 'id' | 'state' | 'room_seq'>, deliveries: RoomDeliveries | undefined): Mark | null {
  if (!deliveries) return null;
  const trouble = deliveries.trouble.filter((row) => row.event_id === event.id);
  if (trouble.length > 0) return { at: 'notAt', servers: namesOf(trouble) };
  const seq = event.room_seq;
  // Without a place the message is on its way to the host; with one, to every server that has the room from there on.
  const open = deliveries.servers.filter(({ stored }) => (seq === null ? stored === null : stored !== null && stored.up_to < seq && stored.from <= seq && (stored.until === null || seq <= stored.until)));
  if (open.length === 0 && seq !== null) return { at: 'stored' };
  const waiting = open.filter((server) => server.is_waiting);
  return waiting.length > 0 ? { at: 'waitingFor', servers: namesOf(waiting) } : { at: 'onItsWay' };
}

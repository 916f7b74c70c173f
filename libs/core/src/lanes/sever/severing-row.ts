import type { Fqid, RoomId, ServerName } from '@scaiwave/protocol';

/** A row of `severings`: federation with one peer comes to its end. */
export interface SeveringRow {
  id: string;
  server_name: ServerName;
  /** the peer has ended it */
  is_theirs: boolean;
  actor: string;
  reason: string | null;
  /** by the clock of who ended it: from then on that server has taken its people out of third servers' rooms */
  since: Date;
  undelivered: number;
  invitations: number;
  finished_at: Date | null;
}

/** A room that two servers share, or shared, and who of both is in it. */
export interface SharedRoom {
  room_id: RoomId;
  name: string | null;
  host: ServerName;
  ours: Fqid[];
  theirs: Fqid[];
}

/** What a severing would cut, or has cut. */
export interface Severance {
  rooms: SharedRoom[];
  /** different people in these rooms */
  people: { ours: number; theirs: number };
  /** events and control events that the peer had not stored, and will not get */
  undelivered: number;
  /** open invitations that end with it */
  invitations: number;
}

export function buildSeverance(rooms: SharedRoom[], { undelivered, invitations }: Pick<Severance, 'undelivered' | 'invitations'>): Severance {
  const count = (people: Fqid[][]) => new Set(people.flat()).size;
  return { rooms, people: { ours: count(rooms.map(({ ours }) => ours)), theirs: count(rooms.map(({ theirs }) => theirs)) }, undelivered, invitations };
}

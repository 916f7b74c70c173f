import { EVENT_TYPES, serverOf, type Fqid, type MemberContent, type Presence, type ServerName } from '@scaiwave/protocol';
import type { EventRow, HostPlace, PlaceRow } from '../events/index.js';
import type { LockedRoom } from '../rooms/index.js';
import type { JudgedEntry } from './batch-outcome.js';
import type { OpenAcceptance, ServerPresence } from './lane-facts.store.js';
import type { LanePlace, ReceivedEvent } from './read-entry.js';

export interface LaneFacts {
  presence: readonly ServerPresence[];
  acceptances: readonly OpenAcceptance[];
  /** members of this server that the entries are about */
  ownMembers: ReadonlyMap<Fqid, 'join' | 'leave' | 'ban'>;
  hasOwnAhead: boolean;
  events: readonly EventRow[];
  places: readonly PlaceRow[];
}

/** One room's entries of a host's batch while they are taken: what is held, and how it changes with each of them. */
export class LaneRun {
  readonly taken: HostPlace[] = [];
  /** refused before, taken now */
  readonly freed: number[] = [];
  position: { seq: number; chain: Buffer };
  /** room_seq of the join with which the lane begins, or begins anew */
  startsAt: number | null = null;
  readonly held: Map<number, PlaceRow>;
  private readonly events: Map<string, Pick<EventRow, 'room_seq' | 'payload_sha256' | 'origin' | 'sender'>>;
  private readonly joined: Map<ServerName, number>;
  private readonly ownMembers: Map<Fqid, string>;
  private readonly acceptances: Map<string, Fqid>;

  constructor(
    readonly room: LockedRoom,
    private readonly facts: LaneFacts,
  ) {
    this.position = { seq: room.row.last_seq, chain: room.row.chain };
    this.held = new Map(facts.places.map((place) => [place.room_seq, place]));
    this.events = new Map(facts.events.map((event) => [event.id, event]));
    this.joined = new Map(facts.presence.map((server) => [server.server_name, server.joined]));
    this.ownMembers = new Map(facts.ownMembers);
    this.acceptances = new Map(facts.acceptances.map((acceptance) => [acceptance.id, acceptance.invitee]));
  }

  /** Is the room still one of this server's? It is while somebody of ours is in it, on the way in, or has a leave on its way. */
  get isOurs(): boolean {
    return this.joinedOf(this.room.tenant.serverName) > 0 || this.acceptances.size > 0 || this.facts.hasOwnAhead;
  }

  /** Has the join of our first person been taken, now or before? */
  get hasStarted(): boolean {
    return this.room.row.lane_start_seq !== null || this.startsAt !== null;
  }

  find(id: string | null): Pick<EventRow, 'room_seq' | 'payload_sha256' | 'origin' | 'sender'> | null {
    return (id !== null && this.events.get(id)) || null;
  }

  presenceOf(server: ServerName): Presence {
    if (this.joinedOf(server) > 0) return 'joined';
    return this.joined.has(server) ? 'left' : 'never';
  }

  /** Is this a join of one of our people who neither is in the room nor has accepted an invitation to it? */
  isUnaskedJoin(event: ReceivedEvent): boolean {
    const change = ownJoin(event, this.room.tenant.serverName);
    if (!change || this.ownMembers.get(change.fqid) === 'join') return false;
    return change.invite_id === undefined || this.acceptances.get(change.invite_id) !== change.fqid;
  }

  /** Does the lane begin with this entry: the join of our first person? */
  startsWith(event: ReceivedEvent): boolean {
    const own = this.room.tenant.serverName;
    return ownJoin(event, own) !== null && (this.room.row.lane_start_seq === null || this.joinedOf(own) === 0);
  }

  take(entry: JudgedEntry & { place: LanePlace }, place: HostPlace, payloadSha256: Buffer | null): void {
    this.taken.push(place);
    const { roomSeq, chain } = entry.place;
    const code = place.kind === 'refused' ? place.code : null;
    this.held.set(roomSeq, { room_seq: roomSeq, event_id: entry.id, chain, payload_sha256: payloadSha256, code });
    if (roomSeq > this.position.seq) this.position = { seq: roomSeq, chain };
    if (entry.what.kind !== 'event' || place.kind === 'refused' || entry.id === null) return;
    const { payload } = entry.what.event;
    this.events.set(entry.id, { room_seq: roomSeq, payload_sha256: entry.what.payloadSha256, origin: payload.origin, sender: payload.sender ?? null });
    if (payload.type === EVENT_TYPES.member && entry.verdict.kind === 'verified') this.applyMembership(entry.what.content as MemberContent);
  }

  private applyMembership(change: MemberContent): void {
    const server = serverOf(change.fqid);
    const isOwn = server === this.room.tenant.serverName;
    // Of others only the first join matters here, so a repeated one may be counted twice.
    const was = isOwn ? this.ownMembers.get(change.fqid) === 'join' : false;
    const is = change.membership === 'join';
    this.joined.set(server, Math.max(0, this.joinedOf(server) + (is && !was ? 1 : 0) - (isOwn && was && !is ? 1 : 0)));
    if (!isOwn) return;
    this.ownMembers.set(change.fqid, change.membership);
    if (is && change.invite_id !== undefined) this.acceptances.delete(change.invite_id);
  }

  private joinedOf(server: ServerName): number {
    return this.joined.get(server) ?? 0;
  }
}

function ownJoin({ event, content }: ReceivedEvent, own: ServerName): MemberContent | null {
  const change = event.payload.type === EVENT_TYPES.member ? (content as MemberContent | null) : null;
  return change?.membership === 'join' && serverOf(change.fqid) === own ? change : null;
}

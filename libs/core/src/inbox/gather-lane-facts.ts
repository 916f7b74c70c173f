import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { EVENT_TYPES, serverOf, type MemberContent } from '@scaiwave/protocol';
import { EventStore, PlaceStore } from '../events/index.js';
import { MemberStore } from '../members/member.store.js';
import type { LockedRoom } from '../rooms/index.js';
import type { JudgedEntry } from './batch-outcome.js';
import { LaneFactsStore } from './lane-facts.store.js';
import type { LaneFacts } from './lane-run.js';

/** What is held of a room around the entries that have come. */
@Injectable()
export class GatherLaneFacts {
  constructor(
    private readonly places: PlaceStore,
    private readonly events: EventStore,
    private readonly members: MemberStore,
    private readonly facts: LaneFactsStore,
  ) {}

  async run(tx: Tx, room: LockedRoom, entries: readonly JudgedEntry[]): Promise<LaneFacts> {
    const { id: roomId, host, last_seq: position } = room.row;
    const own = room.tenant.serverName;
    const seqs = new Set(entries.flatMap(({ place }) => (place ? [place.roomSeq - 1, place.roomSeq, place.roomSeq + 1] : [])));
    const ids = new Set(entries.flatMap((entry) => [entry.id, editTargetOf(entry)]).filter((id) => id !== null));
    const subjects = entries.flatMap((entry) => subjectOf(entry) ?? []).filter((fqid) => serverOf(fqid) === own);
    const [presence, members, events, places] = await Promise.all([
      this.facts.listPresence(tx, roomId),
      subjects.length > 0 ? this.members.findMembers(tx, roomId, subjects) : [],
      this.events.findEvents(tx, roomId, [...ids]),
      this.places.listPlaces(tx, roomId, [...seqs]),
    ]);
    const isIn = presence.some((server) => server.server_name === own && server.joined > 0);
    return {
      presence,
      events,
      places,
      ownMembers: new Map(members.map((member) => [member.fqid, member.membership] as const)),
      acceptances: !isIn || subjects.length > 0 ? await this.facts.listOpenAcceptances(tx, { roomId, host }) : [],
      hasOwnAhead: !isIn && (await this.facts.hasOwnAhead(tx, { roomId, origin: own, position })),
    };
  }
}

/** The event that an edit names: its author is checked again here. */
export function editTargetOf({ what }: JudgedEntry): string | null {
  if (what.kind !== 'event' || what.event.payload.type !== EVENT_TYPES.messageEdit || what.content === null) return null;
  return what.content.event_id as string;
}

function subjectOf({ what }: JudgedEntry): MemberContent['fqid'] | null {
  if (what.kind !== 'event' || what.event.payload.type !== EVENT_TYPES.member) return null;
  return (what.content as MemberContent).fqid;
}

import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { EVENT_TYPES } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import type { LockedRoom } from '../rooms/room-row.js';
import { RoomStore } from '../rooms/room.store.js';
import type { EventDraft } from './event-draft.js';
import type { EventRow } from './event-row.js';
import { EventStore, type NewEventRow } from './event.store.js';
import { PlaceStore } from './place.store.js';
import { RoomEffects } from './room-effects.js';
import { plainRow } from './room-log.js';

/** One place in a foreign room's order, as its host gave it and this server judged it. */
export type HostPlace = { roomSeq: number; chain: Buffer } & (
  | { kind: 'event'; draft: EventDraft; hidden?: EventRow['hidden']; redactedBy?: string }
  /** an event of ours that the host has sequenced */
  | { kind: 'own'; id: string }
  /** refused here; the chain goes on through it */
  | { kind: 'refused'; code: string; eventId?: string; payloadSha256?: Buffer }
);

/** What is here already, and where the lane stood before. */
interface Held {
  redactions: ReadonlyMap<string, string>;
  known: ReadonlySet<string>;
  position: number;
}

/** The member's side of a room's order: takes the places that the host gives. The caller has verified and ordered them. */
@Injectable()
export class HostPlaces {
  constructor(
    private readonly rooms: RoomStore,
    private readonly events: EventStore,
    private readonly places: PlaceStore,
    private readonly effects: RoomEffects,
    private readonly clock: Clock,
  ) {}

  /** Places below the position of the lane are marked late. */
  async accept(tx: Tx, room: LockedRoom, places: readonly HostPlace[]): Promise<void> {
    const head = { seq: room.row.last_seq, chain: room.row.chain };
    const drafts = places.flatMap((place) => (place.kind === 'event' ? [place.draft] : []));
    const last = places.reduce((max, place) => (place.roomSeq > max.seq ? { seq: place.roomSeq, chain: place.chain } : max), head);
    const isMoved = last.seq > head.seq;
    const checkpoint = this.checkpointIn(places, head.seq);
    if (isMoved) {
      room.row.last_seq = last.seq;
      room.row.chain = last.chain;
    }
    const [redactions, known] = await Promise.all([
      this.effects.redactionsOf(tx, room, drafts),
      this.events.findEvents(tx, room.row.id, drafts.map((draft) => draft.id)),
      isMoved ? this.rooms.markHead(tx, { roomId: room.row.id, ...last, checkpoint }) : undefined,
    ]);
    const held = { redactions, known: new Set(known.map((event) => event.id)), position: head.seq };
    for (const run of runsOfOneKind(places)) await this.acceptRun(tx, room, { run, ...held });
    if (!isGapless(places, head.seq)) await this.rooms.recountMissing(tx, room.row.id);
    this.effects.notifyClients(tx, room);
  }

  /** A checkpoint was found right where the place before it is here: both servers hold one history up to it. */
  private checkpointIn(places: readonly HostPlace[], position: number): { seq: number; inSyncAt: Date } | null {
    const here = new Set([position, ...places.map((place) => place.roomSeq)]);
    const proven = places.filter((place) => place.kind === 'event' && place.draft.type === EVENT_TYPES.checkpoint && here.has(place.roomSeq - 1));
    const last = Math.max(0, ...proven.map((place) => place.roomSeq));
    return last > position ? { seq: last, inSyncAt: this.clock.date() } : null;
  }

  private async acceptRun(tx: Tx, room: LockedRoom, work: Held & { run: HostPlace[] }): Promise<void> {
    const kind = work.run[0]?.kind;
    if (kind === 'refused') await this.places.insertRefused(tx, room.row.id, work.run.filter((p) => p.kind === 'refused'));
    if (kind === 'own') await this.acceptOwn(tx, room, work.run.filter((p) => p.kind === 'own'));
    if (kind === 'event') await this.acceptEvents(tx, room, { ...work, run: work.run.filter((p) => p.kind === 'event') });
  }

  private async acceptEvents(tx: Tx, room: LockedRoom, work: Held & { run: Array<Extract<HostPlace, { kind: 'event' }>> }): Promise<void> {
    const { known } = work;
    await this.markPlaces(tx, room, work.run.filter((place) => known.has(place.draft.id)).map((place) => ({ ...place, id: place.draft.id })));
    const rows: NewEventRow[] = work.run
      .filter((place) => !known.has(place.draft.id))
      .map((place) => {
        const row = plainRow(place.draft, work.redactions);
        return {
          ...row,
          roomSeq: place.roomSeq,
          chain: place.chain,
          hidden: place.hidden ?? null,
          isLate: place.roomSeq <= work.position,
          redactedBy: place.redactedBy ?? row.redactedBy,
        };
      });
    if (rows.length === 0) return;
    await this.effects.applyAll(tx, room, await this.events.insertEvents(tx, room.row.id, { events: rows, now: this.clock.date() }));
  }

  /** An event of ours that is not known here (a restored backup) keeps its place; backfill brings its bytes. */
  private async acceptOwn(tx: Tx, room: LockedRoom, run: Array<Extract<HostPlace, { kind: 'own' }>>): Promise<void> {
    await this.markPlaces(tx, room, run);
    const known = await this.events.findEvents(tx, room.row.id, run.map((place) => place.id));
    await this.effects.applySequencedOwn(tx, room, known);
    const ids = new Set(known.map((event) => event.id));
    const unknown = run.filter((place) => !ids.has(place.id));
    if (unknown.length === 0) return;
    await this.places.insertRefused(tx, room.row.id, unknown.map((place) => ({ ...place, code: 'unknown_own', eventId: place.id })));
    await this.rooms.markBackfill(tx, room.row.id, 'wanted');
  }

  /** The host's answer on the lane to it: our events have their places; the lane's position does not move by this. */
  async markSequenced(tx: Tx, room: LockedRoom, places: ReadonlyArray<{ id: string; roomSeq: number; chain: Buffer }>): Promise<void> {
    await this.markPlaces(tx, room, places);
    this.effects.notifyClients(tx, room);
  }

  /** Our first member's join has come: the lane begins here, and what lies before it is wanted by backfill. */
  async startLane(tx: Tx, room: LockedRoom, place: { roomSeq: number }): Promise<void> {
    await this.rooms.markLaneStart(tx, { roomId: room.row.id, seq: place.roomSeq });
    room.row.lane_start_seq = place.roomSeq;
    room.row.lane_state = 'ok';
  }

  private async markPlaces(tx: Tx, room: LockedRoom, places: ReadonlyArray<{ id: string; roomSeq: number; chain: Buffer }>): Promise<void> {
    if (places.length > 0) await this.events.markSequenced(tx, room.row.id, places);
  }
}

function runsOfOneKind(places: readonly HostPlace[]): HostPlace[][] {
  const runs: HostPlace[][] = [];
  for (const place of places) {
    const run = runs.at(-1);
    if (run && run[0]?.kind === place.kind) run.push(place);
    else runs.push([place]);
  }
  return runs;
}

/** Does each place follow the one before, from the position on? If not, some were left out or come late. */
function isGapless(places: readonly HostPlace[], position: number): boolean {
  return places.every((place, index) => place.roomSeq === position + index + 1);
}

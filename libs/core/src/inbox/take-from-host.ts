import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import type { ServerName } from '@scaiwave/protocol';
import { HostPlaces, PlaceStore, type HostPlace } from '../events/index.js';
import type { LockedRoom } from '../rooms/index.js';
import { rejected, type JudgedEntry, type Outcome } from './batch-outcome.js';
import { decidePlace } from './decide-place.js';
import { GatherLaneFacts } from './gather-lane-facts.js';
import { hasPlace, judgeEntry, type Denied, type PlacedEntry } from './judge-lane-entry.js';
import { LaneRun } from './lane-run.js';
import { draftOf, type ReceivedEvent } from './read-entry.js';
import { StopLane } from './stop-lane.js';

export interface HostBatch {
  carrier: ServerName;
  entries: readonly JudgedEntry[];
  isBlocked: (origin: ServerName) => boolean;
}

/**
 * The member's side of a lane: entries of a room in the order of its host.
 *
 *   the host's?      lane stopped?
 *   for each entry   signature, authority, what it says → gap? → its place and chain
 *   then at once     refused places · events · own events' places · the position of the lane
 *
 * A refused entry keeps its place, so that the chain goes on through it; a *later* one holds the lane.
 */
@Injectable()
export class TakeFromHost {
  constructor(
    private readonly facts: GatherLaneFacts,
    private readonly places: PlaceStore,
    private readonly hostPlaces: HostPlaces,
    private readonly stopLane: StopLane,
  ) {}

  async run(tx: Tx, room: LockedRoom, batch: HostBatch): Promise<Outcome[]> {
    // Nobody else may fill a place, or stop the lane, in a room of this host.
    if (batch.carrier !== room.row.host) return batch.entries.map(rejectForeign);
    if (room.row.lane_state === 'stopped') return batch.entries.map(() => rejected('SW_FED_CHAIN_MISMATCH', 'the lane is stopped'));
    const run = new LaneRun(room, await this.facts.run(tx, room, batch.entries));
    const outcomes: Outcome[] = [];
    let halt: Outcome | null = null;
    for (const entry of batch.entries) {
      const outcome = halt ?? takeEntry(run, entry, batch);
      halt ??= haltAfter(outcome, run);
      outcomes.push(outcome);
    }
    await this.store(tx, run);
    const stopped = batch.entries.findIndex((_, index) => isMismatch(outcomes[index]));
    const [entry, outcome] = [batch.entries[stopped], outcomes[stopped]];
    if (entry && outcome?.status === 'rejected') await this.stopLane.run(tx, room, { roomSeq: entry.place?.roomSeq ?? null, eventId: entry.id, reason: outcome.reason });
    return outcomes;
  }

  private async store(tx: Tx, run: LaneRun): Promise<void> {
    const { room } = run;
    if (run.startsAt !== null) await this.hostPlaces.startLane(tx, room, { roomSeq: run.startsAt });
    if (run.freed.length > 0) await this.places.deleteRefused(tx, room.row.id, run.freed);
    if (run.taken.length > 0) await this.hostPlaces.accept(tx, room, run.taken);
  }
}

function takeEntry(run: LaneRun, entry: JudgedEntry, batch: HostBatch): Outcome {
  const denied = judgeEntry(run, entry, batch.carrier);
  // Without a place it is no entry of a lane; the sender goes on after it by prev_seq.
  if (!hasPlace(entry)) return deny(denied ?? { code: 'SW_FED_EVENT_INVALID', reason: 'a room event from the host needs its room_seq' });
  if (denied && (!run.hasStarted || denied.code === 'SW_ROOM_NOT_FOUND')) return deny(denied);
  return takePlaced(run, entry, { denied, isBlocked: batch.isBlocked });
}

function takePlaced(run: LaneRun, entry: PlacedEntry, { denied, isBlocked }: { denied: Denied | null; isBlocked: HostBatch['isBlocked'] }): Outcome {
  const held = run.find(entry.id);
  const payloadSha256 = entry.what.kind === 'own' ? (held?.payload_sha256 ?? null) : entry.what.payloadSha256;
  const decision = decidePlace({ place: entry.place, id: entry.id, payloadSha256, position: run.position, held: run.held, sameId: held });
  switch (decision.kind) {
    case 'gap':
      return { ...rejected('SW_FED_GAP', 'an earlier event of the lane is missing'), expectedSeq: decision.expectedSeq };
    case 'mismatch':
      return rejected('SW_FED_CHAIN_MISMATCH', decision.reason);
    case 'held':
      return takeHeld(run, entry, payloadSha256);
    case 'id_conflict':
      return refuse(run, entry, { code: 'SW_FED_ID_CONFLICT', reason: 'another event has this id' });
    case 'free':
      return denied ? refuse(run, entry, denied) : takeFree(run, entry, { payloadSha256, wasRefused: decision.wasRefused, isBlocked });
  }
}

function deny({ code, reason }: Denied): Outcome {
  return rejected(code, reason);
}

function takeHeld(run: LaneRun, entry: PlacedEntry, payloadSha256: Buffer | null): Outcome {
  if (entry.place.roomSeq <= run.position.seq) return { status: 'duplicate' };
  // Ours, and sequenced by the host's answer before its lane came to it: only the position moves.
  const { roomSeq, chain } = entry.place;
  run.take(entry, { kind: 'own', id: entry.id!, roomSeq, chain }, payloadSha256);
  return { status: 'stored' };
}

function takeFree(run: LaneRun, entry: PlacedEntry, how: { payloadSha256: Buffer | null; wasRefused: boolean; isBlocked: HostBatch['isBlocked'] }): Outcome {
  const { roomSeq, chain } = entry.place;
  const { what } = entry;
  if (how.wasRefused) run.freed.push(roomSeq);
  if (what.kind === 'event' && run.startsWith(what)) run.startsAt = roomSeq;
  const isOwn = what.kind === 'own' || run.find(entry.id)?.origin === run.room.tenant.serverName;
  const place: HostPlace = isOwn ? { kind: 'own', id: entry.id!, roomSeq, chain } : eventPlace(entry, what as ReceivedEvent, how.isBlocked);
  run.take(entry, place, how.payloadSha256);
  return { status: 'stored' };
}

function eventPlace(entry: PlacedEntry, event: ReceivedEvent, isBlocked: HostBatch['isBlocked']): HostPlace {
  const { roomSeq, chain } = entry.place;
  const hidden = entry.verdict.kind === 'unverified' ? 'unverified' : isBlocked(event.event.payload.origin) ? 'blocked_origin' : null;
  return { kind: 'event', draft: draftOf(event), roomSeq, chain, hidden, ...(event.redactedBy === null ? {} : { redactedBy: event.redactedBy }) };
}

function refuse(run: LaneRun, entry: PlacedEntry, denied: Denied): Outcome {
  if (isHolding(denied.code)) return rejected(denied.code, denied.reason);
  const { roomSeq, chain } = entry.place;
  const payloadSha256 = entry.what.kind === 'own' ? null : entry.what.payloadSha256;
  run.take(entry, { kind: 'refused', code: denied.code, roomSeq, chain, eventId: entry.id ?? undefined, payloadSha256: payloadSha256 ?? undefined }, payloadSha256);
  return rejected(denied.code, denied.reason);
}

/** What is wrong with the event itself is said first, as everywhere. */
function rejectForeign({ verdict }: JudgedEntry): Outcome {
  return verdict.kind === 'refused' ? rejected(verdict.code, verdict.reason) : rejected('SW_FED_FORBIDDEN', 'only the host of the room sends its log');
}

/** After a gap, a later and a mismatch nothing more of the room is taken from this batch. */
function haltAfter(outcome: Outcome, run: LaneRun): Outcome | null {
  if (outcome.status !== 'rejected') return null;
  if (isMismatch(outcome)) return rejected('SW_FED_CHAIN_MISMATCH', 'the lane is stopped');
  if (!isHolding(outcome.code)) return null;
  return { status: 'rejected', code: 'SW_FED_GAP', reason: 'an earlier event of the lane was not taken', expectedSeq: outcome.expectedSeq ?? run.position.seq + 1 };
}

const HOLDING: readonly string[] = ['SW_FED_GAP', 'SW_FED_TRY_LATER', 'SW_FED_CHAIN_MISMATCH'];
function isHolding(code: string): boolean {
  return HOLDING.includes(code);
}

function isMismatch(outcome: Outcome | undefined): boolean {
  return outcome?.status === 'rejected' && outcome.code === 'SW_FED_CHAIN_MISMATCH';
}

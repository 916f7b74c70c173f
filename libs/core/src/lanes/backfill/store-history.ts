import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { Clock } from '@scaiwave/telemetry';
import { EventStore, PlaceStore, RoomEffects, type EventDraft, type EventRow } from '../../events/index.js';
import { plainRow } from '../../events/room-log.js';
import type { LockedRoom } from '../../rooms/index.js';
import type { JudgedHistory } from './verify-history.js';

/**
 * Stores history beside what the lane has brought. It has no effects yet: pages come newest first, so what edits, reactions and
 * memberships come to is worked out in order once all of it is here (ReplayRoom). Redactions that are known hold at once.
 */
@Injectable()
export class StoreHistory {
  constructor(
    private readonly events: EventStore,
    private readonly places: PlaceStore,
    private readonly effects: RoomEffects,
    private readonly clock: Clock,
  ) {}

  /** @returns how many events are new here */
  async run(tx: Tx, room: LockedRoom, history: readonly JudgedHistory[]): Promise<number> {
    const taken = history.flatMap((judged) => (judged.entry.read.ok && judged.judgement.kind !== 'refused' ? [{ ...judged, draft: draftOf(judged) }] : []));
    const known = new Map((await this.events.findEvents(tx, room.row.id, taken.map(({ draft }) => draft.id))).map((event) => [event.id, event]));
    await this.refuse(tx, room, { history, known });
    await this.placeOwn(tx, room, { taken, known });
    const fresh = taken.filter(({ draft }) => !known.has(draft.id));
    if (fresh.length === 0) return 0;
    const redactions = await this.effects.redactionsOf(tx, room, fresh.map(({ draft }) => draft));
    const rows = fresh.map(({ entry, judgement, draft }) => {
      const row = plainRow(draft, redactions);
      const hidden = judgement.kind === 'hidden' ? judgement.why : null;
      return { ...row, roomSeq: entry.roomSeq, chain: entry.chain, hidden, redactedBy: entry.redactedBy ?? row.redactedBy };
    });
    await this.places.deleteRefused(tx, room.row.id, rows.map((row) => row.roomSeq));
    await this.events.insertEvents(tx, room.row.id, { events: rows, now: this.clock.date() });
    this.effects.notifyClients(tx, room);
    return rows.length;
  }

  private async refuse(tx: Tx, room: LockedRoom, { history, known }: { history: readonly JudgedHistory[]; known: ReadonlyMap<string, EventRow> }): Promise<void> {
    const refused = history.flatMap(({ entry, judgement }) => {
      const eventId = entry.read.ok ? entry.read.event.payload.id : undefined;
      const place = { roomSeq: entry.roomSeq, chain: entry.chain, eventId, payloadSha256: entry.payloadSha256 };
      if (judgement.kind === 'refused') return [{ ...place, code: judgement.code }];
      const other = eventId === undefined ? undefined : known.get(eventId);
      return other && !other.payload_sha256.equals(entry.payloadSha256) ? [{ ...place, code: 'SW_FED_ID_CONFLICT' }] : [];
    });
    if (refused.length > 0) await this.places.insertRefused(tx, room.row.id, refused);
  }

  /** Events that are here without their place: our own, from before the host answered. */
  private async placeOwn(tx: Tx, room: LockedRoom, { taken, known }: { taken: ReadonlyArray<JudgedHistory & { draft: EventDraft }>; known: ReadonlyMap<string, EventRow> }): Promise<void> {
    const own = taken.flatMap(({ entry, draft }) => {
      const row = known.get(draft.id);
      return row?.room_seq === null && row.payload_sha256.equals(entry.payloadSha256) ? [{ id: draft.id, roomSeq: entry.roomSeq, chain: entry.chain }] : [];
    });
    if (own.length > 0) await this.events.markSequenced(tx, room.row.id, own);
  }
}

function draftOf({ entry }: JudgedHistory): EventDraft {
  if (!entry.read.ok) throw new Error('an unreadable event has no draft');
  const { payload, payloadText } = entry.read.event;
  if (!payload.room_id) throw new Error('a room event has a room');
  return {
    id: payload.id, type: payload.type, roomId: payload.room_id, origin: payload.origin, sender: payload.sender, originTs: payload.origin_ts,
    contentText: entry.contentText, payloadText, payloadSha256: entry.payloadSha256, jws: entry.jws,
  };
}

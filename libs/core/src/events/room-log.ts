import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { encodeBase64url, EVENT_TYPES, type RoomId } from '@scaiwave/protocol';
import { chainNext } from '@scaiwave/protocol/node';
import { Clock } from '@scaiwave/telemetry';
import type { LockedRoom } from '../rooms/room-row.js';
import { RoomStore } from '../rooms/room.store.js';
import type { TenantContext } from '../tenants/index.js';
import { buildDraft, type EventDraft } from './event-draft.js';
import type { EventRow } from './event-row.js';
import { EventStore, type NewEventRow } from './event.store.js';
import { RoomEffects } from './room-effects.js';

/** So many events, checkpoints left out, and the next place is a checkpoint. */
const CHECKPOINT_EVERY = 100;

/**
 * Gives events their places in a room that this server orders, and queues them in one that another server orders.
 *
 *   lockRoom ─→ append      (we are host)    room_seq, chain, effects ─→ after commit: sockets, lanes
 *            └→ queueToHost (we are member)  out_seq, shown as pending ─→ after commit: sockets, lane to the host
 */
@Injectable()
export class RoomLog {
  constructor(
    private readonly rooms: RoomStore,
    private readonly events: EventStore,
    private readonly effects: RoomEffects,
    private readonly clock: Clock,
  ) {}

  /** Null if this tenant has no such room. */
  async lockRoom(tx: Tx, tenant: TenantContext, roomId: RoomId): Promise<LockedRoom | null> {
    const found = await this.rooms.lockRoom(tx, roomId);
    if (!found) return null;
    const { lanes, ...row } = found;
    return { row, tenant, isHost: row.host === tenant.serverName, lanes, hasLaneNews: false };
  }

  /** Says something of ours in the room: at its place if we order the room, else on the way to its host. */
  say(tx: Tx, room: LockedRoom, drafts: readonly EventDraft[]): Promise<EventRow[]> {
    return room.isHost ? this.append(tx, room, drafts) : this.queueToHost(tx, room, drafts);
  }

  /** Host only. One insert and one update of the room, however many events and peers. */
  async append(tx: Tx, room: LockedRoom, drafts: readonly EventDraft[]): Promise<EventRow[]> {
    if (!room.isHost) throw new Error('only the host gives places in a room');
    if (drafts.length === 0) return [];
    const redactions = await this.effects.redactionsOf(tx, room, drafts);
    const rows: NewEventRow[] = [];
    for (const draft of drafts) {
      rows.push({ ...plainRow(draft, redactions), ...nextPlace(room, draft) });
      if (room.lanes.length > 0 && room.row.last_seq - room.row.checkpoint_seq >= CHECKPOINT_EVERY) rows.push(this.checkpointRow(room));
    }
    const stored = await this.store(tx, room, rows);
    await this.effects.applyAll(tx, room, stored);
    this.effects.wakeLanes(tx, room);
    const ids = new Set(drafts.map((draft) => draft.id));
    return stored.filter((row) => ids.has(row.id));
  }

  /** Host only: our signed word on everything before it. Returns false if the last place is one already. */
  async checkpoint(tx: Tx, room: LockedRoom): Promise<boolean> {
    if (!room.isHost || room.row.last_seq === room.row.checkpoint_seq) return false;
    await this.store(tx, room, [this.checkpointRow(room)]);
    this.effects.wakeLanes(tx, room);
    return true;
  }

  private async store(tx: Tx, room: LockedRoom, events: readonly NewEventRow[]): Promise<EventRow[]> {
    const { id: roomId, last_seq: seq, chain, checkpoint_seq: checkpointSeq } = room.row;
    const [stored] = await Promise.all([
      this.events.insertEvents(tx, roomId, { events, now: this.clock.date() }),
      this.rooms.markHead(tx, { roomId, seq, chain, checkpoint: { seq: checkpointSeq, inSyncAt: null } }),
    ]);
    return stored;
  }

  private checkpointRow(room: LockedRoom): NewEventRow {
    const { id: roomId, last_seq: seq, chain } = room.row;
    const content = { room_seq: seq, chain: encodeBase64url(chain) };
    const draft = buildDraft({ clock: this.clock, type: EVENT_TYPES.checkpoint, roomId, origin: room.tenant.serverName, content });
    const row = { ...plainRow(draft, new Map()), ...nextPlace(room, draft) };
    room.row.checkpoint_seq = room.row.last_seq;
    return row;
  }

  /** Member only: the room's host gives the place; until then our own people see it as pending. */
  async queueToHost(tx: Tx, room: LockedRoom, drafts: readonly EventDraft[]): Promise<EventRow[]> {
    const redactions = await this.effects.redactionsOf(tx, room, drafts);
    const rows = drafts.map((draft) => ({ ...plainRow(draft, redactions), outSeq: (room.row.out_seq += 1) }));
    const [stored] = await Promise.all([
      this.events.insertEvents(tx, room.row.id, { events: rows, now: this.clock.date() }),
      this.rooms.markOutSeq(tx, room.row.id, room.row.out_seq),
    ]);
    await this.effects.applyProvisional(tx, room, stored);
    this.effects.wakeLanes(tx, room);
    return stored;
  }
}

function nextPlace(room: LockedRoom, draft: EventDraft): { roomSeq: number; chain: Buffer } {
  room.row.last_seq += 1;
  room.row.chain = Buffer.from(chainNext(room.row.chain, draft.payloadSha256));
  return { roomSeq: room.row.last_seq, chain: room.row.chain };
}

/** A row without a place, with what it refers to and the redaction that was here before it. */
export function plainRow(draft: EventDraft, redactions: ReadonlyMap<string, string>): NewEventRow {
  const content = draft.contentText === null ? {} : (JSON.parse(draft.contentText) as Record<string, unknown>);
  const refersTo = draft.type === 'swp.room.message' ? null : uuidOrNull(content.event_id);
  const wiped = draft.type === 'swp.room.message.edit' && refersTo !== null ? redactions.get(refersTo) : redactions.get(draft.id);
  return {
    draft,
    roomSeq: null,
    chain: null,
    outSeq: null,
    hidden: null,
    isLate: false,
    redactedBy: wiped ?? null,
    targetId: refersTo,
    replyTo: draft.type === 'swp.room.message' ? uuidOrNull(content.reply_to_event_id) : null,
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
function uuidOrNull(value: unknown): string | null {
  return typeof value === 'string' && UUID.test(value) ? value : null;
}

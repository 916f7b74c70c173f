import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@scaiwave/database';
import { EVENT_TYPES, type ServerName } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { EventStore, type EventRow } from '../events/index.js';
import type { TenantContext } from '../tenants/index.js';
import { buildHostEntry, buildMemberEntry, type BatchEntry } from './build-entry.js';
import { ControlEventStore, type ControlEventRow } from './control-event.store.js';
import { LaneStore, type LaneRow } from './lane.store.js';
import { keyOf, OutgoingStore, type OutgoingRow } from './outgoing.store.js';
import { RequestSpace } from './request-space.js';
import { SignEvents } from './sign-events.js';

export interface BatchLane {
  lane: LaneRow;
  entries: BatchEntry[];
}

/** What one request carries: control events first, then lanes, each in its own order. */
export interface Batch {
  control: ControlEventRow[];
  lanes: BatchLane[];
  /** JSON text of each event, in order */
  wire: string[];
}

export interface BatchWanted {
  tenant: TenantContext;
  to: ServerName;
  /** room ids of lanes with a batch in flight, or held back for a while */
  skipRooms: ReadonlySet<string>;
  skipControl: boolean;
  /** only the word that it was removed goes to a removed peer */
  isFarewell: boolean;
  /** what was made before is given up, not sent */
  cutoff: Date;
  /** at most 100 */
  mostEvents: number;
}

/** `isAll`: nothing else is due. `overdue`: what comes next is too old to be sent. */
export type Collected = { kind: 'batch'; batch: Batch; isAll: boolean } | { kind: 'nothing' } | { kind: 'overdue' };

const MOST_LANES = 200;

/** Where lanes and their events are read from. */
@Injectable()
export class CollectStores {
  constructor(
    readonly lanes: LaneStore,
    readonly control: ControlEventStore,
    readonly events: EventStore,
    readonly outgoing: OutgoingStore,
    readonly clock: Clock,
  ) {}
}

/** Picks what goes into the next request to a peer, and signs what is unsigned. */
@Injectable()
export class CollectBatch {
  constructor(
    private readonly db: Database,
    private readonly stores: CollectStores,
    private readonly sign: SignEvents,
  ) {}

  /** In a transaction of its own, or in the one given. @throws KeyringError */
  run(wanted: BatchWanted, within?: Tx): Promise<Collected> {
    return within ? this.collect(within, wanted) : this.db.forTenant(wanted.tenant.id, (tx) => this.collect(tx, wanted));
  }

  private async collect(tx: Tx, wanted: BatchWanted): Promise<Collected> {
    const { to, skipControl, skipRooms, isFarewell } = wanted;
    const filling = new Filling(wanted.cutoff, wanted.mostEvents);
    const [queued, lanes] = await Promise.all([
      skipControl ? [] : this.stores.control.listQueued(tx, to, filling.left),
      isFarewell ? [] : this.stores.lanes.listDue(tx, to, MOST_LANES + skipRooms.size),
    ]);
    await this.addControl(tx, { wanted, queued, filling });
    await this.addLanes(tx, { wanted, due: lanes.filter((lane) => !skipRooms.has(lane.room_id)), filling });
    if (filling.isOverdue) return { kind: 'overdue' };
    const { batch } = filling;
    return batch.control.length + batch.lanes.length > 0 ? { kind: 'batch', batch, isAll: filling.isAll } : { kind: 'nothing' };
  }

  private async controlDue(tx: Tx, { to, isFarewell }: BatchWanted, queued: ControlEventRow[]): Promise<ControlEventRow[]> {
    const farewell = queued.filter((row) => row.type === EVENT_TYPES.peerSevered);
    if (isFarewell) return farewell;
    // A drain that began before the removal has other things on their way: the last word is for the next drain, so that it comes last.
    return farewell.length > 0 && (await this.stores.control.isToRemoved(tx, to)) ? [] : queued;
  }

  private async addControl(tx: Tx, { wanted, queued, filling }: { wanted: BatchWanted; queued: ControlEventRow[]; filling: Filling }): Promise<void> {
    const due = await this.controlDue(tx, wanted, queued);
    if (filling.judgeAge(due[0]?.queued_at)) return;
    for (const row of await this.sign.runControl(tx, wanted.tenant, due)) {
      if (!filling.add(JSON.stringify({ jws: row.jws, content: row.content }))) return;
      filling.batch.control.push(row);
    }
  }

  /** Reads of all lanes that can have a place in one round trip, and signs all of them in one. */
  private async addLanes(tx: Tx, { wanted, due, filling }: { wanted: BatchWanted; due: LaneRow[]; filling: Filling }): Promise<void> {
    if (filling.isOverdue) return;
    const planned = planPages(due, filling.left);
    if (planned.length < due.length) filling.markLeft();
    const pages = await Promise.all(planned.map((page) => this.readPage(tx, page)));
    for (const page of pages) if (filling.judgeAge(firstUnsettled(page)?.created_at)) return;
    const signed = await this.sign.run(tx, wanted.tenant, pages.flatMap(({ rows }) => rows.filter(mayLeave)));
    for (const { lane, rows, failed } of pages) {
      if (filling.isFull) return filling.markLeft();
      const entries = addEntries(filling, { lane, failed, to: wanted.to, rows: rows.map((row) => ({ ...row, jws: row.jws ?? signed.get(keyOf(row)) ?? null })) });
      if (entries.length > 0) filling.batch.lanes.push({ lane, entries });
      if ((entries.at(-1)?.seq ?? lane.acked_seq) < lane.target_seq) filling.markLeft();
    }
  }

  private async readPage(tx: Tx, { lane, limit }: PlannedPage): Promise<LanePage> {
    const { room_id: roomId, acked_seq: acked, target_seq: toSeq } = lane;
    if (lane.kind === 'member') return { lane, failed: NONE, rows: await this.stores.outgoing.listByOutSeq(tx, { roomId, afterSeq: acked, limit }) };
    const rows = await this.stores.events.listBySeq(tx, { roomId, fromSeq: acked + 1, toSeq, limit });
    if (acked === lane.settled_seq) return { lane, failed: NONE, rows };
    return { lane, rows, failed: await this.stores.lanes.listFailed(tx, { serverName: lane.server_name, roomId, eventIds: rows.map(({ id }) => id) }) };
  }
}

interface PlannedPage {
  lane: LaneRow;
  /** how many events of it are read */
  limit: number;
}

interface LanePage {
  lane: LaneRow;
  rows: Array<EventRow | OutgoingRow>;
  /** given up once, and not sent again by a lane that goes back */
  failed: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

/** What was settled once is not too old to be sent again. */
function firstUnsettled({ lane, rows }: LanePage): EventRow | OutgoingRow | undefined {
  return lane.kind === 'member' ? rows[0] : rows.find((row) => (row.room_seq ?? 0) > lane.settled_seq);
}

/** As many lanes as have a place, in their order. */
function planPages(due: readonly LaneRow[], mostEvents: number): PlannedPage[] {
  const planned: PlannedPage[] = [];
  let left = mostEvents;
  for (const lane of due) {
    if (left <= 0) break;
    const limit = Math.min(left, lane.target_seq - lane.acked_seq);
    planned.push({ lane, limit });
    left -= limit;
  }
  return planned;
}

function mayLeave(row: EventRow | OutgoingRow): boolean {
  return !('target_jws' in row) || buildMemberEntry(row).wire !== null;
}

function addEntries(filling: Filling, { lane, to, rows, failed }: LanePage & { to: ServerName }): BatchEntry[] {
  const entries: BatchEntry[] = [];
  let prevSeq = lane.prev_seq;
  for (const row of rows) {
    const built = 'target_jws' in row ? buildMemberEntry(row) : buildHostEntry(row, to, prevSeq);
    const entry = failed.has(row.id) ? { ...built, wire: null } : built;
    if (!filling.add(entry.wire)) break;
    entries.push(entry);
    if (entry.wire !== null) prevSeq = entry.seq;
  }
  return entries;
}

/** One request being filled. */
class Filling {
  readonly batch: Batch;
  isOverdue = false;
  isAll = true;
  private readonly space: RequestSpace;

  constructor(
    private readonly cutoff: Date,
    mostEvents: number,
  ) {
    this.space = new RequestSpace(mostEvents);
    this.batch = { control: [], lanes: [], wire: this.space.wire };
  }

  get left(): number {
    return this.space.left;
  }

  get isFull(): boolean {
    return this.space.isFull;
  }

  /** Is what waits since then too old to be sent? */
  judgeAge(since: Date | undefined): boolean {
    this.isOverdue ||= since !== undefined && since <= this.cutoff;
    return this.isOverdue;
  }

  /** Something due has no place in this batch. */
  markLeft(): void {
    this.isAll = false;
  }

  /** Returns false when there is no place for it. A dropped entry takes none. */
  add(wire: string | null): boolean {
    if (wire === null || this.space.add(wire)) return true;
    this.markLeft();
    return false;
  }
}

import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@scaiwave/database';
import { EVENT_TYPES, LIMITS, type ServerName } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { EventStore } from '../events/index.js';
import type { TenantContext } from '../tenants/index.js';
import { buildHostEntry, buildMemberEntry, type BatchEntry } from './build-entry.js';
import { ControlEventStore, type ControlEventRow } from './control-event.store.js';
import { LaneStore, type LaneRow } from './lane.store.js';
import { OutgoingStore } from './outgoing.store.js';
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
/** Leaves place for batch_id, commas and brackets around the events. */
const MAX_BYTES = LIMITS.bodyBytes - 1_024;

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

  /** @throws KeyringError */
  async run(wanted: BatchWanted): Promise<Collected> {
    return this.db.forTenant(wanted.tenant.id, async (tx) => {
      const filling = new Filling(wanted.cutoff, wanted.mostEvents);
      if (!wanted.skipControl) await this.addControl(tx, wanted, filling);
      if (!wanted.isFarewell) await this.addLanes(tx, wanted, filling);
      if (filling.isOverdue) return { kind: 'overdue' };
      const { batch } = filling;
      return batch.control.length + batch.lanes.length > 0 ? { kind: 'batch', batch, isAll: filling.isAll } : { kind: 'nothing' };
    });
  }

  private async addControl(tx: Tx, { tenant, to, isFarewell }: BatchWanted, filling: Filling): Promise<void> {
    const queued = await this.stores.control.listQueued(tx, to, filling.left);
    const due = isFarewell ? queued.filter((row) => row.type === EVENT_TYPES.peerSevered) : queued;
    if (filling.judgeAge(due)) return;
    for (const row of await this.sign.runControl(tx, tenant, due)) {
      if (!filling.add(JSON.stringify({ jws: row.jws, content: row.content }))) return;
      filling.batch.control.push(row);
    }
  }

  private async addLanes(tx: Tx, wanted: BatchWanted, filling: Filling): Promise<void> {
    const due = await this.stores.lanes.listDue(tx, wanted.to, MOST_LANES + wanted.skipRooms.size);
    for (const lane of due) {
      if (filling.isFull) return filling.markLeft();
      if (wanted.skipRooms.has(lane.room_id)) continue;
      if (filling.isOverdue) return;
      const entries = lane.kind === 'host' ? await this.addHostLane(tx, { wanted, lane, filling }) : await this.addMemberLane(tx, { wanted, lane, filling });
      if (entries.length > 0) filling.batch.lanes.push({ lane, entries });
      if ((entries.at(-1)?.seq ?? lane.acked_seq) < lane.target_seq) filling.markLeft();
    }
  }

  private async addHostLane(tx: Tx, { wanted: { tenant, to }, lane, filling }: LaneToAdd): Promise<BatchEntry[]> {
    const page = { roomId: lane.room_id, fromSeq: lane.acked_seq + 1, toSeq: lane.target_seq, limit: filling.left };
    const found = await this.stores.events.listBySeq(tx, page);
    if (filling.judgeAge(found)) return [];
    const rows = await this.sign.run(tx, tenant, found);
    const entries: BatchEntry[] = [];
    let prevSeq = lane.prev_seq;
    for (const row of rows) {
      const entry = buildHostEntry(row, to, prevSeq);
      if (!filling.add(entry.wire)) break;
      entries.push(entry);
      prevSeq = entry.seq;
    }
    return entries;
  }

  private async addMemberLane(tx: Tx, { wanted: { tenant }, lane, filling }: LaneToAdd): Promise<BatchEntry[]> {
    const rows = await this.stores.outgoing.listByOutSeq(tx, { roomId: lane.room_id, afterSeq: lane.acked_seq, limit: filling.left });
    if (filling.judgeAge(rows)) return [];
    const kept = rows.filter((row) => buildMemberEntry(row).wire !== null);
    const signed = new Map((await this.sign.run(tx, tenant, kept)).map((row) => [row.id, row]));
    const entries: BatchEntry[] = [];
    for (const row of rows) {
      const entry = buildMemberEntry(signed.get(row.id) ?? row);
      if (!filling.add(entry.wire)) break;
      entries.push(entry);
    }
    return entries;
  }
}

interface LaneToAdd {
  wanted: BatchWanted;
  lane: LaneRow;
  filling: Filling;
}

/** One request being filled: at most 100 events and 1 MiB. */
class Filling {
  readonly batch: Batch = { control: [], lanes: [], wire: [] };
  isOverdue = false;
  isAll = true;
  private bytes = 0;

  constructor(
    private readonly cutoff: Date,
    private readonly mostEvents: number,
  ) {}

  get left(): number {
    return this.mostEvents - this.batch.wire.length;
  }

  get isFull(): boolean {
    return this.left === 0 || this.bytes >= MAX_BYTES;
  }

  /** Is the first of these too old to be sent? */
  judgeAge([first]: readonly { created_at: Date }[]): boolean {
    this.isOverdue ||= first !== undefined && first.created_at <= this.cutoff;
    return this.isOverdue;
  }

  /** Something due has no place in this batch. */
  markLeft(): void {
    this.isAll = false;
  }

  /** Returns false when there is no place for it. A dropped entry takes none. */
  add(wire: string | null): boolean {
    if (wire === null) return true;
    const size = Buffer.byteLength(wire) + 1;
    if (this.left === 0 || this.bytes + size > MAX_BYTES) {
      this.markLeft();
      return false;
    }
    this.bytes += size;
    this.batch.wire.push(wire);
    return true;
  }
}

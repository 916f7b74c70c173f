import { Injectable } from '@nestjs/common';
import { Database, type Db } from '@scaiwave/database';
import { LIMITS } from '@scaiwave/protocol';
import { PlaceStore, RoomLog } from '../../events/index.js';
import { StopLane } from '../../inbox/index.js';
import type { RoomRow } from '../../rooms/index.js';
import type { TenantContext } from '../../tenants/index.js';
import { AskPeer } from '../answers/ask-peer.js';
import { HistoryStore } from './history.store.js';
import { findChainBreak, readHistoryPage, type HistoryEntry, type Neighbours } from './read-history-page.js';
import { StoreHistory } from './store-history.js';
import { VerifyHistory } from './verify-history.js';

/** `no_more`: the host gives nothing further down. `from`: the lowest place that was filled. */
export interface FilledRun {
  state: 'filled' | 'no_more' | 'later' | 'stopped';
  stored: number;
  from: number;
}

type Gathered = { state: 'gathered'; entries: HistoryEntry[]; isAll: boolean } | { state: 'later' | 'no_more' };

const RUN = LIMITS.backfillMax;
/** JSON escapes the content's quotes, so a page is larger than the 4 MiB that its events have. */
const MAX_PAGE_BYTES = 3 * LIMITS.backfillBytes;

@Injectable()
export class FillRunStores {
  constructor(
    readonly history: HistoryStore,
    readonly places: PlaceStore,
    readonly log: RoomLog,
    readonly store: StoreHistory,
  ) {}
}

/** Fetches the newest run of missing places of a room that ends at `top`, at most 1000 of them, and stores it if it fits. */
@Injectable()
export class FillRun {
  constructor(
    private readonly db: Database,
    private readonly ask: AskPeer,
    private readonly verify: VerifyHistory,
    private readonly stores: FillRunStores,
    private readonly stop: StopLane,
  ) {}

  async run(tenant: TenantContext, room: RoomRow, top: number): Promise<FilledRun> {
    const held = await this.db.readTenant(tenant.id, (db) => this.stores.history.findHighestHeld(db, room.id, top));
    const from = Math.max((held ?? 0) + 1, top - RUN + 1);
    const gathered = await this.gather(tenant, room, { from, top });
    if (gathered.state !== 'gathered') return { state: gathered.state, stored: 0, from };
    const { entries, isAll } = gathered;
    const lowest = entries[0]?.roomSeq ?? from;
    const neighbours = await this.db.readTenant(tenant.id, (db) => this.neighbours(db, room.id, { lowest, top }));
    const brokenAt = findChainBreak(room.id, entries, neighbours);
    if (brokenAt !== null) {
      await this.stopAt(tenant, room, brokenAt);
      return { state: 'stopped', stored: 0, from: lowest };
    }
    const stored = await this.store(tenant, room, entries);
    return { state: isAll ? 'filled' : 'no_more', stored, from: lowest };
  }

  /** Own events whose bytes were lost here: the host has them. */
  async ownLost(tenant: TenantContext, room: RoomRow): Promise<void> {
    for (const seq of await this.db.readTenant(tenant.id, (db) => this.stores.history.listUnknownOwn(db, room.id))) {
      const gathered = await this.gather(tenant, room, { from: seq, top: seq });
      if (gathered.state === 'gathered') await this.store(tenant, room, gathered.entries);
    }
  }

  /** The host's history does not lead to what its lane brought. */
  private async stopAt(tenant: TenantContext, { id: roomId }: RoomRow, roomSeq: number): Promise<void> {
    await this.db.forTenant(tenant.id, async (tx) => {
      const room = await this.stores.log.lockRoom(tx, tenant, roomId);
      if (room) await this.stop.run(tx, room, { roomSeq, eventId: null, reason: 'its history does not lead to what it sent' });
    });
  }

  private async store(tenant: TenantContext, room: RoomRow, entries: readonly HistoryEntry[]): Promise<number> {
    const judged = await this.verify.run({ tenant, host: room.host, entries });
    return this.db.forTenant(tenant.id, async (tx) => {
      const locked = await this.stores.log.lockRoom(tx, tenant, room.id);
      return locked ? this.stores.store.run(tx, locked, judged) : 0;
    });
  }

  /** Pages until `top` is reached. `isAll: false`: the host begins later than was asked. */
  private async gather(tenant: TenantContext, room: RoomRow, range: { from: number; top: number }): Promise<Gathered> {
    const entries: HistoryEntry[] = [];
    let next = range.from;
    while (next <= range.top) {
      const query = { from_seq: next, limit: Math.min(range.top - next + 1, LIMITS.backfillMax) };
      const read = await this.ask.run(tenant, room.host, { endpoint: 'backfill', values: { room_id: room.id }, query, maxBytes: MAX_PAGE_BYTES });
      if (!read.ok) return { state: 'later' };
      const page = readHistoryPage(read.json, room.id);
      if (!page.ok) return { state: 'later' };
      const usable = page.entries.filter((entry) => entry.roomSeq <= range.top);
      const first = usable[0];
      if (!first) return entries.length === 0 ? { state: 'no_more' } : { state: 'later' };
      if (first.roomSeq < next || (entries.length > 0 && first.roomSeq !== next)) return { state: 'later' };
      entries.push(...usable);
      next = (usable.at(-1)?.roomSeq ?? next) + 1;
    }
    return { state: 'gathered', entries, isAll: entries[0]?.roomSeq === range.from };
  }

  private async neighbours(db: Db, roomId: string, { lowest, top }: { lowest: number; top: number }): Promise<Neighbours> {
    const places = await this.stores.places.listPlaces(db, roomId, [lowest - 1, top + 1]);
    return { below: places.find((place) => place.room_seq === lowest - 1) ?? null, above: places.find((place) => place.room_seq === top + 1) ?? null };
  }
}

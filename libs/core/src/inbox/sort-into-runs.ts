import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { eventClassOf, type RoomId } from '@scaiwave/protocol';
import type { TenantContext } from '../tenants/index.js';
import type { JudgedEntry } from './batch-outcome.js';
import { LaneFactsStore } from './lane-facts.store.js';

/** All entries of one room, or one control event: what is stored together. `none`: an entry that is of neither. */
export type Run = { indexes: number[] } & ({ kind: 'room'; roomId: RoomId } | { kind: 'control' } | { kind: 'none' });

/** Sorts a batch by what is stored together, in the order of the first entries; within a room the batch's order is kept. */
@Injectable()
export class SortIntoRuns {
  constructor(
    private readonly db: Database,
    private readonly facts: LaneFactsStore,
  ) {}

  async run(tenant: TenantContext, entries: readonly JudgedEntry[]): Promise<Run[]> {
    const hosted = await this.hostedRooms(tenant, entries);
    const runs: Run[] = [];
    const rooms = new Map<RoomId, Run>();
    for (const [index, entry] of entries.entries()) {
      const belongs = belongsTo(entry, hosted);
      if (belongs.kind !== 'room') {
        runs.push({ ...belongs, indexes: [index] });
        continue;
      }
      const run = rooms.get(belongs.roomId) ?? { ...belongs, indexes: [] };
      if (run.indexes.length === 0) runs.push(run);
      rooms.set(belongs.roomId, run);
      run.indexes.push(index);
    }
    return runs;
  }

  /** A type of later versions is of the control lane unless it names a room whose order is ours. */
  private async hostedRooms(tenant: TenantContext, entries: readonly JudgedEntry[]): Promise<ReadonlySet<RoomId>> {
    const named = entries.flatMap((entry) => (isUnknownPlain(entry) ? (entry.what.event.payload.room_id ?? []) : []));
    if (named.length === 0) return new Set();
    const rooms = await this.db.readTenant(tenant.id, (db) => this.facts.listHosted(db, tenant.serverName, named));
    return new Set(rooms.map((room) => room.id));
  }
}

type Belongs = { kind: 'room'; roomId: RoomId } | { kind: 'control' } | { kind: 'none' };

function belongsTo(entry: JudgedEntry, hosted: ReadonlySet<RoomId>): Belongs {
  const { place, what } = entry;
  if (place) return { kind: 'room', roomId: place.roomId };
  if (what.kind !== 'event') return { kind: 'none' };
  const { type, room_id: roomId } = what.event.payload;
  if (eventClassOf(type) === 'control') return { kind: 'control' };
  if (roomId === undefined || (isUnknownPlain(entry) && !hosted.has(roomId))) return { kind: 'control' };
  return { kind: 'room', roomId };
}

function isUnknownPlain(entry: JudgedEntry): entry is JudgedEntry & { what: Extract<JudgedEntry['what'], { kind: 'event' }> } {
  return entry.place === null && entry.what.kind === 'event' && eventClassOf(entry.what.event.payload.type) === 'unknown';
}

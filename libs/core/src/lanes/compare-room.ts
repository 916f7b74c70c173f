import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { LIMITS, type RoomId } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { Audit } from '../audit/index.js';
import { PlaceStore } from '../events/index.js';
import { PeerStore } from '../peers/index.js';
import { RoomStore, type RoomRow } from '../rooms/index.js';
import type { TenantContext } from '../tenants/index.js';
import { AskPeer } from './answers/ask-peer.js';
import { readHistoryPage } from './backfill/read-history-page.js';
import { HistoryStore } from './backfill/history.store.js';
import { CheckpointStore } from './checkpoint.store.js';

const CODE = 'SW_FED_CHAIN_MISMATCH';
const MAX_ANSWER_BYTES = LIMITS.bodyBytes;

@Injectable()
export class CompareStores {
  constructor(
    readonly rooms: RoomStore,
    readonly places: PlaceStore,
    readonly history: HistoryStore,
    readonly checkpoints: CheckpointStore,
    readonly peers: PeerStore,
  ) {}
}

@Injectable()
export class CompareBooks {
  constructor(
    readonly audit: Audit,
    readonly clock: Clock,
  ) {}
}

/**
 * A room's host says another history than the one held here: finds out, once, from which room_seq on. Each link of the chain rests on
 * all before it, so the first difference is found by halving: one place of the host's history is asked for at each step.
 */
@Injectable()
export class CompareRoom {
  constructor(
    private readonly db: Database,
    private readonly ask: AskPeer,
    private readonly stores: CompareStores,
    private readonly books: CompareBooks,
  ) {}

  /** Does nothing while the host cannot be asked: the sweep comes back. */
  async run(tenant: TenantContext, roomId: RoomId): Promise<void> {
    const room = await this.db.readTenant(tenant.id, (db) => this.stores.rooms.findRoom(db, roomId));
    if (room?.lane_state !== 'stopped' || room.lane_error === null || 'compared_at' in room.lane_error) return;
    const first = await this.findFirstDifference(tenant, room);
    if (first === null) return;
    await this.db.forTenant(tenant.id, async (tx) => {
      const now = this.books.clock.date();
      if (!(await this.stores.checkpoints.markCompared(tx, { roomId, found: { first_differing_seq: first, compared_at: now.getTime() } }))) return;
      await this.stores.peers.markError(tx, { serverName: room.host, code: CODE, message: `room ${roomId}: the two servers hold different histories from room_seq ${first} on`, at: now });
      await this.books.audit.write(tx, { actor: 'system', action: 'lane.compared', subject: roomId, details: { peer: room.host, first_differing_seq: first } });
    });
  }

  /** Null: the host did not answer. What lies above our position is the host's next word, which is then the first that differs. */
  private async findFirstDifference(tenant: TenantContext, room: RoomRow): Promise<number | null> {
    let [agreed, differing] = [0, room.last_seq + 1];
    while (agreed + 1 < differing) {
      const middle = Math.floor((agreed + differing) / 2);
      const held = await this.findHeld(tenant, room, middle);
      if (held === null || held.roomSeq <= agreed) {
        agreed = middle; // nothing is held in between that could differ
        continue;
      }
      const isEqual = await this.isEqual(tenant, room, held);
      if (isEqual === null) return null;
      if (isEqual) agreed = middle;
      else differing = held.roomSeq;
    }
    return differing;
  }

  /** The highest place at or below `seq` that is held here. */
  private findHeld(tenant: TenantContext, room: RoomRow, seq: number): Promise<{ roomSeq: number; chain: Buffer } | null> {
    return this.db.readTenant(tenant.id, async (db) => {
      const highest = await this.stores.history.findHighestHeld(db, room.id, seq + 1);
      const [place] = highest === null ? [] : await this.stores.places.listPlaces(db, room.id, [highest]);
      return place ? { roomSeq: place.room_seq, chain: place.chain } : null;
    });
  }

  private async isEqual(tenant: TenantContext, room: RoomRow, held: { roomSeq: number; chain: Buffer }): Promise<boolean | null> {
    const query = { from_seq: held.roomSeq, limit: 1 };
    const answer = await this.ask.run(tenant, room.host, { endpoint: 'backfill', values: { room_id: room.id }, query, maxBytes: MAX_ANSWER_BYTES });
    const page = answer.ok ? readHistoryPage(answer.json, room.id) : null;
    if (!page?.ok) return null;
    const [theirs] = page.entries;
    return theirs?.roomSeq === held.roomSeq && theirs.chain.equals(held.chain);
  }
}

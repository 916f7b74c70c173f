import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { decodeJws, matchesServerPattern, type DecodedEvent, type RoomId, type ServerName } from '@scaiwave/protocol';
import type { PublishedKey } from '@scaiwave/protocol/node';
import { Clock } from '@scaiwave/telemetry';
import { PlaceStore, RoomEffects, RoomLog, type EventRow } from '../events/index.js';
import { PolicyStore } from '../policy/index.js';
import type { TenantContext } from '../tenants/index.js';
import { HistoryKeys } from './backfill/history-keys.js';
import { ReplayRoom } from './backfill/replay-room.js';
import { verifyRelayed } from './backfill/verify-relayed.js';
import { HiddenEventStore } from './hidden-event.store.js';
import { LaneWaits } from './lane-waits.js';

const SLICE = 200;

@Injectable()
export class VerifyHiddenRooms {
  constructor(
    readonly log: RoomLog,
    readonly effects: RoomEffects,
    readonly places: PlaceStore,
    readonly replay: ReplayRoom,
    readonly policies: PolicyStore,
  ) {}
}

/**
 * Events of a third server whose key could not be had: verified as soon as it can. What proves wrong
 * is then as good as refused; what is of a server that has been blocked meanwhile stays hidden.
 */
@Injectable()
export class VerifyHidden {
  private readonly waits = new LaneWaits();

  constructor(
    private readonly db: Database,
    private readonly store: HiddenEventStore,
    private readonly keys: HistoryKeys,
    private readonly rooms: VerifyHiddenRooms,
    private readonly clock: Clock,
  ) {}

  async run(tenant: TenantContext, origin: ServerName): Promise<void> {
    const key = `${tenant.id} ${origin}`;
    if (this.waits.isHeld(key, this.clock.now())) return;
    const isDone = await this.verifyAll(tenant, origin);
    if (isDone) this.waits.clear(key);
    else this.waits.hold(key, this.clock.now());
  }

  private async verifyAll(tenant: TenantContext, origin: ServerName): Promise<boolean> {
    for (;;) {
      const rows = await this.db.readTenant(tenant.id, (db) => this.store.listUnverified(db, origin, SLICE));
      if (rows.length === 0) return true;
      const keys = await this.keys.covering(tenant, origin, rows.flatMap((row) => eventOf(row) ?? []));
      if (!keys) return false;
      await this.settle(tenant, rows, keys);
      if (rows.length < SLICE) return true;
    }
  }

  private async settle(tenant: TenantContext, rows: readonly EventRow[], keys: readonly PublishedKey[]): Promise<void> {
    for (const roomId of new Set(rows.map((row) => row.room_id))) {
      const own = rows.filter((row) => row.room_id === roomId);
      const holds = own.filter((row) => {
        const event = eventOf(row);
        return event !== null && verifyRelayed(event, keys) === 'holds';
      });
      await this.settleRoom(tenant, roomId, { holds, wrong: own.filter((row) => !holds.includes(row)) });
      await this.rooms.replay.run(tenant, roomId);
    }
  }

  private async settleRoom(tenant: TenantContext, roomId: RoomId, { holds, wrong }: { holds: EventRow[]; wrong: EventRow[] }): Promise<void> {
    await this.db.forTenant(tenant.id, async (tx) => {
      const room = await this.rooms.log.lockRoom(tx, tenant, roomId);
      if (!room) return;
      const { blocked_peers: blocked } = await this.rooms.policies.effective(tx);
      const isBlocked = holds.some(({ origin }) => blocked.some((pattern) => matchesServerPattern(pattern, origin)));
      const shown = await this.store.markVerified(tx, roomId, { ids: holds.map((row) => row.id), hidden: isBlocked ? 'blocked_origin' : null });
      await this.rooms.effects.applyAll(tx, room, shown.filter((row) => row.type === 'swp.room.message'));
      await this.store.deleteEvents(tx, roomId, wrong.map((row) => row.id));
      const places = wrong.flatMap(({ id, room_seq: roomSeq, chain, payload_sha256: payloadSha256 }) =>
        roomSeq === null || chain === null ? [] : [{ roomSeq, chain, payloadSha256, eventId: id, code: 'SW_FED_SIGNATURE_MISMATCH' }],
      );
      if (places.length > 0) await this.rooms.places.insertRefused(tx, roomId, places);
    });
  }
}

function eventOf({ jws }: EventRow): DecodedEvent | null {
  const decoded = decodeJws(jws);
  return decoded.ok ? decoded : null;
}

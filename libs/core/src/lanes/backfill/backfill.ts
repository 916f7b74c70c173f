import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import type { RoomId, ServerName } from '@scaiwave/protocol';
import { Clock, Logger } from '@scaiwave/telemetry';
import { RoomStore, type RoomRow } from '../../rooms/index.js';
import type { TenantContext } from '../../tenants/index.js';
import { LaneWaits } from '../lane-waits.js';
import { FillRun, type FilledRun } from './fill-run.js';
import { HistoryStore } from './history.store.js';
import { PullMembers } from './pull-members.js';
import { ReplayRoom } from './replay-room.js';

/** `later`: not now; the sweep comes back. `stopped`: the history does not fit what is here. */
export interface BackfillOutcome {
  state: 'done' | 'later' | 'stopped' | 'not_wanted';
  stored: number;
}

/** The steps of a backfill. */
@Injectable()
export class BackfillSteps {
  constructor(
    readonly pullMembers: PullMembers,
    readonly fillRun: FillRun,
    readonly replay: ReplayRoom,
    readonly history: HistoryStore,
  ) {}
}

/**
 * Brings the history of a room of another server here, from the place where our lane begins down to the first event.
 *
 *   members ─→ newest missing run ─→ pages ─→ chain fits above and below? each event verified ─→ stored ─┐
 *              └───────────────────────── until nothing is missing, or the host gives no more ←──────────┘ ─→ replay
 */
@Injectable()
export class Backfill {
  private readonly running = new Map<string, Promise<BackfillOutcome>>();
  private readonly waits = new LaneWaits();

  constructor(
    private readonly db: Database,
    private readonly steps: BackfillSteps,
    private readonly rooms: RoomStore,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  run(tenant: TenantContext, roomId: RoomId): Promise<BackfillOutcome> {
    const key = `${tenant.id} ${roomId}`;
    const known = this.running.get(key);
    if (known) return known;
    const running = this.fill(tenant, roomId).finally(() => this.running.delete(key));
    this.running.set(key, running);
    return running;
  }

  /** The same, unless it was put off a moment ago. */
  async runIfDue(tenant: TenantContext, roomId: RoomId): Promise<void> {
    const key = `${tenant.id} ${roomId}`;
    if (this.waits.isHeld(key, this.clock.now())) return;
    const outcome = await this.run(tenant, roomId);
    if (outcome.state === 'later') this.waits.hold(key, this.clock.now());
    else this.waits.clear(key);
  }

  private async fill(tenant: TenantContext, roomId: RoomId): Promise<BackfillOutcome> {
    const room = await this.db.readTenant(tenant.id, (db) => this.rooms.findRoom(db, roomId));
    if (!room || room.host === tenant.serverName || room.lane_start_seq === null) return { state: 'not_wanted', stored: 0 };
    await this.begin(tenant, room);
    // What the lane left out is failed for its sender: it is fetched only when an admin wants it.
    const below = room.backfill_state === 'holes_wanted' ? room.last_seq : room.lane_start_seq;
    const filled = await this.fillBelow(tenant, room, below);
    if (filled.state === 'later') return filled;
    if (filled.state === 'done') {
      await this.steps.fillRun.ownLost(tenant, room);
      await this.steps.replay.run(tenant, roomId);
    }
    await this.db.forTenant(tenant.id, async (tx) => {
      await this.rooms.recountMissing(tx, roomId);
      await this.rooms.markBackfill(tx, roomId, 'done');
    });
    this.logger.info({ tenantId: tenant.id, peerId: room.host, roomId, stored: filled.stored, outcome: filled.state }, 'The history of a room was fetched.');
    return filled;
  }

  private async begin(tenant: TenantContext, room: RoomRow): Promise<void> {
    if (room.backfill_state === 'running') return;
    if (room.backfill_state !== 'holes_wanted') await this.db.forTenant(tenant.id, (tx) => this.rooms.markBackfill(tx, room.id, 'running'));
    await this.steps.pullMembers.run(tenant, { roomId: room.id, host: room.host as ServerName });
  }

  private async fillBelow(tenant: TenantContext, room: RoomRow, below: number): Promise<BackfillOutcome> {
    let stored = 0;
    let bound = below;
    for (;;) {
      const top = await this.db.readTenant(tenant.id, (db) => this.steps.history.findHighestMissing(db, room.id, bound));
      if (top === null) return { state: 'done', stored };
      const run: FilledRun = await this.steps.fillRun.run(tenant, room, top);
      stored += run.stored;
      if (run.state === 'later' || run.state === 'stopped') return { state: run.state, stored };
      if (run.state === 'no_more') return { state: 'done', stored };
      bound = Math.min(bound, run.from);
    }
  }
}

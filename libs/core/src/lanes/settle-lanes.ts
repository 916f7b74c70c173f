import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { decodeBase64url, type EventResult, type ServerName } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import type { TenantContext } from '../tenants/index.js';
import type { BatchEntry } from './build-entry.js';
import { decideLaneMove, hasMoved, type LaneOutcome } from './decide-lane-move.js';
import { LaneStore, type LaneMove, type LaneRow } from './lane.store.js';
import { SettleOwnEvents } from './settle-own-events.js';
import { StopOutboundLane } from './stop-outbound-lane.js';

export interface LaneAnswer {
  lane: LaneRow;
  entries: readonly BatchEntry[];
  results: readonly EventResult[];
}

/** `mustWait`: nothing moved, so the lane is left alone for a while. `code`: what holds it. */
export interface SettledLane {
  lane: LaneRow;
  mustWait: boolean;
  code: string | null;
}

/** Moves lanes of one peer by its answers, with what that means for the events themselves. */
@Injectable()
export class SettleLanes {
  constructor(
    private readonly lanes: LaneStore,
    private readonly own: SettleOwnEvents,
    private readonly stop: StopOutboundLane,
    private readonly clock: Clock,
  ) {}

  async run(tx: Tx, { tenant, serverName, answers }: { tenant: TenantContext; serverName: ServerName; answers: readonly LaneAnswer[] }): Promise<SettledLane[]> {
    // Always in the same order, so that two settling transactions cannot wait for each other's rooms.
    const sorted = answers.toSorted((a, b) => (a.lane.room_id < b.lane.room_id ? -1 : 1));
    const settling = sorted.map(({ lane, entries, results }) => ({ lane, outcome: decideLaneMove(lane, entries, results) }));
    const toHosts = settling.filter(({ lane }) => lane.kind === 'member');
    await Promise.all(toHosts.map(({ lane, outcome }) => this.own.run(tx, { tenant, roomId: lane.room_id, outcome: ownOutcome(outcome) })));
    const moved = await this.lanes.moveCursors(tx, { serverName, at: this.clock.date(), moves: settling.map(moveOf) });
    return Promise.all(settling.map((one) => this.settle(tx, { ...one, isMoved: moved.has(one.lane.room_id) })));
  }

  private async settle(tx: Tx, { lane, outcome, isMoved }: { lane: LaneRow; outcome: LaneOutcome; isMoved: boolean }): Promise<SettledLane> {
    // Moved by somebody else, or begun anew by a join: what was answered about the old one is known to the peer anyway.
    if (!isMoved) return { lane, mustWait: false, code: null };
    await this.writeExceptions(tx, lane, outcome);
    if (outcome.stoppedBy !== null) await this.stop.run(tx, lane, outcome.stoppedBy);
    return { lane, mustWait: outcome.heldBy !== null && (outcome.heldBy !== 'SW_FED_GAP' || !hasMoved(lane, outcome)), code: outcome.heldBy };
  }

  private async writeExceptions(tx: Tx, lane: LaneRow, outcome: LaneOutcome): Promise<void> {
    const refused = outcome.refused.map(({ entry, code }) => ({ roomId: lane.room_id, eventId: entry.eventId, serverName: lane.server_name, state: 'refused' as const, code }));
    await this.lanes.insertExceptions(tx, refused, this.clock.date());
    const again = outcome.stored.filter(({ entry, result }) => result.status === 'duplicate' || entry.seq <= lane.settled_seq).map(({ entry }) => entry.eventId);
    if (again.length > 0) await this.lanes.deleteExceptions(tx, { roomId: lane.room_id, serverName: lane.server_name, eventIds: again });
  }
}

function moveOf({ lane, outcome }: { lane: LaneRow; outcome: LaneOutcome }): LaneMove {
  const inSync = outcome.stored.findLast(({ entry }) => entry.isCheckpoint)?.entry;
  return { roomId: lane.room_id, from: { ackedSeq: lane.acked_seq, startSeq: lane.start_seq }, to: { ackedSeq: outcome.ackedSeq, prevSeq: outcome.prevSeq }, inSyncSeq: inSync?.seq ?? null };
}

function ownOutcome(outcome: LaneOutcome) {
  return {
    sequenced: outcome.stored.flatMap(({ entry, result }) => {
      const chain = result.chain === undefined ? null : decodeBase64url(result.chain);
      return result.room_seq === undefined || chain === null ? [] : [{ id: entry.eventId, roomSeq: result.room_seq, chain: Buffer.from(chain) }];
    }),
    refused: outcome.refused.map(({ entry, code }) => ({ id: entry.eventId, code, isQuiet: entry.mayBeUnknown && code === 'SW_EVENT_NOT_FOUND' })),
    dropped: outcome.dropped.map((entry) => entry.eventId),
  };
}

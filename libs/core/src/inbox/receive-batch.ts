import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import type { EventResult, SendRequest, ServerName } from '@scaiwave/protocol';
import type { PublishedKey } from '@scaiwave/protocol/node';
import { Logger } from '@scaiwave/telemetry';
import { RoomLog } from '../events/index.js';
import type { TenantContext } from '../tenants/index.js';
import { presentResult, rejected, type JudgedEntry, type Outcome } from './batch-outcome.js';
import { readEntry } from './read-entry.js';
import { SortIntoRuns, type Run } from './sort-into-runs.js';
import { TakeControl } from './take-control.js';
import { TakeFromHost } from './take-from-host.js';
import { TakeFromMember } from './take-from-member.js';
import { VerifyEntries } from './verify-entries.js';

export interface Batch {
  tenant: TenantContext;
  /** the server whose request this is */
  carrier: ServerName;
  keys: readonly PublishedKey[];
  request: SendRequest;
  isBlocked: (origin: ServerName) => boolean;
}

export interface BatchAnswer {
  results: EventResult[];
  outcomes: Outcome[];
}

/** Who takes what. */
@Injectable()
export class Takers {
  constructor(
    readonly sort: SortIntoRuns,
    readonly control: TakeControl,
    readonly fromMember: TakeFromMember,
    readonly fromHost: TakeFromHost,
  ) {}
}

/**
 *   entries → read → verify signatures → runs ─┬─‖ control event: TakeControl
 *                                              ├─‖ room that we host: TakeFromMember
 *                                              └─‖ room of another host: TakeFromHost
 *
 * One transaction per run, begun by the room's lock. What is answered as stored is committed.
 */
@Injectable()
export class ReceiveBatch {
  constructor(
    private readonly db: Database,
    private readonly verify: VerifyEntries,
    private readonly takers: Takers,
    private readonly log: RoomLog,
    private readonly logger: Logger,
  ) {}

  async run(batch: Batch): Promise<BatchAnswer> {
    const entries = await this.verify.run({ ...batch, entries: batch.request.events.map(readEntry) });
    const outcomes: Outcome[] = [];
    for (const run of await this.takers.sort.run(batch.tenant, entries)) {
      const own = run.indexes.map((index) => entries[index]!);
      const taken = await this.takeSafely(batch, run, own);
      for (const [n, index] of run.indexes.entries()) outcomes[index] = taken[n] ?? rejected('SW_INTERNAL', 'no outcome');
    }
    return { results: entries.map((entry, index) => presentResult(entry.id, outcomes[index]!)), outcomes };
  }

  /** One bad run never fails the batch; nor does one bad event its run, as far as those before it go. */
  private async takeSafely(batch: Batch, run: Run, entries: JudgedEntry[]): Promise<Outcome[]> {
    try {
      return await this.take(batch, run, entries);
    } catch (err) {
      this.logger.error({ err, tenantId: batch.tenant.id, peerId: batch.carrier, eventId: entries[0]?.id }, 'A run of received events could not be stored.');
      if (entries.length === 1) return [rejected('SW_INTERNAL', 'the event could not be stored')];
    }
    const outcomes: Outcome[] = [];
    for (const entry of entries) {
      const [outcome] = outcomes.some(isInternal) ? [] : await this.takeSafely(batch, run, [entry]);
      outcomes.push(outcome ?? rejected('SW_INTERNAL', 'an earlier event of the room could not be stored'));
    }
    return outcomes;
  }

  private take(batch: Batch, run: Run, entries: JudgedEntry[]): Promise<Outcome[]> {
    if (run.kind === 'none') return Promise.resolve(entries.map(rejectUnreadable));
    if (run.kind === 'control') return Promise.all(entries.map((entry) => this.takers.control.run({ tenant: batch.tenant, carrier: batch.carrier, entry })));
    return this.db.forTenant(batch.tenant.id, async (tx) => {
      const room = await this.log.lockRoom(tx, batch.tenant, run.roomId);
      if (!room) return entries.map((entry) => rejectUnknownRoom(entry));
      return room.isHost ? this.takers.fromMember.run(tx, room, { ...batch, entries }) : this.takers.fromHost.run(tx, room, { ...batch, entries });
    });
  }
}

function rejectUnreadable({ what, verdict }: JudgedEntry): Outcome {
  if (what.kind === 'refused') return rejected(what.code, what.reason);
  return verdict.kind === 'refused' ? rejected(verdict.code, verdict.reason) : rejected('SW_FED_EVENT_INVALID', 'neither of a room nor of the control lane');
}

/** A bad signature or form is said before a room is looked for. */
function rejectUnknownRoom({ what, verdict }: JudgedEntry): Outcome {
  if (what.kind === 'refused') return rejected(what.code, what.reason);
  return verdict.kind === 'refused' && verdict.code !== 'SW_FED_FORBIDDEN' ? rejected(verdict.code, verdict.reason) : rejected('SW_ROOM_NOT_FOUND', 'no such room');
}

function isInternal(outcome: Outcome): boolean {
  return outcome.status === 'rejected' && outcome.code === 'SW_INTERNAL';
}

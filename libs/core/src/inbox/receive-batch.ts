import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@scaiwave/database';
import { isLater, type EventResult, type RoomId, type SendRequest, type ServerName } from '@scaiwave/protocol';
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
 * One transaction for the rooms of a batch, begun by their locks. What is answered as stored is committed.
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
    const waiting = new Set<string>();
    for (const runs of neighbours(await this.takers.sort.run(batch.tenant, entries))) {
      const together = runs.map((run) => ({ run, entries: run.indexes.map((index) => entries[index]!) }));
      const taken = mustWait(together, waiting) ? [[rejected('SW_FED_TRY_LATER', 'an earlier control event about this room is not taken yet')]] : await this.takeTogether(batch, together);
      noteWaiting(together, taken, waiting);
      for (const [n, { indexes }] of runs.entries()) {
        for (const [place, index] of indexes.entries()) outcomes[index] = taken[n]?.[place] ?? rejected('SW_INTERNAL', 'no outcome');
      }
    }
    return { results: entries.map((entry, index) => presentResult(entry.id, outcomes[index]!)), outcomes };
  }

  /** Rooms share a transaction; where one of them spoils it, each gets its own. */
  private async takeTogether(batch: Batch, runs: readonly RunOfEntries[]): Promise<Outcome[][]> {
    if (runs.length > 1) {
      try {
        return await this.takeRooms(batch, runs);
      } catch (err) {
        this.logger.warn({ err, tenantId: batch.tenant.id, peerId: batch.carrier }, 'A batch could not be stored as a whole; its rooms are tried one by one.');
      }
    }
    const outcomes: Outcome[][] = [];
    for (const { run, entries } of runs) outcomes.push(await this.takeSafely(batch, run, entries));
    return outcomes;
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
    return this.db.forTenant(batch.tenant.id, (tx) => this.takeRoom(tx, batch, { roomId: run.roomId, entries }));
  }

  private takeRooms(batch: Batch, runs: readonly RunOfEntries[]): Promise<Outcome[][]> {
    return this.db.forTenant(batch.tenant.id, async (tx) => {
      const outcomes = new Map<RoomId, Promise<Outcome[]>>();
      // Always in the same order, so that two transactions cannot wait for each other's rooms.
      for (const { run, entries } of runs.toSorted((a, b) => (roomOf(a.run) < roomOf(b.run) ? -1 : 1))) {
        outcomes.set(roomOf(run), this.takeRoom(tx, batch, { roomId: roomOf(run), entries }));
      }
      return Promise.all(runs.map(({ run }) => outcomes.get(roomOf(run))!));
    });
  }

  private async takeRoom(tx: Tx, batch: Batch, { roomId, entries }: { roomId: RoomId; entries: JudgedEntry[] }): Promise<Outcome[]> {
    const room = await this.log.lockRoom(tx, batch.tenant, roomId);
    if (!room) return entries.map((entry) => rejectUnknownRoom(entry));
    return room.isHost ? this.takers.fromMember.run(tx, room, { ...batch, entries }) : this.takers.fromHost.run(tx, room, { ...batch, entries });
  }
}

interface RunOfEntries {
  run: Run;
  entries: JudgedEntry[];
}

/** Rooms that follow each other are taken together; all else is taken one by one. */
function neighbours(runs: readonly Run[]): Run[][] {
  const groups: Run[][] = [];
  for (const run of runs) {
    const last = groups.at(-1);
    if (run.kind === 'room' && last?.[0]?.kind === 'room') last.push(run);
    else groups.push([run]);
  }
  return groups;
}

/** What a control event is about. */
function controlRoomOf([first]: readonly RunOfEntries[]): string | undefined {
  const what = first?.run.kind === 'control' ? first.entries[0]?.what : undefined;
  return what?.kind === 'event' ? what.event.payload.room_id : undefined;
}

/** Control events about one room keep their order: the end of an invitation that is still to come would be refused for good. */
function mustWait(together: readonly RunOfEntries[], waiting: ReadonlySet<string>): boolean {
  const room = controlRoomOf(together);
  return room !== undefined && waiting.has(room);
}

function noteWaiting(together: readonly RunOfEntries[], [outcomes]: readonly Outcome[][], waiting: Set<string>): void {
  const room = controlRoomOf(together);
  const outcome = outcomes?.[0];
  if (room !== undefined && outcome?.status === 'rejected' && isLater(outcome.code)) waiting.add(room);
}

function roomOf(run: Run): RoomId {
  if (run.kind !== 'room') throw new Error('only rooms are taken together');
  return run.roomId;
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

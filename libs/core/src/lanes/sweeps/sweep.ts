import { Injectable } from '@nestjs/common';
import { Clock, Logger, Metrics } from '@scaiwave/telemetry';
import { DeliverySweep } from './delivery.sweep.js';
import { HistorySweep } from './history.sweep.js';
import { HousekeepingSweep } from './housekeeping.sweep.js';
import { KeySweep } from './key.sweep.js';
import { LeavePeersSweep } from '../leave/leave-peers.sweep.js';
import { SearchSweep } from '../../search/search.sweep.js';
import { SeveringSweep } from '../sever/severing.sweep.js';
import { ProofSweep } from './proof.sweep.js';

interface Step {
  name: string;
  /** not more often than this, by this server's clock */
  everyMs: number;
  run: () => Promise<unknown>;
}

@Injectable()
export class SweepSettings {
  constructor(
    readonly clock: Clock,
    readonly logger: Logger,
    readonly metrics: Metrics,
  ) {}
}

/** What is looked for room by room. */
@Injectable()
export class RoomSweeps {
  constructor(
    readonly history: HistorySweep,
    readonly proof: ProofSweep,
    readonly severing: SeveringSweep,
    readonly leave: LeavePeersSweep,
    readonly search: SearchSweep,
  ) {}
}

/** Looks for everything that is due, whatever wake-ups were lost: Redis may be emptied, processes may be killed, clocks may move. */
@Injectable()
export class Sweep {
  private readonly steps: readonly Step[];
  private readonly ranAt = new Map<string, number>();

  constructor(
    delivery: DeliverySweep,
    { history, proof, severing, leave, search }: RoomSweeps,
    keys: KeySweep,
    housekeeping: HousekeepingSweep,
    private readonly settings: SweepSettings,
  ) {
    this.steps = [
      { name: 'keys', everyMs: 1_000, run: () => keys.loaded() }, //                       what changed in the keyring, and that this worker lives
      { name: 'descriptors', everyMs: 1_000, run: () => keys.descriptors() }, //           re-signed at half of their validity, and when keys change
      { name: 'overdue', everyMs: 0, run: () => delivery.overdue() }, //                   given up after 24 hours
      { name: 'due peers', everyMs: 0, run: () => delivery.duePeers() }, //                lost wake-ups, retries, probes
      { name: 'requests', everyMs: 0, run: () => delivery.requests() }, //                 what the API asked and no wake-up told
      { name: 'invitations', everyMs: 0, run: () => housekeeping.invitations() }, //       7 days
      { name: 'refused invitations', everyMs: 5_000, run: () => housekeeping.refusedInvitations() }, // with servers blocked since
      { name: 'reminders', everyMs: 0, run: () => housekeeping.reminders() }, //           messages that somebody snoozed
      { name: 'severings', everyMs: 0, run: () => severing.run() }, //                     what a crash left, and what peers have ended
      { name: 'leaving', everyMs: 500, run: () => leave.run() }, //                        tenants that are being deleted
      { name: 'unsigned history', everyMs: 0, run: () => history.unsigned() },
      { name: 'backfill', everyMs: 0, run: () => history.wanted() },
      { name: 'hidden events', everyMs: 1_000, run: () => history.hidden() }, //           third servers' keys
      { name: 'handed-on answers', everyMs: 1_000, run: () => history.handedOn() }, //    the same
      { name: 'search', everyMs: 1_000, run: () => search.run() }, //                     what was said can be found
      { name: 'quiet rooms', everyMs: 30_000, run: () => proof.quietRooms() }, //          checkpoints after ten minutes
      { name: 'stopped lanes', everyMs: 5_000, run: () => proof.stoppedLanes() }, //       compared once
      { name: 'standings', everyMs: 5_000, run: () => housekeeping.standings() }, //       metrics
      { name: 'traffic', everyMs: 5_000, run: () => housekeeping.traffic() }, //             charts
      { name: 'old traffic', everyMs: 600_000, run: () => housekeeping.oldTraffic() },
      { name: 'old requests', everyMs: 600_000, run: () => housekeeping.oldRequests() },
      { name: 'old files', everyMs: 600_000, run: () => housekeeping.oldMedia() }, //      a day, or a week for copies
      { name: 'deleted tenants', everyMs: 600_000, run: () => housekeeping.deletedTenants() }, // 30 days
    ];
  }

  /** One pass. Never throws: a step that fails does not keep the others from running. */
  async run(): Promise<void> {
    for (const step of this.steps) {
      const now = this.settings.clock.now();
      const last = this.ranAt.get(step.name);
      if (last !== undefined && Math.abs(now - last) < step.everyMs) continue;
      this.ranAt.set(step.name, now);
      try {
        await step.run();
      } catch (err) {
        this.settings.metrics.sweepFailures.inc({ step: step.name });
        this.settings.logger.error({ err, step: step.name }, 'A step of the sweep failed; the next pass repeats it.');
      }
    }
    this.settings.metrics.sweepCompleted.set(this.settings.clock.now() / 1_000);
  }
}

import type { Batch } from './collect-batch.js';
import type { PeerTrouble } from './record-failure.js';

/** `more`: the time slice is over and something is left. `overdue`: something is older than 24 hours and must be given up first. */
export type DrainEnd = { kind: 'empty' } | { kind: 'more' } | { kind: 'lost' } | { kind: 'overdue' } | { kind: 'trouble'; trouble: PeerTrouble };

/** The name of the control lane among room ids. */
export const CONTROL = 'control';

/** The batches of one drain that are on their way. */
export class DrainFlight {
  /** lanes with a batch in flight */
  readonly lanes = new Set<string>();
  end: DrainEnd | undefined;
  error: Error | undefined;
  /** when the last batch left, in the process's own time */
  launchedAt = 0;
  /** events on their way */
  events = 0;
  private readonly running = new Set<Promise<void>>();
  #mayHaveMore = true;

  static lanesOf(batch: Batch): string[] {
    return [...batch.lanes.map(({ lane }): string => lane.room_id), ...(batch.control.length > 0 ? [CONTROL] : [])];
  }

  get size(): number {
    return this.running.size;
  }

  /** May there be something due that no batch in flight carries? */
  get mayHaveMore(): boolean {
    return this.#mayHaveMore;
  }

  get mayLaunch(): boolean {
    return this.#mayHaveMore && !this.end && !this.error;
  }

  foundAll(): void {
    this.#mayHaveMore = false;
  }

  lookAgain(): void {
    this.#mayHaveMore = true;
  }

  launch(batch: Batch, deliver: () => Promise<void>): void {
    const lanes = DrainFlight.lanesOf(batch);
    for (const lane of lanes) this.lanes.add(lane);
    this.launchedAt = performance.now();
    this.events += batch.wire.length;
    const running: Promise<void> = deliver()
      .catch((error: unknown) => {
        this.error ??= error instanceof Error ? error : new Error(String(error));
      })
      .finally(() => {
        for (const lane of lanes) this.lanes.delete(lane);
        this.events -= batch.wire.length;
        this.running.delete(running);
      });
    this.running.add(running);
  }

  /** Resolves when any of them is over. */
  async next(): Promise<void> {
    await Promise.race(this.running);
  }
}

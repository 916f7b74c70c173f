const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

/**
 * Lanes that a peer has asked to hold, in the memory of this worker: one that cannot go on does not keep the peer's other lanes from
 * going on, and another worker that knows nothing of it merely asks once more.
 */
export class LaneWaits {
  private readonly waits = new Map<string, { until: number; times: number }>();

  hold(lane: string, now: number): void {
    const times = (this.waits.get(lane)?.times ?? 0) + 1;
    this.waits.set(lane, { times, until: now + Math.min(FIRST_MS * 2 ** (times - 1), LONGEST_MS) });
  }

  clear(lane: string): void {
    this.waits.delete(lane);
  }

  isHeld(lane: string, now: number): boolean {
    const wait = this.waits.get(lane);
    // A clock that was moved back must not hold a lane for ever.
    return wait !== undefined && now < wait.until && wait.until - now <= LONGEST_MS;
  }

  /** Of these names with this start, those that are held now; without the start. */
  heldWith(start: string, now: number): string[] {
    return [...this.waits.keys()].filter((lane) => lane.startsWith(start) && this.isHeld(lane, now)).map((lane) => lane.slice(start.length));
  }
}

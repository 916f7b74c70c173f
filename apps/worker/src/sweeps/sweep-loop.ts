import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Sweep, BackgroundTasks } from '@scaiwave/core';

/** Runs the sweep again and again: one pass at a time, with a pause between two. */
@Injectable()
export class SweepLoop {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly sweep: Sweep,
    private readonly tasks: BackgroundTasks,
  ) {}

  start(intervalMs: number): void {
    this.running = this.loop(intervalMs);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.tasks.idle();
  }

  private async loop(intervalMs: number): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.sweep.run();
      await delay(intervalMs, undefined, { signal }).catch(() => undefined); // aborted: the loop ends
    }
  }
}

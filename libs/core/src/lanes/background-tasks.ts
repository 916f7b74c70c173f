import { Injectable } from '@nestjs/common';
import { Logger } from '@scaiwave/telemetry';

/** Work that goes on behind whoever started it; a clean stop waits for it. */
@Injectable()
export class BackgroundTasks {
  private readonly tasks = new Set<Promise<void>>();

  constructor(private readonly logger: Logger) {}

  background(task: Promise<unknown>, what: string): void {
    const running: Promise<void> = task
      .then(
        () => undefined,
        (err: unknown) => this.logger.error({ err, what }, 'A task failed; the sweep repeats it.'),
      )
      .finally(() => this.tasks.delete(running));
    this.tasks.add(running);
  }

  async idle(): Promise<void> {
    while (this.tasks.size > 0) await Promise.all(this.tasks);
  }
}

import type { Logger } from '@scaiwave/telemetry';
import { KubeError } from './kube-error.js';
import type { OperatorMetrics } from '../operator-metrics.js';
import { WorkQueue, type Schedule } from './work-queue.js';

/** What a reconcile asks for: to be called again after so long; null: when something changes. */
export interface Reconciled {
  requeueAfterMs: number | null;
}

export interface ControllerOptions {
  name: string;
  concurrency: number;
  reconcile: (key: string) => Promise<Reconciled>;
  metrics: OperatorMetrics;
  logger: Logger;
  schedule?: Schedule;
}

/** Calls one reconcile function for the keys in its queue. What throws is called again after its back-off, unless it could only fail again. */
export class Controller {
  readonly queue: WorkQueue;
  #running: Promise<void> | undefined;

  constructor(private readonly options: ControllerOptions) {
    const { name, metrics, schedule } = options;
    this.queue = new WorkQueue({ observe: metrics.observeQueue(name), ...(schedule && { schedule }) });
  }

  start(): void {
    this.#running ??= this.queue.run(this.options.concurrency, (key) => this.#reconcile(key));
  }

  async stop(): Promise<void> {
    this.queue.close();
    await this.#running;
  }

  async #reconcile(key: string): Promise<void> {
    const { name, reconcile, metrics } = this.options;
    const end = metrics.reconcileSeconds.startTimer({ controller: name });
    const result = await reconcile(key).then(
      ({ requeueAfterMs }) => this.#succeed(key, requeueAfterMs),
      (error: unknown) => this.#fail(key, error),
    );
    end();
    metrics.reconciles.inc({ controller: name, result });
  }

  #succeed(key: string, requeueAfterMs: number | null): 'success' | 'requeue_after' {
    this.queue.forget(key);
    if (requeueAfterMs === null) return 'success';
    this.queue.addAfter(key, requeueAfterMs);
    return 'requeue_after';
  }

  // A conflict means that somebody else wrote first: look again with fresh eyes, that is no error.
  #fail(key: string, error: unknown): 'requeue' | 'error' {
    const { name, metrics, logger } = this.options;
    const isFinal = error instanceof KubeError && error.isFinal;
    if (isFinal) this.queue.forget(key);
    else this.queue.retry(key);
    if (error instanceof KubeError && error.isConflict) return 'requeue';
    metrics.reconcileErrors.inc({ controller: name });
    if (isFinal) metrics.finalErrors.inc({ controller: name });
    logger.error({ err: error, controller: name, key }, isFinal ? 'A reconcile was refused as it is; it is tried again when something changes.' : 'A reconcile failed; it is tried again.');
    return 'error';
  }
}

import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** One peer's outbox of one tenant. */
export interface PeerBacklog {
  tenant: string;
  peer: string;
  events: number;
  oldestPendingSeconds: number;
}

const PEERS_BY_NAME = 50;
const OTHER_PEERS = 'other';
const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * All metrics of api and worker, under the names that alerts and dashboards use.
 * Labels stay bounded: `result`, `reason` and `code` are from closed lists; only the peers with the largest backlog have a name.
 */
export class Metrics {
  readonly registry = new Registry();

  readonly deliveryAttempts = this.#counter('scaiwave_delivery_attempts_total', 'Batches sent to peers, by result', ['tenant', 'result']);
  readonly deliveryRetries = this.#counter('scaiwave_delivery_retries_total', 'Batches that will be sent again, by reason', ['tenant', 'reason']);
  readonly deliveryFailures = this.#counter('scaiwave_delivery_failures_total', 'Events given up, by reason', ['tenant', 'reason']);
  readonly deliveryDuration = new Histogram({
    name: 'scaiwave_delivery_duration_seconds', help: 'One batch: from the first byte sent to the answer read',
    labelNames: ['result'], buckets: DURATION_BUCKETS, registers: [this.registry],
  });
  readonly deliveryBacklog = this.#gauge('scaiwave_delivery_backlog_events', 'Events not yet stored by the peer', ['tenant', 'peer']);
  readonly deliveryOldestPending = this.#gauge('scaiwave_delivery_oldest_pending_seconds', 'Age of the oldest event not yet stored by the peer', ['tenant', 'peer']);
  readonly inboundEvents = this.#counter('scaiwave_inbound_events_total', 'Events received from peers, by result', ['tenant', 'result']);
  readonly inboundRejected = this.#counter('scaiwave_inbound_rejected_total', 'Requests and events of peers that were refused, by code', ['tenant', 'code']);

  readonly afterCommitErrors = this.#counter('scaiwave_after_commit_errors_total', 'Callbacks after a commit that threw; the sweep makes up for them', []);
  readonly transactionRetries = this.#counter('scaiwave_transaction_retries_total', 'Transactions run again, by SQLSTATE', ['sqlstate']);
  readonly wakeFailures = this.#counter('scaiwave_wake_failures_total', 'Wake-ups and publications that Redis did not take', ['kind']);
  readonly jobFailures = this.#counter('scaiwave_job_failures_total', 'Jobs whose handler threw', ['job']);

  /** Adds the process's own memory, CPU and event-loop metrics. */
  collectProcess(): this {
    collectDefaultMetrics({ register: this.registry });
    return this;
  }

  /** Replaces what is known of all backlogs: the largest by name, the rest of each tenant summed up as `other`. */
  setBacklogs(rows: readonly PeerBacklog[]): void {
    this.deliveryBacklog.reset();
    this.deliveryOldestPending.reset();
    const largestFirst = [...rows].sort((a, b) => b.events - a.events || b.oldestPendingSeconds - a.oldestPendingSeconds);
    const oldest = new Map<string, number>();
    for (const [rank, row] of largestFirst.entries()) {
      const labels = { tenant: row.tenant, peer: rank < PEERS_BY_NAME ? row.peer : OTHER_PEERS };
      this.deliveryBacklog.inc(labels, row.events);
      const key = JSON.stringify(labels);
      oldest.set(key, Math.max(oldest.get(key) ?? 0, row.oldestPendingSeconds));
      this.deliveryOldestPending.set(labels, oldest.get(key)!);
    }
  }

  #counter<T extends string>(name: string, help: string, labelNames: T[]): Counter<T> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #gauge<T extends string>(name: string, help: string, labelNames: T[]): Gauge<T> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }
}

import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { namePeers, type DeliveryState } from './delivery-state.js';

/** Every value that a label of this name may have; labels beside these name tenants, peers, error codes of the catalogue, or HTTP statuses. */
export const LABEL_VALUES = {
  result: ['delivered', 'refuses_us', 'busy', 'down'],
  retry: ['busy', 'refuses_us', 'connect', 'timeout', 'server_error', 'bad_answer', 'descriptor', 'no_key'],
  failure: ['gave_up', 'refused'],
  inbound: ['stored', 'duplicate', 'rejected'],
  verdict: ['down', 'busy', 'refuses_us'],
  area: ['client', 'federation', 'web'],
} as const;
export type RetryReason = (typeof LABEL_VALUES.retry)[number];
export type FailureReason = (typeof LABEL_VALUES.failure)[number];
export type HttpArea = (typeof LABEL_VALUES.area)[number];

const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * All metrics of api and worker, under the names that alerts and dashboards use; docs/operating/monitoring.md lists them.
 * Labels stay bounded: results and reasons are from closed lists; only the peers that stand out most have a name.
 */
export class Metrics {
  readonly registry = new Registry();

  readonly deliveryAttempts = this.#counter('scaiwave_delivery_attempts_total', 'Requests with events, and probes, sent to peers, by result', ['tenant', 'result']);
  readonly deliveryRetries = this.#counter('scaiwave_delivery_retries_total', 'Times that a peer was put off until later, by reason', ['tenant', 'reason']);
  readonly deliveryFailures = this.#counter('scaiwave_delivery_failures_total', 'Events that a peer will not get by itself any more, by reason', ['tenant', 'reason']);
  readonly deliveryDuration = this.#histogram('scaiwave_delivery_duration_seconds', 'One request to a peer: from its start to the answer read', ['result']);
  readonly inboundEvents = this.#counter('scaiwave_inbound_events_total', 'Events received from peers, by result', ['tenant', 'result']);
  readonly inboundRejected = this.#counter('scaiwave_inbound_rejected_total', 'Requests and events of peers that were refused, by code', ['tenant', 'code']);

  readonly deliveryBacklog = this.#gauge('scaiwave_delivery_backlog_events', 'Events not yet stored by the peer', ['tenant', 'peer']);
  readonly deliveryOldestPending = this.#gauge('scaiwave_delivery_oldest_pending_seconds', 'Age of the oldest event not yet stored by the peer', ['tenant', 'peer']);
  readonly deliveryDuePeers = this.#gauge('scaiwave_delivery_due_peers', 'Peers for which something waits that may be sent now', ['tenant']);
  readonly peerFailing = this.#gauge('scaiwave_peer_failing_seconds', 'Since when a peer has not taken our requests', ['tenant', 'peer']);
  readonly peersFailing = this.#gauge('scaiwave_peers_failing', 'Peers that do not take our requests, by verdict', ['tenant', 'verdict']);
  readonly peerKeysUnconfirmed = this.#gauge('scaiwave_peer_keys_unconfirmed', 'Peers with a new key that their old one did not announce', ['tenant']);
  readonly lanesStopped = this.#gauge('scaiwave_lanes_stopped', 'Lanes and rooms stopped because two servers hold different histories', ['tenant']);
  readonly descriptorValidUntil = this.#gauge('scaiwave_descriptor_valid_until_timestamp_seconds', 'When the published descriptor stops being valid', ['tenant']);

  readonly sweepCompleted = this.#gauge('scaiwave_sweep_completed_timestamp_seconds', 'When the last pass of the sweep ended', []);
  readonly sweepFailures = this.#counter('scaiwave_sweep_failures_total', 'Steps of the sweep that threw; the next pass repeats them', ['step']);
  readonly httpRequests = this.#counter('scaiwave_http_requests_total', 'HTTP requests answered by the API, by status', ['area', 'status']);
  readonly httpDuration = this.#histogram('scaiwave_http_request_duration_seconds', 'HTTP requests to the API: from the head read to the answer written', ['area']);

  readonly afterCommitErrors = this.#counter('scaiwave_after_commit_errors_total', 'Callbacks after a commit that threw; the sweep makes up for them', []);
  readonly transactionRetries = this.#counter('scaiwave_transaction_retries_total', 'Transactions run again, by SQLSTATE', ['sqlstate']);
  readonly wakeFailures = this.#counter('scaiwave_wake_failures_total', 'Wake-ups and publications that Redis did not take', ['kind']);
  readonly jobFailures = this.#counter('scaiwave_job_failures_total', 'Jobs whose handler threw', ['kind']);

  /** Adds the process's own memory, CPU and event-loop metrics. */
  collectProcess(): this {
    collectDefaultMetrics({ register: this.registry });
    return this;
  }

  /** Replaces what is known of all tenants and their peers. Who is no longer in it has no series any more, counters included. */
  async setDelivery({ tenants, peers, names }: DeliveryState): Promise<void> {
    for (const gauge of this.#ofDelivery) gauge.reset();
    this.#setNamedPeers(peers);
    for (const { tenant, verdict, isDue, isKeyUnconfirmed } of peers) {
      if (verdict !== null) this.peersFailing.inc({ tenant, verdict });
      if (isDue) this.deliveryDuePeers.inc({ tenant });
      if (isKeyUnconfirmed) this.peerKeysUnconfirmed.inc({ tenant });
    }
    for (const { tenant, lanesStopped, descriptorValidUntil } of tenants) {
      // A counter that begins with its first event has no increase in Prometheus' eyes.
      for (const reason of LABEL_VALUES.failure) this.deliveryFailures.inc({ tenant, reason }, 0);
      if (lanesStopped > 0) this.lanesStopped.set({ tenant }, lanesStopped);
      if (descriptorValidUntil !== null) this.descriptorValidUntil.set({ tenant }, descriptorValidUntil);
    }
    await this.#forgetTenantsBut(names);
  }

  #setNamedPeers(peers: DeliveryState['peers']): void {
    for (const { labels, events, oldestPendingSeconds } of namePeers(peers.filter((peer) => peer.events > 0), (peer) => peer.events)) {
      this.deliveryBacklog.set(labels, events);
      this.deliveryOldestPending.set(labels, oldestPendingSeconds);
    }
    const failing = peers.filter((peer) => peer.failingSeconds !== null);
    for (const { labels, failingSeconds } of namePeers(failing, (peer) => peer.failingSeconds ?? 0)) this.peerFailing.set(labels, failingSeconds ?? 0);
  }

  get #ofDelivery(): Gauge[] {
    return [
      this.deliveryBacklog, this.deliveryOldestPending, this.deliveryDuePeers, this.peerFailing, this.peersFailing, this.peerKeysUnconfirmed, this.lanesStopped, this.descriptorValidUntil,
    ] as Gauge[];
  }

  async #forgetTenantsBut(names: ReadonlySet<string>): Promise<void> {
    for (const counter of [this.deliveryAttempts, this.deliveryRetries, this.deliveryFailures, this.inboundEvents, this.inboundRejected] as Counter[]) {
      const { values } = await counter.get();
      for (const { labels } of values) if (!names.has(String(labels.tenant))) counter.remove(labels);
    }
  }

  #counter<T extends string>(name: string, help: string, labelNames: T[]): Counter<T> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #gauge<T extends string>(name: string, help: string, labelNames: T[]): Gauge<T> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  #histogram<T extends string>(name: string, help: string, labelNames: T[]): Histogram<T> {
    return new Histogram({ name, help, labelNames, buckets: DURATION_BUCKETS, registers: [this.registry] });
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, Logger } from '@scaiwave/telemetry';
import { KubeError } from './kube-error.js';
import type { Kind, KubeObject } from './kube-object.js';
import type { KubeClient } from './kube-client.js';

const LEASE: Kind = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', plural: 'leases', isNamespaced: true };

interface LeaseObject extends KubeObject {
  spec: { holderIdentity?: string; leaseDurationSeconds?: number; acquireTime?: string; renewTime?: string; leaseTransitions?: number };
}

export interface LeaseTimes {
  /** how long the others wait for a sign of life of the holder */
  durationMs: number;
  /** the holder that could not renew for so long steps down, before the others take over */
  renewWithinMs: number;
  retryMs: number;
}

export interface LeaseOptions {
  /** `namespace/name` */
  key: string;
  identity: string;
  times?: LeaseTimes;
  /** milliseconds that only pass; never the time of day, which may jump */
  now?: () => number;
}

type Outcome = 'ours' | 'theirs' | 'unknown';

const TIMES: LeaseTimes = { durationMs: 15_000, renewWithinMs: 10_000, retryMs: 2_000 };

/**
 * One leader among the operator's replicas, by a Lease. Whether a holder lives is judged by whether its lease changes under our eyes,
 * never by comparing its clock with ours. The writes of the operator are safe with two leaders all the same.
 */
export class LeaderLease {
  readonly #stop = new AbortController();
  readonly #times: LeaseTimes;
  readonly #now: () => number;
  #seen: { record: string; atMs: number } | null = null;
  #renewedAt = 0;
  #renewal: Promise<Outcome> | undefined;
  #isLeader = false;

  constructor(
    private readonly client: KubeClient,
    private readonly lease: LeaseOptions,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.#times = lease.times ?? TIMES;
    this.#now = lease.now ?? (() => performance.now());
  }

  get isLeader(): boolean {
    return this.#isLeader;
  }

  /** Resolves when we lead; false when stopped before. */
  async acquire(): Promise<boolean> {
    while (!this.#stop.signal.aborted) {
      if ((await this.#try()) === 'ours') {
        this.#isLeader = true;
        this.logger.info({ identity: this.lease.identity }, 'This operator leads.');
        return true;
      }
      await this.#rest();
    }
    return false;
  }

  /** Resolves when the lease is lost, or given back by `release`: whoever led stops then. */
  async hold(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#rest();
      if (signal.aborted) return;
      const outcome = await this.#tryInTime();
      if (signal.aborted || outcome === 'ours') continue;
      if (outcome === 'unknown' && this.#now() - this.#renewedAt <= this.#times.renewWithinMs) continue;
      this.#isLeader = false;
      this.logger.error({ identity: this.lease.identity }, outcome === 'theirs' ? 'Another operator holds the lease: this one stops.' : 'The lease could not be renewed in time: this operator stops.');
      return;
    }
  }

  /** Gives the lease back, so that another replica need not wait for its end. */
  async release(): Promise<void> {
    this.#stop.abort();
    if (!this.#isLeader) return;
    this.#isLeader = false;
    // A renewal that is under way would be written after it, or before it and make it a conflict.
    await this.#renewal;
    const present = await this.client.find<LeaseObject>(LEASE, this.lease.key).catch(() => null);
    if (present?.spec.holderIdentity !== this.lease.identity) return;
    await this.client.replace(LEASE, { ...present, spec: { ...present.spec, holderIdentity: '', leaseDurationSeconds: 1 } }).catch(() => undefined); // it ends by itself
  }

  async #rest(): Promise<void> {
    await delay(this.#times.retryMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }

  // An apiserver that does not answer must not keep us from noticing that our time is over.
  async #tryInTime(): Promise<Outcome> {
    const leftMs = this.#renewedAt + this.#times.renewWithinMs - this.#now();
    const over = new AbortController();
    const late = delay(Math.max(0, leftMs) + 1, 'unknown' as const, { signal: over.signal }).catch(() => 'unknown' as const);
    const renewal = this.#try();
    this.#renewal = renewal;
    return Promise.race([renewal, late]).finally(() => over.abort());
  }

  async #try(): Promise<Outcome> {
    const askedAt = this.#now();
    try {
      const present = await this.client.find<LeaseObject>(LEASE, this.lease.key);
      const isOurs = await (present === null ? this.#create() : this.#take(present));
      // Counted from the question: the others count from when they see the answer, which is later.
      if (isOurs) this.#renewedAt = askedAt;
      return isOurs ? 'ours' : 'theirs';
    } catch (error) {
      // Somebody was faster, or the apiserver is away: ask again.
      if (!(error instanceof KubeError)) throw error;
      if (!error.isConflict) this.logger.warn({ err: error }, 'The lease could not be read or written; it is tried again.');
      return 'unknown';
    }
  }

  async #create(): Promise<boolean> {
    const [namespace, name] = this.lease.key.split('/') as [string, string];
    const made = await this.client.create(LEASE, { apiVersion: LEASE.apiVersion, kind: LEASE.kind, metadata: { namespace, name }, spec: this.#spec(0) } as LeaseObject);
    return made !== null;
  }

  async #take(present: LeaseObject): Promise<boolean> {
    const { holderIdentity = '', leaseTransitions = 0, acquireTime } = present.spec;
    const isOurs = holderIdentity === this.lease.identity;
    // Whoever leads does not wait for the end of somebody else's lease: he has lost his own.
    if (!isOurs && holderIdentity !== '' && (this.#isLeader || !this.#isAbandoned(present))) return false;
    const spec = isOurs ? { ...this.#spec(leaseTransitions), ...(acquireTime && { acquireTime }) } : this.#spec(leaseTransitions + 1);
    await this.client.replace(LEASE, { ...present, spec });
    return true;
  }

  #isAbandoned({ spec }: LeaseObject): boolean {
    const record = JSON.stringify([spec.holderIdentity, spec.renewTime, spec.leaseTransitions]);
    if (this.#seen?.record !== record) this.#seen = { record, atMs: this.#now() };
    return this.#now() - this.#seen.atMs > (spec.leaseDurationSeconds ?? 0) * 1_000;
  }

  #spec(leaseTransitions: number): LeaseObject['spec'] {
    // MicroTime: six digits after the point, or the apiserver refuses it.
    const now = this.clock.date().toISOString().replace('Z', '000Z');
    return { holderIdentity: this.lease.identity, leaseDurationSeconds: Math.ceil(this.#times.durationMs / 1_000), acquireTime: now, renewTime: now, leaseTransitions };
  }
}

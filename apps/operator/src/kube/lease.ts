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

const TIMES: LeaseTimes = { durationMs: 15_000, renewWithinMs: 10_000, retryMs: 2_000 };

/**
 * One leader among the operator's replicas, by a Lease. Whether a holder lives is judged by whether its lease changes under our eyes,
 * never by comparing its clock with ours. The writes of the operator are safe with two leaders all the same.
 */
export class LeaderLease {
  readonly #stop = new AbortController();
  #seen: { version: string; atMs: number } | null = null;
  #renewedAt = 0;
  #isLeader = false;

  constructor(
    private readonly client: KubeClient,
    private readonly lease: { key: string; identity: string; times?: LeaseTimes },
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  get isLeader(): boolean {
    return this.#isLeader;
  }

  /** Resolves when we lead; false when stopped before. */
  async acquire(): Promise<boolean> {
    while (!this.#stop.signal.aborted) {
      if (await this.#try()) {
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
    while (!this.#stop.signal.aborted) {
      await this.#rest();
      if (this.#stop.signal.aborted) return;
      const isRenewed = await this.#try();
      if (!isRenewed && performance.now() - this.#renewedAt > this.#times.renewWithinMs) {
        this.#isLeader = false;
        return;
      }
    }
  }

  /** Gives the lease back, so that another replica need not wait for its end. */
  async release(): Promise<void> {
    this.#stop.abort();
    if (!this.#isLeader) return;
    this.#isLeader = false;
    const present = await this.client.find<LeaseObject>(LEASE, this.lease.key).catch(() => null);
    if (present?.spec.holderIdentity !== this.lease.identity) return;
    await this.client.replace(LEASE, { ...present, spec: { ...present.spec, holderIdentity: '', leaseDurationSeconds: 1 } }).catch(() => undefined); // it ends by itself
  }

  get #times(): LeaseTimes {
    return this.lease.times ?? TIMES;
  }

  async #rest(): Promise<void> {
    await delay(this.#times.retryMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }

  async #try(): Promise<boolean> {
    try {
      const present = await this.client.find<LeaseObject>(LEASE, this.lease.key);
      const isOurs = await (present === null ? this.#create() : this.#takeOver(present));
      if (isOurs) this.#renewedAt = performance.now();
      return isOurs;
    } catch (error) {
      // Somebody was faster, or the apiserver is away: ask again.
      if (error instanceof KubeError) return false;
      throw error;
    }
  }

  async #create(): Promise<boolean> {
    const [namespace, name] = this.lease.key.split('/') as [string, string];
    const made = await this.client.create(LEASE, { apiVersion: LEASE.apiVersion, kind: LEASE.kind, metadata: { namespace, name }, spec: this.#spec(0) } as LeaseObject);
    return made !== null;
  }

  async #takeOver(present: LeaseObject): Promise<boolean> {
    const { holderIdentity = '', leaseTransitions = 0, acquireTime } = present.spec;
    const isOurs = holderIdentity === this.lease.identity;
    if (!isOurs && holderIdentity !== '' && !this.#isAbandoned(present)) return false;
    const spec = isOurs ? { ...this.#spec(leaseTransitions), ...(acquireTime && { acquireTime }) } : this.#spec(leaseTransitions + 1);
    await this.client.replace(LEASE, { ...present, spec });
    return true;
  }

  #isAbandoned({ metadata: { resourceVersion = '' }, spec }: LeaseObject): boolean {
    if (this.#seen?.version !== resourceVersion) this.#seen = { version: resourceVersion, atMs: performance.now() };
    return performance.now() - this.#seen.atMs > (spec.leaseDurationSeconds ?? 0) * 1_000;
  }

  #spec(leaseTransitions: number): LeaseObject['spec'] {
    // MicroTime: six digits after the point, or the apiserver refuses it.
    const now = this.clock.date().toISOString().replace('Z', '000Z');
    return { holderIdentity: this.lease.identity, leaseDurationSeconds: Math.ceil(this.#times.durationMs / 1_000), acquireTime: now, renewTime: now, leaseTransitions };
  }
}

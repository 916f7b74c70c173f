import { Injectable } from '@nestjs/common';
import type { ServerName, TenantId } from '@scaiwave/protocol';
import { DeliveryQueue } from '@scaiwave/redis';
import { Logger, Metrics, SharedTrace } from '@scaiwave/telemetry';
import { KeyringError } from '../keys/index.js';
import { PeerHealth } from '../peers/index.js';
import { FetchDescriptor } from '../peers/outbound/fetch-descriptor.js';
import { LocalTenants, type LocalTenant } from '../peers/outbound/local-tenants.js';
import type { DrainPermission } from './drain-gate.js';
import { DrainLease, type HeldLease } from './drain-lease.js';
import { DrainLoop, type Drain, type Found } from './drain-loop.js';
import { GiveUp } from './give-up.js';
import { PublishedDescriptors } from './published-descriptors.js';
import { LeaseLost } from './lease.store.js';
import { retryReasonOf } from './retry-reason.js';
import { RecordFailure, type PeerTrouble } from './record-failure.js';
import { RedeliverRequested } from './redeliver-requested.js';
import { SendBatch } from './send-batch.js';

/** While a probe hangs nothing else is tried: what the peer says meanwhile would wait for its end. */
const PROBE_TIMEOUT_MS = 3_000;

interface Running {
  done: Promise<void>;
  again: boolean;
  /** the sweep has seen something that is too old */
  hasOverdue: boolean;
  trace: SharedTrace;
  nudge: () => void;
  nudged: Promise<void>;
}

/** A tenant that is being deleted takes nothing in, and still delivers what waits. */
const DELIVERS: ReadonlySet<LocalTenant['state']> = new Set(['active', 'deleting'] as const);

/** What a drain says to others. */
@Injectable()
export class DrainTalk {
  constructor(
    readonly send: SendBatch,
    readonly redeliver: RedeliverRequested,
    readonly health: PeerHealth,
    readonly fetch: FetchDescriptor,
    readonly metrics: Metrics,
  ) {}
}

/** The steps of a drain. */
@Injectable()
export class DrainParts {
  constructor(
    readonly giveUp: GiveUp,
    readonly loop: DrainLoop,
    private readonly talk: DrainTalk,
    private readonly failure: RecordFailure,
    private readonly published: PublishedDescriptors,
  ) {}

  /** A server's descriptor is published before its first send: the other side looks for it at once. */
  async ready(tenant: LocalTenant): Promise<PeerTrouble | null> {
    try {
      const isPublished = await this.published.ensure(tenant);
      return isPublished ? null : { kind: 'unreachable', reason: 'no_key', detail: `no signing key for ${tenant.serverName}` };
    } catch (error) {
      if (!(error instanceof KeyringError)) throw error;
      return { kind: 'unreachable', reason: 'no_key', detail: error.message };
    }
  }

  /**
   * A light probe while a peer is failing: events follow only once it has answered a hello. It is not fine by that alone: one that
   * answers hellos and fails on events would be tried every second.
   */
  async probe(tenant: LocalTenant, serverName: ServerName, { peer, kind }: Exclude<DrainPermission, { kind: 'closed' }>): Promise<PeerTrouble | null> {
    const of = { tenant, to: serverName };
    // Who is busy has said when to come again; who had no credit left is asked whether it has some now.
    const mayTake = (peer.verdict === null || peer.verdict === 'busy') && !this.loop.isOutOfCredit(of);
    if (mayTake || kind === 'farewell') return null;
    return this.loop.takeCredit(of, await this.talk.send.run(tenant, serverName, { timeoutMs: PROBE_TIMEOUT_MS }));
  }

  /** What an admin wants to be sent again goes before what is new. */
  async redeliver(tenant: LocalTenant, held: HeldLease, { peer, kind }: Exclude<DrainPermission, { kind: 'closed' }>): Promise<PeerTrouble | null> {
    return peer.has_redelivery && kind === 'open' ? this.talk.redeliver.run({ tenant, to: peer.server_name, lease: held.lease }) : null;
  }

  async fine(tenant: LocalTenant, serverName: ServerName): Promise<void> {
    await this.talk.health.fine(tenant, serverName);
  }

  async failed(tenant: LocalTenant, serverName: ServerName, trouble: PeerTrouble): Promise<void> {
    this.talk.metrics.deliveryRetries.inc({ tenant: tenant.serverName, reason: retryReasonOf(trouble) });
    // It may have moved or changed its keys: what it says now is asked for once, before it is left alone for a while.
    if (trouble.kind === 'refused') {
      await this.talk.fetch.run({ tenant, serverName, refetch: true });
      await this.giveUp.refuseInvitations(tenant, serverName, trouble.code);
    }
    await this.failure.run(tenant, serverName, trouble);
  }
}

/**
 * Brings one peer up to date. Called whenever something may be due: by a wake-up, by the sweep, after a hello.
 *
 *   lease (may we? is it due?) ─→ probe, if it was failing ─→ DrainLoop ⇄ give up what is over 24 h old ─→ release
 */
@Injectable()
export class DrainPeer {
  private readonly running = new Map<string, Running>();

  constructor(
    private readonly parts: DrainParts,
    private readonly tenants: LocalTenants,
    private readonly lease: DrainLease,
    private readonly queue: DeliveryQueue,
    private readonly logger: Logger,
  ) {}

  /** Never throws. A call while this process drains the peer makes that drain look once more. `hasOverdue`: give up first, even if nothing may be sent. */
  run(tenantId: TenantId, serverName: ServerName, { hasOverdue = false } = {}): Promise<void> {
    const key = `${tenantId} ${serverName}`;
    const known = this.running.get(key);
    if (known) {
      known.again = true;
      known.hasOverdue ||= hasOverdue;
      known.trace.join();
      known.nudge();
      return known.done;
    }
    const running: Running = { again: false, hasOverdue, trace: new SharedTrace(), done: Promise.resolve(), nudge: () => undefined, nudged: Promise.resolve() };
    renewNudge(running);
    running.done = running.trace.run(() => this.drainUntilQuiet(tenantId, serverName, running)).finally(() => this.running.delete(key));
    this.running.set(key, running);
    return running.done;
  }

  isRunning(tenantId: TenantId, serverName: ServerName): boolean {
    return this.running.has(`${tenantId} ${serverName}`);
  }

  /** Resolves when no drain runs in this process. */
  async idle(): Promise<void> {
    await Promise.all([...this.running.values()].map(({ done }) => done));
  }

  private async drainUntilQuiet(tenantId: TenantId, serverName: ServerName, running: Running): Promise<void> {
    do {
      running.again = false;
      try {
        await this.drainOnce(tenantId, serverName, running);
      } catch (err) {
        if (err instanceof LeaseLost) this.logger.info({ tenantId, peerId: serverName, reason: err.message }, 'Another worker drains this peer now.');
        else this.logger.error({ err, tenantId, peerId: serverName }, 'A drain failed; the sweep comes back to it.');
      }
    } while (running.again);
  }

  private async drainOnce(tenantId: TenantId, serverName: ServerName, running: Running): Promise<void> {
    const tenant = await this.tenants.findById(tenantId);
    if (tenant === null || !DELIVERS.has(tenant.state)) return;
    const { hasOverdue } = running;
    running.hasOverdue = false;
    const taken = await this.lease.take(tenant, serverName, {
      evenIfClosed: hasOverdue,
      look: async (tx, permission) => (hasOverdue || isFailing(permission) || this.parts.loop.isOutOfCredit({ tenant, to: serverName }) ? null : this.parts.loop.look(tx, this.wanted(tenant, serverName, permission))),
    });
    if (!taken) return;
    const { held, found } = taken;
    let hasMore = false;
    try {
      if (hasOverdue) await this.parts.giveUp.run(tenant, held.lease);
      if (held.permission.kind !== 'closed') hasMore = await this.drain({ tenant, serverName, held, permission: held.permission, running, found });
    } finally {
      await this.lease.release(tenant, held);
    }
    // Not before: whichever worker takes the wake-up must find the lease free.
    if (hasMore) await this.queue.wakePeer(tenantId, serverName);
  }

  private wanted(tenant: LocalTenant, to: ServerName, permission: DrainPermission) {
    return { tenant, to, isFarewell: permission.kind === 'farewell', cutoff: this.parts.giveUp.cutoffOf(tenant, permission.kind === 'closed' ? null : permission.peer) };
  }

  /** Returns whether its time was over before all was sent. */
  private async drain(work: DrainWork): Promise<boolean> {
    const { tenant, serverName, held, permission, running, found } = work;
    const trouble = (await this.parts.ready(tenant)) ?? (await this.parts.probe(tenant, serverName, permission)) ?? (await this.parts.redeliver(tenant, held, permission));
    if (trouble) {
      await this.parts.failed(tenant, serverName, trouble);
      return false;
    }
    const nudged = async (): Promise<void> => {
      await running.nudged;
      renewNudge(running);
    };
    for (let first = found; ; first = null) {
      const drain: Drain = { ...this.wanted(tenant, serverName, permission), held, nudged, first };
      const end = await this.parts.loop.run(drain);
      if (end.kind === 'trouble') await this.parts.failed(tenant, serverName, end.trouble);
      if (end.kind === 'empty' && permission.peer.verdict !== null) await this.parts.fine(tenant, serverName);
      if (end.kind !== 'overdue') return end.kind === 'more';
      await this.parts.giveUp.run(tenant, held.lease);
    }
  }
}

/** A peer that was failing is probed before anything is looked for. */
function isFailing(permission: DrainPermission): boolean {
  return permission.kind === 'closed' || permission.peer.verdict !== null;
}

interface DrainWork {
  tenant: LocalTenant;
  serverName: ServerName;
  held: HeldLease;
  permission: Exclude<DrainPermission, { kind: 'closed' }>;
  running: Running;
  found: Found | null;
}

function renewNudge(running: Running): void {
  running.nudged = new Promise((resolve) => {
    running.nudge = resolve;
  });
}

import { setTimeout as delay } from 'node:timers/promises';
import type { RotationRecords } from '@scaiwave/core/resources';
import { Figures } from './figures.js';
import { KeySchedule } from './key-schedule.js';
import { listOrphanOwners } from './list-orphan-owners.js';
import { Controller } from './kube/controller.js';
import { keyOf } from './kube/kube-object.js';
import { TENANT } from './kinds.js';
import type { OperatorContext } from './operator-context.js';
import { ReconcilePeer } from './peer/peer.reconcile.js';
import { ReconcilePool } from './pool/pool.reconcile.js';
import type { TenantData } from './tenant/tenant-data.js';
import { EnsureKeys } from './tenant/ensure-keys.js';
import { poolOf, SHARED_POOL } from './tenant/pool-of.js';
import { PublishClientSecret } from './tenant/publish-client-secret.js';
import { isPresent } from './tenant/tenant.checks.js';
import { ReconcileTenant } from './tenant/tenant.reconcile.js';
import { buildWatchers, type Controllers } from './watches.js';

/** Everything that the leader does: watches, reconciles, and one periodic look at the figures. */
export class Operator {
  readonly #stop = new AbortController();
  readonly #controllers: Controllers;
  readonly #figures: Figures;
  readonly #schedule = new KeySchedule();
  readonly #clientSecrets: PublishClientSecret;
  #looking: Promise<unknown> | undefined;

  constructor(
    private readonly context: OperatorContext,
    private readonly data: TenantData,
    private readonly records: RotationRecords,
  ) {
    this.#figures = new Figures(data, (peers) => peers.forEach((key) => this.#controllers.peer.queue.add(key)));
    this.#clientSecrets = new PublishClientSecret(context);
    const tenant = new ReconcileTenant(context, data, this.#figures, new EnsureKeys(context, records, this.#schedule));
    const peer = new ReconcilePeer(context, this.#figures);
    const pool = new ReconcilePool(context);
    this.#controllers = {
      tenant: this.#controller('tenant', 16, (key) => tenant.run(key)),
      peer: this.#controller('peer', 8, (key) => peer.run(key)),
      pool: this.#controller('pool', 2, (key) => pool.run(key)),
    };
  }

  /** Resolves when the cluster has been listed once and the work goes on by itself. */
  async start(): Promise<void> {
    const { world, logger } = this.context;
    await world.start(buildWatchers(this.#controllers, world));
    await this.#look();
    this.#controllers.pool.queue.add(SHARED_POOL);
    for (const controller of Object.values(this.#controllers)) controller.start();
    const { statusIntervalMs, keyIntervalMs } = this.context.config;
    this.#looking = Promise.all([this.#every(statusIntervalMs, () => this.#lookAround()), this.#every(keyIntervalMs, () => this.#lookAtKeys())]);
    logger.info({ tenants: world.tenants.size, peers: world.peers.size }, 'The operator works.');
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(Object.values(this.#controllers).map((controller) => controller.stop()));
    await this.context.world.stop();
    await this.#looking;
  }

  #controller(name: string, concurrency: number, reconcile: Controller['options']['reconcile']): Controller {
    const { metrics, logger } = this.context;
    return new Controller({ name, concurrency, reconcile, metrics, logger });
  }

  async #every(ms: number, look: () => Promise<void>): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await delay(ms, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await look();
    }
  }

  async #lookAround(): Promise<void> {
    await this.#look();
    await this.#lookForKinds();
    await this.#lookForOrphans();
  }

  // Keys that are due by the clock, and wishes from the dashboards.
  async #lookAtKeys(): Promise<void> {
    const { clock, metrics, logger } = this.context;
    const now = clock.now();
    this.#schedule.measure(metrics, now);
    const due = this.#schedule.takeDue(now);
    const asked = await this.records.listRequested().catch((err: unknown) => {
      logger.warn({ err }, 'Wishes for another key could not be read; they are looked for again.');
      return [];
    });
    for (const key of [...due, ...asked]) this.#controllers.tenant.queue.add(key);
  }

  // Also pools in which nothing waits: an autoscaler that finds no figure does nothing.
  #measurePools(): void {
    const { world, clock, metrics, config } = this.context;
    metrics.poolAge.reset();
    const pools = Map.groupBy(world.tenants.list(), poolOf);
    for (const [pool, tenants] of pools.set(SHARED_POOL, pools.get(SHARED_POOL) ?? [])) {
      metrics.poolAge.set({ release: `${config.releaseNamespace}/${config.releaseName}`, pool }, Math.max(0, ...tenants.map((tenant) => this.#figures.secondsWaiting(keyOf(tenant), clock.now()))));
    }
  }

  // What a tenant asks for may be possible now, or not any more.
  async #lookForKinds(): Promise<void> {
    const { world, logger } = this.context;
    try {
      if (!(await world.children.look())) return;
      for (const key of world.tenants.keys()) this.#controllers.tenant.queue.add(key);
      for (const pool of new Set(world.tenants.list().map(poolOf)).add(SHARED_POOL)) this.#controllers.pool.queue.add(pool);
    } catch (err) {
      logger.warn({ err }, 'Which kinds the cluster knows could not be read; the next look does it.');
    }
  }

  // Whoever is asked to look again at a resource that is gone takes away what it has left.
  async #lookForOrphans(): Promise<void> {
    const { tenants, pools } = listOrphanOwners(this.context.world);
    for (const key of tenants) this.#controllers.tenant.queue.add(key);
    for (const pool of pools) this.#controllers.pool.queue.add(pool);
    await this.#clientSecrets.removeOrphans().catch((err: unknown) => this.context.logger.warn({ err }, 'Client secrets of tenants that are gone could not be removed; the next look does it.'));
  }

  // Statuses, and the rows of tenants whose resource went while nobody watched.
  async #look(): Promise<void> {
    const { clock, logger } = this.context;
    try {
      await this.#markDeleted();
      this.#lookAtUnprogrammed();
      const { tenants, peers } = await this.#figures.refresh(clock.now());
      this.#measurePools();
      for (const key of tenants) this.#controllers.tenant.queue.add(key);
      for (const key of peers) this.#controllers.peer.queue.add(key);
    } catch (err) {
      logger.warn({ err }, 'The figures of the deliveries could not be read; the statuses keep the last ones.');
    }
  }

  async #markDeleted(): Promise<void> {
    const { world, client, logger } = this.context;
    // Without their CRD there are no Tenants, and nobody has deleted one.
    if (world.tenants.size === 0 && !(await client.hasKind(TENANT))) return;
    const deleted = await this.data.markDeleted(world.tenants.list().filter(isPresent).map(keyOf));
    // One that is being put away is still told of.
    await this.data.lifecycle.reports.keepOnly(world.tenants.keys());
    for (const serverName of deleted) logger.info({ serverName }, 'A tenant without a resource is deleted.');
  }

  // Those that found Postgres away do not wait for the end of their back-off: it has just answered.
  #lookAtUnprogrammed(): void {
    for (const tenant of this.context.world.tenants.list()) {
      if (tenant.status?.conditions?.some(({ reason }) => reason === 'DatabaseUnavailable')) this.#controllers.tenant.queue.add(keyOf(tenant));
    }
  }
}

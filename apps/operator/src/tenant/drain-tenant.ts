import { parseDurationMs, type Leaving } from '@scaiwave/core/resources';
import { NAMESPACE, type Tenant } from '../kinds.js';
import { keyOf, type KubeObject } from '../kube/kube-object.js';
import type { OperatorContext } from '../operator-context.js';
import type { LifecycleData } from './lifecycle-data.js';

const DEFAULT_DRAIN = '10m';
/** With queue: Discard, so long the peers may be told that it is over. */
const FAREWELL_MS = 30_000;
/** When the time is over, so long the workers may cut what is still shared. */
const CUT_MS = 30_000;

/** When a deleted tenant's time is over, and whether what waits is dropped at once. */
export interface DrainPlan {
  until: Date;
  dropsQueue: boolean;
}

/** `waits`: for peers, or for Postgres. `over`: nothing is left to do, or its time is; `left` says what was not done. `namespace_ends`: nothing is waited for. */
export type Drained = { kind: 'waits'; message: string } | { kind: 'over' | 'namespace_ends'; left: string | null };

/** Judged from the time at which the resource was deleted: an operator that starts again goes on with the same end. */
export function planDrain({ metadata, spec }: Tenant): DrainPlan {
  const { queue = 'Drain', drainTimeout = DEFAULT_DRAIN } = spec.deletionPolicy ?? {};
  const dropsQueue = queue === 'Discard';
  const timeoutMs = parseDurationMs(drainTimeout);
  return { until: new Date(Date.parse(metadata.deletionTimestamp ?? '') + (dropsQueue ? Math.min(timeoutMs, FAREWELL_MS) : timeoutMs)), dropsQueue };
}

/** Is there still something to wait for? `leaving` null: Postgres does not answer. */
export function decideDrained({ plan: { until }, leaving, now }: { plan: DrainPlan; leaving: Leaving | null; now: number }): Drained {
  const isOver = now >= until.getTime();
  const isOverForAll = now >= until.getTime() + CUT_MS;
  const time = `${until.toISOString().slice(0, 19)}Z`;
  if (leaving === null) {
    const message = `Postgres does not answer: it cannot be seen what waits. Looking again until ${time}.`;
    return isOver ? { kind: 'over', left: 'Postgres did not answer: peers may not have been told. The rows are marked as soon as it does.' } : { kind: 'waits', message };
  }
  const isDone = leaving.hasParted && (leaving.events === 0 || isOver);
  if (isDone || isOverForAll) return { kind: 'over', left: leaving.peers.length === 0 ? null : `${sentenceOf(leaving)} They were not delivered in time.` };
  return { kind: 'waits', message: `${sentenceOf(leaving)} Until ${time} it is tried, then they are dropped.` };
}

const NAMED = 3;

function sentenceOf({ events, peers }: Leaving): string {
  const names = peers.length > NAMED ? `${peers.slice(0, NAMED).join(', ')} and ${peers.length - NAMED} more` : peers.join(', ');
  return `${events} events wait for ${peers.length} peers (${names}).`;
}

/** Delivers what a deleted tenant still has to say: the rows tell the workers, this looks how far they are. */
export class DrainTenant {
  constructor(
    private readonly context: OperatorContext,
    private readonly data: LifecycleData,
  ) {}

  async run(tenant: Tenant): Promise<Drained> {
    if (await this.#isNamespaceEnding(tenant)) return { kind: 'namespace_ends', left: null };
    const plan = planDrain(tenant);
    return decideDrained({ plan, leaving: await this.#look(tenant, plan), now: this.context.clock.now() });
  }

  // Everything else in the namespace goes with it, keys too: there is nothing to wait for, and Postgres is not asked.
  async #isNamespaceEnding({ metadata }: Tenant): Promise<boolean> {
    const { client, logger } = this.context;
    try {
      const namespace = await client.find<KubeObject>(NAMESPACE, metadata.namespace ?? '');
      return namespace === null || namespace.metadata.deletionTimestamp !== undefined;
    } catch (err) {
      logger.warn({ err, namespace: metadata.namespace }, 'The namespace of a deleted Tenant could not be read; it is taken for one that stays.');
      return false;
    }
  }

  async #look(tenant: Tenant, plan: DrainPlan): Promise<Leaving | null> {
    try {
      const leaver = await this.data.deletion.begin({ resource: keyOf(tenant), ...plan });
      return leaver === null ? { events: 0, peers: [], hasParted: true } : await this.data.leaving.run(leaver);
    } catch (err) {
      this.context.logger.warn({ err, tenant: keyOf(tenant) }, 'It could not be seen what waits for a deleted Tenant.');
      return null;
    }
  }
}

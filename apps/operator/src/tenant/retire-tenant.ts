import { buildConditions } from '../kube/conditions.js';
import type { Reconciled } from '../kube/controller.js';
import { keyOf } from '../kube/kube-object.js';
import { FINALIZER, LABELS, SECRET, TENANT, type Tenant } from '../kinds.js';
import type { OperatorContext } from '../operator-context.js';
import { DrainTenant, type Drained } from './drain-tenant.js';
import { ExposeTenant } from './expose-tenant.js';
import { SIGNING_KEY } from './key-secrets.js';
import type { LifecycleData } from './lifecycle-data.js';
import { PublishClientSecret } from './publish-client-secret.js';
import { TellProvider } from './tell-provider.js';

const NOTHING: Reconciled = { requeueAfterMs: null };
const LOOK_AGAIN_MS = 1_000;

/**
 * Puts a deleted Tenant away. Every step may be repeated, and whatever is missing counts as done.
 *
 *   rows say `deleting` ─→ workers deliver and part from the peers, until done or drainTimeout ─→ way in ─→ keys, if they are not kept
 *     ─→ rows say `deleted` ─→ finalizer; then the pool, seeing it gone, drops keyring and workers
 */
export class RetireTenant {
  readonly #expose: ExposeTenant;
  readonly #drain: DrainTenant;
  readonly #provider: TellProvider;

  constructor(
    private readonly context: OperatorContext,
    private readonly data: LifecycleData,
  ) {
    this.#expose = new ExposeTenant(context);
    this.#drain = new DrainTenant(context, data);
    this.#provider = new TellProvider(context, data.reports);
  }

  async run(tenant: Tenant): Promise<Reconciled> {
    const { finalizers = [] } = tenant.metadata;
    if (!finalizers.includes(FINALIZER)) return NOTHING;
    const drained = await this.#drain.run(tenant);
    if (drained.kind === 'waits') {
      await this.#tell(tenant, drained.message);
      return { requeueAfterMs: LOOK_AGAIN_MS };
    }
    await this.#putAway(tenant, drained);
    return NOTHING;
  }

  /** The resource is not there any more, however it went. */
  async gone(key: string): Promise<Reconciled> {
    await this.#expose.remove(key);
    await this.#markDeleted(key);
    return NOTHING;
  }

  async #putAway(tenant: Tenant, { kind, left }: Extract<Drained, { left: string | null }>): Promise<void> {
    const { finalizers = [], resourceVersion } = tenant.metadata;
    await this.#expose.remove(keyOf(tenant));
    await new PublishClientSecret(this.context).remove(tenant);
    if (tenant.spec.deletionPolicy?.keys === 'Delete') await this.#removeKeys(tenant);
    // Before the name is free for others. With its namespace it goes at once, whether Postgres answers or not; `gone` and the periodic pass do it then.
    if (kind === 'over') await this.#markDeleted(keyOf(tenant));
    if (left !== null) await this.context.events.record(tenant, { type: 'Warning', reason: 'DrainTimedOut', message: left });
    await this.context.client.merge(TENANT, keyOf(tenant), { metadata: { resourceVersion, finalizers: finalizers.filter((name) => name !== FINALIZER) } });
  }

  async #tell(tenant: Tenant, message: string): Promise<void> {
    const { clock, client, events } = this.context;
    const present = tenant.status?.conditions ?? [];
    const before = present.find(({ type }) => type === 'Ready');
    if (before?.reason === 'Deleting' && before.message === message) return;
    const findings = (['Active', 'Ready'] as const).map((type) => ({ type, status: 'False' as const, reason: 'Deleting', message }));
    const told = buildConditions(findings, present, { now: clock.date(), generation: tenant.metadata.generation ?? 0 });
    const status = { ...tenant.status, conditions: [...present.filter(({ type }) => !findings.some((finding) => finding.type === type)), ...told] };
    await client.applyStatus(TENANT, keyOf(tenant), status);
    this.#provider.run(tenant, status);
    if (before?.reason !== 'Deleting') await events.record(tenant, { type: 'Normal', reason: 'Deleting', message });
  }

  async #removeKeys(tenant: Tenant): Promise<void> {
    const { world, client } = this.context;
    for (const secret of world.secrets.listBy('tenant', keyOf(tenant))) {
      if (secret.metadata.labels?.[LABELS.part] === SIGNING_KEY) await client.remove(SECRET, keyOf(secret));
    }
  }

  async #markDeleted(key: string): Promise<void> {
    try {
      await this.data.deletion.end(key);
      await this.data.reports.remove(key);
    } catch (err) {
      this.context.logger.warn({ err, tenant: key }, 'The rows of a deleted Tenant could not be marked; the periodic pass does it.');
    }
  }
}

import type { Reconciled } from '../kube/controller.js';
import { keyOf } from '../kube/kube-object.js';
import { FINALIZER, LABELS, SECRET, TENANT, type Tenant } from '../kinds.js';
import type { OperatorContext } from '../operator-context.js';
import { ExposeTenant } from './expose-tenant.js';
import { SIGNING_KEY } from './key-secrets.js';
import { PublishClientSecret } from './publish-client-secret.js';
import type { TenantData } from './tenant-data.js';

const NOTHING: Reconciled = { requeueAfterMs: null };

/** Puts a deleted Tenant away: its way in, its rows, and its keys when they are not to be kept. */
export class RetireTenant {
  readonly #expose: ExposeTenant;

  constructor(
    private readonly context: OperatorContext,
    private readonly data: TenantData,
  ) {
    this.#expose = new ExposeTenant(context);
  }

  /** Never waits for Postgres: rows that could not be marked now are found by the periodic pass. */
  async run(tenant: Tenant): Promise<Reconciled> {
    const { finalizers = [], resourceVersion } = tenant.metadata;
    if (!finalizers.includes(FINALIZER)) return NOTHING;
    await this.#expose.remove(keyOf(tenant));
    await new PublishClientSecret(this.context).remove(tenant);
    if (tenant.spec.deletionPolicy?.keys === 'Delete') await this.#removeKeys(tenant);
    await this.#markDeleted();
    await this.context.client.merge(TENANT, keyOf(tenant), { metadata: { resourceVersion, finalizers: finalizers.filter((name) => name !== FINALIZER) } });
    return NOTHING;
  }

  /** The resource is not there any more, however it went. */
  async gone(key: string): Promise<Reconciled> {
    await this.#expose.remove(key);
    return NOTHING;
  }

  async #removeKeys(tenant: Tenant): Promise<void> {
    const { world, client } = this.context;
    for (const secret of world.secrets.listBy('tenant', keyOf(tenant))) {
      if (secret.metadata.labels?.[LABELS.part] === SIGNING_KEY) await client.remove(SECRET, keyOf(secret));
    }
  }

  async #markDeleted(): Promise<void> {
    const present = this.context.world.tenants.list().filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    try {
      await this.data.markDeleted(present.map(keyOf));
    } catch (err) {
      this.context.logger.warn({ err }, 'The rows of a deleted Tenant could not be marked; the periodic pass does it.');
    }
  }
}

import { keyringFileName, settleKeys } from '@scaiwave/core/resources';
import sodium from 'libsodium-wrappers';
import { applyChild } from '../apply-child.js';
import type { Reconciled } from '../kube/controller.js';
import { keyOf } from '../kube/kube-object.js';
import { LABELS, SECRET, type Secret, type Tenant } from '../kinds.js';
import type { OperatorContext } from '../operator-context.js';
import { tenantOf } from '../owner-of.js';
import { isPaused, SHARED_POOL } from '../tenant/pool-of.js';
import { collectKeys } from '../tenant/stored-keys.js';
import { decideClaim, isPresent } from '../tenant/tenant.checks.js';
import { buildKeyrings, countShards, hashKeyrings, type PoolTenant } from './build-keyring.js';
import { workerName } from './build-worker-deployment.js';
import { EnsureWorkers } from './ensure-workers.js';
import { hurryWorkers } from './hurry-workers.js';

/** Pools that wait for their turn to roll look again so often. */
const TURN_MS = 2_000;

/** Makes the keyring and the workers of one pool what the tenants in it need. A dedicated pool without its tenant is taken away. */
export class ReconcilePool {
  readonly #workers: EnsureWorkers;

  /** @throws Error when the worker template cannot be read */
  constructor(private readonly context: OperatorContext) {
    this.#workers = new EnsureWorkers(context);
  }

  async run(pool: string): Promise<Reconciled> {
    await sodium.ready;
    const tenants = this.context.world.tenants.listBy('pool', pool).filter((tenant) => this.#isAccepted(tenant));
    if (pool !== SHARED_POOL && (tenants.some(isPaused) || this.#isOfPaused(pool))) return { requeueAfterMs: null };
    if (pool === SHARED_POOL || tenants.length > 0) return { requeueAfterMs: (await this.#apply(pool, tenants)) ? null : TURN_MS };
    await this.#remove(pool);
    return { requeueAfterMs: null };
  }

  async #apply(pool: string, tenants: Tenant[]): Promise<boolean> {
    const { releaseName, releaseNamespace } = this.context.config;
    const place = { releaseName, releaseNamespace, pool };
    const withKeys = tenants.flatMap((tenant) => this.#withKeys(tenant));
    const shards = pool === SHARED_POOL ? countShards(withKeys, this.#listKeyrings(pool)) : 1;
    // Keys before workers: a worker that starts finds what it needs.
    await this.#applyKeyrings(pool, buildKeyrings({ ...place, tenants: withKeys, shards }));
    return this.#workers.run({ pool, shards, owner: pool === SHARED_POOL ? null : (tenants[0] ?? null) });
  }

  async #applyKeyrings(pool: string, keyrings: Secret[]): Promise<void> {
    const applied: string[] = [];
    // From the last one on: when there are more than before, tenants are in their new one before they leave their old one.
    for (const keyring of keyrings.toReversed()) {
      const present = this.context.world.secrets.find(keyOf(keyring));
      const wanted = this.#holdPaused(keyring, present);
      const isEmpty = Object.keys(wanted.data ?? {}).length === 0;
      if (present !== null || !isEmpty) applied.push(await applyChild(this.context, { kind: SECRET, wanted, present }, null));
    }
    if (applied.some((outcome) => outcome !== 'unchanged')) await hurryWorkers(this.context, pool, hashKeyrings(keyrings));
  }

  async #remove(pool: string): Promise<void> {
    await this.#workers.remove(pool);
    for (const keyring of this.#listKeyrings(pool)) await this.context.client.remove(SECRET, keyOf(keyring));
  }

  #listKeyrings(pool: string): Secret[] {
    return this.context.world.secrets.listBy('part', 'keyring').filter(({ metadata }) => metadata.labels?.[LABELS.pool] === pool);
  }

  #withKeys(tenant: Tenant): PoolTenant[] {
    const keys = settleKeys(collectKeys(tenant, this.context.world.secrets.listBy('tenant', keyOf(tenant))).entries);
    return keys.length === 0 ? [] : [{ resource: keyOf(tenant), serverName: tenant.spec.serverName, keys }];
  }

  // A paused tenant keeps in a keyring what it has there, whatever its resources say by now.
  #holdPaused(wanted: Secret, present: Secret | null): Secret {
    const paused = this.context.world.tenants.list().filter((tenant) => isPaused(tenant) && this.#isAccepted(tenant));
    const files = new Set(paused.map(({ spec }) => keyringFileName(spec.serverName)));
    const keep = (data: Secret['data'] = {}, isWanted: (file: string) => boolean): object => Object.fromEntries(Object.entries(data).filter(([file]) => isWanted(file)));
    return files.size === 0 ? wanted : { ...wanted, data: { ...keep(wanted.data, (file) => !files.has(file)), ...keep(present?.data, (file) => files.has(file)) } };
  }

  // The workers of a tenant that asked for others while it was paused.
  #isOfPaused(pool: string): boolean {
    const { world, config } = this.context;
    const workers = world.deployments.find(`${config.releaseNamespace}/${workerName({ ...config, pool })}`);
    const owner = workers === null ? null : world.tenants.find(tenantOf(workers) ?? '');
    return owner !== null && isPaused(owner);
  }

  #isAccepted(tenant: Tenant): boolean {
    return isPresent(tenant)
      && decideClaim(tenant, this.context.world.tenants.listBy('serverName', tenant.spec.serverName)).status === 'True';
  }
}

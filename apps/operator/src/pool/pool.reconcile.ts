import { readFileSync } from 'node:fs';
import { settleKeys } from '@scaiwave/core';
import sodium from 'libsodium-wrappers';
import { applyChild } from '../apply-child.js';
import type { Reconciled } from '../kube/controller.js';
import { keyOf } from '../kube/kube-object.js';
import { DEPLOYMENT, LABELS, SECRET, type PodTemplate, type Secret, type Tenant } from '../kinds.js';
import type { OperatorContext } from '../operator-context.js';
import { SHARED_POOL } from '../tenant/pool-of.js';
import { collectKeys } from '../tenant/stored-keys.js';
import { decideClaim } from '../tenant/tenant.checks.js';
import { buildKeyrings, countShards, hashKeyrings, type PoolTenant } from './build-keyring.js';
import { hurryWorkers } from './hurry-workers.js';
import { buildWorkerDeployment, workerDeploymentName } from './build-worker-deployment.js';

/** Makes the keyring and the workers of one pool what the tenants in it need. A dedicated pool without its tenant is taken away. */
export class ReconcilePool {
  readonly #template: PodTemplate;

  /** @throws Error when the worker template cannot be read */
  constructor(private readonly context: OperatorContext) {
    this.#template = JSON.parse(readFileSync(context.config.workerTemplateFile, 'utf8')) as PodTemplate;
  }

  async run(pool: string): Promise<Reconciled> {
    await sodium.ready;
    const tenants = this.context.world.tenants.listBy('pool', pool).filter((tenant) => this.#isAccepted(tenant));
    if (pool !== SHARED_POOL && tenants.length === 0) await this.#remove(pool);
    else await this.#apply(pool, tenants);
    return { requeueAfterMs: null };
  }

  async #apply(pool: string, tenants: Tenant[]): Promise<void> {
    const { world, config } = this.context;
    const { releaseName, releaseNamespace } = config;
    const place = { releaseName, releaseNamespace, pool };
    const withKeys = tenants.flatMap((tenant) => this.#withKeys(tenant));
    const shards = pool === SHARED_POOL ? countShards(withKeys, this.#listKeyrings(pool)) : 1;
    // Keys before workers: a worker that starts finds what it needs.
    await this.#applyKeyrings(pool, buildKeyrings({ ...place, tenants: withKeys, shards }));
    const owner = pool === SHARED_POOL ? null : (tenants[0] ?? null);
    const wanted = buildWorkerDeployment({ ...place, shards, tenant: owner, replicas: this.#replicas(owner), template: this.#template });
    await applyChild(this.context, { kind: DEPLOYMENT, wanted, present: world.deployments.find(keyOf(wanted)) }, owner);
  }

  async #applyKeyrings(pool: string, keyrings: Secret[]): Promise<void> {
    const applied: string[] = [];
    // From the last one on: when there are more than before, tenants are in their new one before they leave their old one.
    for (const wanted of keyrings.toReversed()) {
      const present = this.context.world.secrets.find(keyOf(wanted));
      const isEmpty = Object.keys(wanted.data ?? {}).length === 0;
      if (present !== null || !isEmpty) applied.push(await applyChild(this.context, { kind: SECRET, wanted, present }, null));
    }
    if (applied.some((outcome) => outcome !== 'unchanged')) await hurryWorkers(this.context, pool, hashKeyrings(keyrings));
  }

  async #remove(pool: string): Promise<void> {
    const { client, world, config } = this.context;
    const { releaseNamespace } = config;
    const deployment = `${releaseNamespace}/${workerDeploymentName({ ...config, pool })}`;
    if (world.deployments.find(deployment) !== null) await client.remove(DEPLOYMENT, deployment);
    for (const keyring of this.#listKeyrings(pool)) await client.remove(SECRET, keyOf(keyring));
  }

  #listKeyrings(pool: string): Secret[] {
    return this.context.world.secrets.listBy('part', 'keyring').filter(({ metadata }) => metadata.labels?.[LABELS.pool] === pool);
  }

  #replicas(owner: Tenant | null): number | null {
    if (owner === null) return this.context.config.workerReplicas;
    if (owner.spec.suspend === true) return 0;
    const { replicas, autoscaling } = (owner.spec.workers?.dedicated ?? {}) as { replicas?: number; autoscaling?: object };
    return autoscaling === undefined ? (replicas ?? 2) : null;
  }

  #withKeys(tenant: Tenant): PoolTenant[] {
    const keys = settleKeys(collectKeys(tenant, this.context.world.secrets.listBy('tenant', keyOf(tenant))).entries);
    return keys.length === 0 ? [] : [{ resource: keyOf(tenant), serverName: tenant.spec.serverName, keys }];
  }

  #isAccepted(tenant: Tenant): boolean {
    return tenant.metadata.deletionTimestamp === undefined
      && decideClaim(tenant, this.context.world.tenants.listBy('serverName', tenant.spec.serverName)).status === 'True';
  }
}

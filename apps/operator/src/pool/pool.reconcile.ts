import { readFileSync } from 'node:fs';
import sodium from 'libsodium-wrappers';
import { applyChild } from '../apply-child.js';
import type { Reconciled } from '../kube/controller.js';
import { keyOf } from '../kube/kube-object.js';
import { DEPLOYMENT, LABELS, SECRET, type PodTemplate, type Tenant } from '../kinds.js';
import type { OperatorContext } from '../operator-context.js';
import { SHARED_POOL } from '../tenant/pool-of.js';
import { readKeySecret, SIGNING_KEY } from '../tenant/key-secrets.js';
import { decideClaim } from '../tenant/tenant.checks.js';
import { buildKeyrings, keyringNames, type PoolTenant } from './build-keyring.js';
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
    // Keys before workers: a worker that starts finds what it needs.
    for (const wanted of buildKeyrings({ ...place, tenants: tenants.flatMap((tenant) => this.#withKeys(tenant)) })) {
      const present = world.secrets.find(keyOf(wanted));
      const isEmpty = Object.keys(wanted.data ?? {}).length === 0;
      if (present !== null || !isEmpty) await applyChild(this.context, { kind: SECRET, wanted, present }, null);
    }
    const owner = pool === SHARED_POOL ? null : (tenants[0] ?? null);
    const wanted = buildWorkerDeployment({ ...place, tenant: owner, replicas: this.#replicas(owner), template: this.#template });
    await applyChild(this.context, { kind: DEPLOYMENT, wanted, present: world.deployments.find(keyOf(wanted)) }, owner);
  }

  async #remove(pool: string): Promise<void> {
    const { client, world, config } = this.context;
    const { releaseNamespace } = config;
    const deployment = `${releaseNamespace}/${workerDeploymentName({ ...config, pool })}`;
    if (world.deployments.find(deployment) !== null) await client.remove(DEPLOYMENT, deployment);
    for (const name of keyringNames({ ...config, pool })) {
      if (world.secrets.find(`${releaseNamespace}/${name}`) !== null) await client.remove(SECRET, `${releaseNamespace}/${name}`);
    }
  }

  #replicas(owner: Tenant | null): number | null {
    if (owner === null) return this.context.config.workerReplicas;
    if (owner.spec.suspend === true) return 0;
    const { replicas, autoscaling } = (owner.spec.workers?.dedicated ?? {}) as { replicas?: number; autoscaling?: object };
    return autoscaling === undefined ? (replicas ?? 2) : null;
  }

  #withKeys(tenant: Tenant): PoolTenant[] {
    const keys = this.context.world.secrets.listBy('tenant', keyOf(tenant))
      .filter(({ metadata }) => metadata.labels?.[LABELS.part] === SIGNING_KEY)
      .flatMap((secret) => readKeySecret(secret).entry ?? []);
    return keys.length === 0 ? [] : [{ resource: keyOf(tenant), serverName: tenant.spec.serverName, keys }];
  }

  #isAccepted(tenant: Tenant): boolean {
    return tenant.metadata.deletionTimestamp === undefined
      && decideClaim(tenant, this.context.world.tenants.listBy('serverName', tenant.spec.serverName)).status === 'True';
  }
}

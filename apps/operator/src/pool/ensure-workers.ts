import { readFileSync } from 'node:fs';
import { applyChild } from '../apply-child.js';
import { AUTOSCALER, DISRUPTION_BUDGET, SCALED_OBJECT, SERVICE_ACCOUNT, type PlainObject } from '../child-kinds.js';
import { keyOf, type Kind, type KubeObject } from '../kube/kube-object.js';
import { ANNOTATIONS, DEPLOYMENT, type Deployment, type PodTemplate, type Tenant } from '../kinds.js';
import type { OperatorContext } from '../operator-context.js';
import { poolOf } from '../tenant/pool-of.js';
import { buildAutoscaler } from './build-autoscaler.js';
import { buildWorkerDeployment, workerLabels, workerName, workerSelector, type WorkerPlan } from './build-worker-deployment.js';
import { decideScaling, type Scaling } from './decide-scaling.js';
import { isRelease, isRolling } from './rollouts.js';

const AUTOSCALERS = { Keda: SCALED_OBJECT, HPA: AUTOSCALER } as const;

/** A manager that holds `spec.replicas` from when we stop saying it until the autoscaler does: a field that nobody holds becomes 1. */
const HAND_OVER_MANAGER = 'scaiwave-hand-over';

/**
 * Makes the workers of one pool, and what belongs to them.
 *
 *   account ─→ disruption budget ─→ Deployment ─→ autoscaler
 *
 * Another pod template of the chart goes to so many tenants at a time: one that does not work must not take them all down.
 * To an autoscaler the number of workers is handed over as it is; from one it is taken back only after the autoscaler is gone.
 */
export class EnsureWorkers {
  readonly #template: PodTemplate;
  /** Deployments whose new template is being written: the store does not show them as rolling yet */
  readonly #beginning = new Set<string>();

  /** @throws Error when the worker template cannot be read */
  constructor(private readonly context: OperatorContext) {
    this.#template = JSON.parse(readFileSync(context.config.workerTemplateFile, 'utf8')) as PodTemplate;
  }

  /**
   * `owner` is the tenant of a dedicated pool, null for the shared one; `shards` the number of Secrets of its keyring.
   * @returns false when others roll, and this one has to wait for its turn
   */
  async run({ pool, shards, owner }: { pool: string; shards: number; owner: Tenant | null }): Promise<boolean> {
    const { world, config } = this.context;
    const { releaseName, releaseNamespace } = config;
    const scaling = decideScaling({ owner, config, hasKeda: world.children.knows(SCALED_OBJECT) });
    const plan = { releaseName, releaseNamespace, pool, shards, tenant: owner, template: this.#template, replicas: scaling.replicas };
    const wanted = buildWorkerDeployment(plan);
    const isRollout = isRelease(wanted, world.deployments.find(keyOf(wanted)));
    if (isRollout && this.#countOthersRolling(wanted) >= config.rolloutsAtOnce) return false;
    // Without an await since the count: two pools must not both see the last turn free.
    if (isRollout) this.#beginning.add(keyOf(wanted));
    await this.#ensure(plan, scaling, wanted).finally(() => this.#beginning.delete(keyOf(wanted)));
    return true;
  }

  async #ensure(plan: WorkerPlan, scaling: Scaling, wanted: Deployment): Promise<void> {
    const { world, config } = this.context;
    const { pool, tenant: owner, releaseName, releaseNamespace } = plan;
    const { name, namespace = '', labels = {} } = wanted.metadata;
    const place = { name, namespace, labels: workerLabels(plan) };
    await this.#apply(SERVICE_ACCOUNT, buildServiceAccount(place), owner);
    await this.#apply(DISRUPTION_BUDGET, buildDisruptionBudget(place, pool), owner);
    await this.#removeAutoscalers(pool, scaling);
    await this.#handOver(wanted, scaling);
    const isMade = world.tenants.list().some((tenant) => poolOf(tenant) === pool && hasWorkedFor(tenant));
    await applyChild(this.context, { kind: DEPLOYMENT, wanted, present: world.deployments.find(keyOf(wanted)), isMade }, owner);
    if (scaling.autoscaling === null) return;
    const autoscaler = buildAutoscaler({ name, namespace, labels, pool, release: `${releaseNamespace}/${releaseName}`, autoscaling: scaling.autoscaling, prometheusUrl: config.prometheusUrl });
    await this.#apply(AUTOSCALERS[scaling.autoscaling.provider], autoscaler, owner);
  }

  async remove(pool: string): Promise<void> {
    const { client, world, config } = this.context;
    const key = `${config.releaseNamespace}/${workerName({ ...config, pool })}`;
    for (const kind of [SCALED_OBJECT, AUTOSCALER, DISRUPTION_BUDGET]) await this.#removeChild(kind, key);
    if (world.deployments.find(key) !== null) await client.remove(DEPLOYMENT, key);
    await this.#removeChild(SERVICE_ACCOUNT, key);
  }

  #countOthersRolling(wanted: Deployment): number {
    const rolling = new Set([...this.context.world.deployments.list().filter(isRolling).map(keyOf), ...this.#beginning]);
    rolling.delete(keyOf(wanted));
    return rolling.size;
  }

  async #apply(kind: Kind, wanted: KubeObject, owner: Tenant | null): Promise<void> {
    const present = this.context.world.children.of(kind).find(`${wanted.metadata.namespace}/${wanted.metadata.name}`);
    await applyChild(this.context, { kind, wanted, present }, owner);
  }

  async #removeAutoscalers(pool: string, { autoscaling }: Scaling): Promise<void> {
    const key = `${this.context.config.releaseNamespace}/${workerName({ ...this.context.config, pool })}`;
    for (const [provider, kind] of Object.entries(AUTOSCALERS)) if (autoscaling?.provider !== provider) await this.#removeChild(kind, key);
  }

  async #removeChild(kind: Kind, key: string): Promise<void> {
    if (this.context.world.children.of(kind).find(key) !== null) await this.context.client.remove(kind, key);
  }

  async #handOver({ metadata: { name, namespace = '' } }: Deployment, { autoscaling }: Scaling): Promise<void> {
    const present = this.context.world.deployments.find(`${namespace}/${name}`);
    if (autoscaling === null || present === null || present.metadata.annotations?.[ANNOTATIONS.replicasBy] === 'autoscaler') return;
    // An autoscaler leaves alone what has no worker.
    const replicas = Math.min(Math.max(present.spec.replicas ?? 1, autoscaling.minReplicas, 1), autoscaling.maxReplicas);
    await this.context.client.applyAs(HAND_OVER_MANAGER, DEPLOYMENT, { apiVersion: DEPLOYMENT.apiVersion, kind: DEPLOYMENT.kind, metadata: { name, namespace }, spec: { replicas } });
  }
}

// For nothing but to tell pools apart: a worker asks nothing of the cluster.
function buildServiceAccount(metadata: KubeObject['metadata']): KubeObject & { automountServiceAccountToken: boolean } {
  return { apiVersion: SERVICE_ACCOUNT.apiVersion, kind: SERVICE_ACCOUNT.kind, metadata, automountServiceAccountToken: false };
}

function buildDisruptionBudget(metadata: KubeObject['metadata'], pool: string): PlainObject {
  return {
    apiVersion: DISRUPTION_BUDGET.apiVersion, kind: DISRUPTION_BUDGET.kind, metadata,
    // A worker that does not work must never keep a node from being drained.
    spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow', selector: { matchLabels: workerSelector(pool) } },
  };
}

/** Were there workers for the present spec before? Then somebody took them away. */
function hasWorkedFor({ status, metadata }: Tenant): boolean {
  return status?.conditions?.some((condition) => condition.type === 'WorkersReady' && condition.status !== 'Unknown' && condition.observedGeneration === metadata.generation) ?? false;
}
